import pytest
from django.http import Http404

from guike.customers import selectors, services
from guike.customers.models import Collaborator, Contact, Customer
from guike.platform.errors import Forbidden, Refused, Stale
from guike.platform.models import AccessLog


def test_the_chain_is_drawn_from_the_top(customer, chain, owner):
    (top,) = selectors.decision_chart(selectors.contacts(owner, customer.pk))
    assert top.contact.name == "林海峰"
    assert [one.contact.name for one in top.reports] == ["周建国", "陈晓敏", "吴志强"]


def test_the_first_contact_is_primary_and_only_one_is(customer, chain, owner):
    assert chain.is_primary
    other = Contact.objects.get(name="周建国")
    services.change_contact(other.pk, {"is_primary": True}, version=1, actor=owner)
    assert list(Contact.objects.filter(is_primary=True)) == [other]


def test_nobody_reports_to_his_own_report(customer, chain, owner):
    other = Contact.objects.get(name="周建国")
    with pytest.raises(Refused, match="不能同时作上级"):
        services.change_contact(chain.pk, {"reports_to": other}, version=1, actor=owner)
    assert Contact.objects.get(pk=chain.pk).reports_to is None


def test_a_boss_works_for_the_same_customer(customer, chain, owner):
    elsewhere = services.add_customer({"name": "乐清宏远机电设备有限公司"}, actor=owner)
    with pytest.raises(Refused, match="不是这家客户的人"):
        services.add_contact(elsewhere.pk, {"name": "赵六", "reports_to": chain}, actor=owner)
    assert not elsewhere.contacts.exists()


def test_a_removed_contact_hands_its_reports_up(customer, chain, owner):
    services.remove_contact(chain.pk, actor=owner)
    assert set(customer.contacts.values_list("reports_to", flat=True)) == {None}
    assert customer.contacts.count() == 3


def test_a_stale_contact_is_not_overwritten(customer, chain, owner):
    services.change_contact(chain.pk, {"position": "董事长"}, version=1, actor=owner)
    with pytest.raises(Stale):
        services.change_contact(chain.pk, {"position": "经理"}, version=1, actor=owner)
    assert Contact.objects.get(pk=chain.pk).position == "董事长"


def test_a_decision_maker_makes_the_file_more_complete(customer, owner):
    before = Customer.objects.get(pk=customer.pk)
    services.add_contact(customer.pk, {"name": "林海峰", "role": "decides"}, actor=owner)
    after = Customer.objects.get(pk=customer.pk)
    assert (before.decision_makers, after.decision_makers) == (0, 1)
    assert after.completeness > before.completeness


def test_strangers_add_nobody(customer, outsider, service):
    with pytest.raises(Http404):
        services.add_contact(customer.pk, {"name": "赵六"}, actor=outsider)
    with pytest.raises(Forbidden):
        services.add_contact(customer.pk, {"name": "赵六"}, actor=service)
    assert not Contact.objects.exists()


def test_sharing_opens_the_file_and_writing_only_where_said(customer, owner, outsider):
    services.share(customer.pk, outsider.person_id, "read", actor=owner)
    assert selectors.customer(outsider, customer.pk) == customer
    with pytest.raises(Forbidden, match="只能查看"):
        services.change_customer(customer.pk, {"city": "杭州市"}, version=1, actor=outsider)
    assert Customer.objects.get().city == "温州市"
    services.share(customer.pk, outsider.person_id, "write", actor=owner)
    assert services.change_customer(customer.pk, {"city": "杭州市"}, version=1, actor=outsider).city == "杭州市"
    services.unshare(customer.pk, outsider.person_id, actor=owner)
    with pytest.raises(Http404):
        selectors.customer(outsider, customer.pk)


def test_the_owner_is_no_collaborator(customer, owner):
    with pytest.raises(Refused, match="就是负责人"):
        services.share(customer.pk, owner.person_id, "read", actor=owner)
    assert not Collaborator.objects.exists()


def test_a_transfer_moves_owner_department_and_timeline(customer, manager, outsider, north):
    moved = services.transfer(customer.pk, outsider.person_id, actor=manager, reason="区域调整")
    assert (moved.owner_id, moved.department_id) == (outsider.person_id, north.pk)
    from guike.engine.activities.selectors import of_subject

    line = of_subject(manager, "customer", customer.pk)[0]
    assert (line.title, line.text) == ("陈思远 → 吴芳", "区域调整")


def test_a_salesperson_does_not_give_customers_away(customer, owner, outsider):
    with pytest.raises(Forbidden):
        services.transfer(customer.pk, outsider.person_id, actor=owner)
    assert Customer.objects.get().owner_id == owner.person_id


def test_many_are_transferred_row_by_row(customer, manager, outsider, cast):
    foreign = services.add_customer({"name": "外部门客户"}, actor=cast("谢某", "salesperson"))
    results = services.transfer_many([customer.pk, foreign.pk, 999999], outsider.person_id, actor=manager)
    assert [(one.customer_id, one.done) for one in results] == [(customer.pk, True), (foreign.pk, False), (999999, False)]
    assert Customer.objects.get(pk=foreign.pk).owner_id != outsider.person_id


def test_the_owner_reads_numbers_in_clear_others_veiled(customer, owner, manager, service, warehouse):
    assert selectors.shown(owner, customer, "phone") == "0577-86001234"
    assert selectors.shown(manager, customer, "phone") == "057****1234"
    assert selectors.shown(warehouse, customer, "bank_account") is None


def test_a_reveal_is_logged(customer, manager):
    assert services.reveal("customer", customer.pk, "phone", actor=manager, address="10.0.0.7") == "0577-86001234"
    entry = AccessLog.objects.get()
    assert (entry.who, entry.action, entry.object, entry.subject_id, entry.field) == ("王立", "reveal", "customer", customer.pk, "phone")


@pytest.mark.parametrize(("who", "field"), [("warehouse", "phone"), ("service", "bank_account"), ("manager", "name")])
def test_a_refused_reveal_is_not_logged(customer, request, who, field):
    with pytest.raises(Forbidden):
        services.reveal("customer", customer.pk, field, actor=request.getfixturevalue(who))
    assert not AccessLog.objects.exists()


def test_reveals_stop_at_the_hourly_limit(customer, manager):
    from guike.platform import audit

    for _time in range(audit.REVEALS_PER_HOUR):
        audit.note_reveal(manager, "customer", customer.pk, "phone")
    with pytest.raises(Refused, match="超过上限"):
        services.reveal("customer", customer.pk, "phone", actor=manager)
    assert AccessLog.objects.count() == audit.REVEALS_PER_HOUR
