"""A file must be complete in time, and whoever learns something proposes it (CUS-03)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from guike.customers import selectors, services
from guike.customers.models import Customer, FileProposal
from guike.engine.models import Obligation
from guike.engine.obligations import escalation
from guike.engine.obligations import services as obligations
from guike.platform import clock
from guike.platform.access import SYSTEM
from guike.platform.errors import Refused

pytestmark = pytest.mark.django_db
ITEMS = ["phone", "city", "source"]


@pytest.fixture
def thirty_days(administrator):
    services.set_requirement("company", "dealer", ITEMS, days=30, actor=administrator)


def owed(customer):
    return list(Obligation.objects.filter(kind="profile", subject_id=customer.pk).order_by("pk"))


def fill(customer, **values):
    fresh = Customer.objects.get(pk=customer.pk)
    services.change_customer(customer.pk, values, version=fresh.version, actor=SYSTEM)


def test_what_is_missing_is_owed_from_registration_on(thirty_days, customer, owner):
    [one] = owed(customer)
    assert (one.assignee_id, one.reason, one.title) == (owner.person_id, "客户来源", "补齐客户资料")
    assert one.due_on == clock.today() + timedelta(days=30)
    customer.refresh_from_db()
    customer.figures.refresh_from_db()
    assert customer.figures.next_due_title == "补齐客户资料"


def test_without_a_deadline_nobody_is_reminded(customer, administrator):
    assert owed(customer) == []
    services.set_requirement("company", "dealer", ITEMS, days=30, actor=administrator)
    assert [one.state for one in owed(customer)] == ["open"]
    services.set_requirement("company", "dealer", ITEMS, days=None, actor=administrator)
    assert [(one.state, bool(one.closed_reason)) for one in owed(customer)] == [("withdrawn", True)]


def test_it_closes_by_itself_and_comes_back_when_something_is_missing_again(thirty_days, customer):
    fill(customer, source="exhibition")
    [one] = owed(customer)
    assert (one.state, one.fulfilled_on) == ("fulfilled", clock.today())
    fill(customer, city="")
    again = owed(customer)[1]
    assert (again.state, again.reason) == ("open", "市")


def test_the_list_of_what_is_missing_follows(thirty_days, customer):
    fill(customer, phone="", city="")
    assert [one.reason for one in owed(customer)] == ["市、电话、客户来源"]


def test_it_goes_along_with_the_owner_and_rests_in_the_pool(thirty_days, customer, manager, teammate):
    services.transfer(customer.pk, teammate.person_id, actor=manager)
    assert [(one.state, one.assignee_id) for one in owed(customer)] == [("open", teammate.person_id)]
    services.transfer(customer.pk, None, actor=manager)
    assert [one.state for one in owed(customer)] == ["withdrawn"]
    services.transfer(customer.pk, teammate.person_id, actor=manager)
    assert [one.state for one in owed(customer)] == ["withdrawn", "open"]


def test_a_deadline_long_past_gives_the_full_time_from_now(customer, administrator):
    """Nobody is late on the day on which the rule is set."""
    Customer.objects.filter(pk=customer.pk).update(registered_on="2020-01-01", created_at="2020-01-01T00:00:00Z")
    services.set_requirement("company", "dealer", ITEMS, days=30, actor=administrator)
    assert owed(customer)[0].due_on == clock.today() + timedelta(days=30)
    services.set_requirement("company", "dealer", ITEMS, days=10, actor=administrator)
    assert owed(customer)[0].due_on == clock.today() + timedelta(days=10)


def test_late_it_goes_up_the_chain(thirty_days, customer):
    [one] = owed(customer)
    escalation.escalate(actor=SYSTEM, on=one.due_on + timedelta(days=3))
    one.refresh_from_db()
    assert one.escalation_level == 1


def test_nobody_ticks_it_off(thirty_days, customer, owner):
    [one] = owed(customer)
    with pytest.raises(Refused, match="自动办结"):
        obligations.fulfil(one.pk, actor=owner)


def test_the_page_sets_the_days(administrator, as_viewer):
    page = as_viewer(administrator)
    assert page.post("/customers/requirements/company/dealer/", {"items": ITEMS, "days": "20"}).status_code == 302
    assert "20 天" in page.get("/customers/requirements/").content.decode()
    assert page.post("/customers/requirements/company/dealer/", {"items": ITEMS, "days": "0"}).status_code == 422


# --- proposals ------------------------------------------------------------------------------------------------------------


def test_the_owners_word_holds_at_once_with_history(customer, owner):
    done = services.supplement(customer.pk, {"source": "exhibition", "city": "温州市"}, actor=owner)
    assert (done.applied, done.waiting) == (1, 0)
    customer.refresh_from_db()
    assert customer.source == "exhibition"
    assert selectors.changes(owner, customer)[0].what == "补充资料"
    assert not FileProposal.objects.exists()


def test_a_colleagues_word_waits_for_the_owner(customer, owner, service):
    done = services.supplement(customer.pk, {"city": "台州市"}, actor=service)
    assert (done.applied, done.waiting) == (0, 1)
    customer.refresh_from_db()
    assert customer.city == "温州市"
    task = Obligation.objects.get(kind="supplement", state="open")
    assert task.assignee_id == owner.person_id
    [waiting], _decided = selectors.proposals(owner, customer.pk)
    assert (waiting.label, waiting.before, waiting.proposed, waiting.who) == ("市", "温州市", "台州市", "周洁")
    services.decide_proposal(waiting.proposal.pk, accept=True, actor=owner)
    customer.refresh_from_db()
    task.refresh_from_db()
    assert (customer.city, task.state) == ("台州市", "fulfilled")
    with pytest.raises(Refused, match="已采纳"):
        services.decide_proposal(waiting.proposal.pk, accept=False, actor=owner, reason="迟了")


def test_declined_the_file_stays_and_the_reason_is_kept(customer, owner, service):
    services.supplement(customer.pk, {"city": "台州市"}, actor=service)
    [one] = FileProposal.objects.all()
    services.decide_proposal(one.pk, accept=False, actor=owner, reason="已核实在温州")
    customer.refresh_from_db()
    one.refresh_from_db()
    assert (customer.city, one.state, one.decided_why) == ("温州市", "declined", "已核实在温州")


def test_days_and_numbers_come_back_as_what_they_are(customer, owner, service):
    day = clock.today()
    services.supplement(customer.pk, {"founded_on": day, "employees": 35, "registered_capital": "500.5"}, actor=service)
    for one in FileProposal.objects.all():
        services.decide_proposal(one.pk, accept=True, actor=owner)
    customer.refresh_from_db()
    assert (customer.founded_on, customer.employees, str(customer.registered_capital)) == (day, 35, "500.50")


def test_ones_newer_proposal_takes_the_place_of_the_older(customer, service):
    services.supplement(customer.pk, {"city": "台州市"}, actor=service)
    services.supplement(customer.pk, {"city": "丽水市"}, actor=service)
    assert list(FileProposal.objects.order_by("pk").values_list("state", flat=True)) == ["replaced", "open"]
    assert Obligation.objects.filter(kind="supplement").count() == 1


def test_nobody_decides_for_customers_that_he_may_not_change(customer, service, outsider, teammate, manager):
    services.supplement(customer.pk, {"city": "台州市"}, actor=service)
    [one] = FileProposal.objects.all()
    with pytest.raises(PermissionDenied):
        services.decide_proposal(one.pk, accept=True, actor=service)
    with pytest.raises(Exception, match="没有找到"):
        services.decide_proposal(one.pk, accept=True, actor=outsider)
    services.share(customer.pk, teammate.person_id, "read", actor=manager)
    with pytest.raises(PermissionDenied):
        services.decide_proposal(one.pk, accept=True, actor=teammate)


def test_a_veiled_field_is_proposed_without_being_read(customer, service, as_viewer):
    services.supplement(customer.pk, {"phone": "0577-86009999"}, actor=service)
    page = as_viewer(service)
    shown = (
        page.get(f"/customers/{customer.pk}/proposals/").content.decode()
        + page.get(f"/customers/{customer.pk}/supplement/").content.decode()
    )
    assert "86001234" not in shown.replace(" ", "").replace("-", "")


def test_a_wrong_code_is_refused_at_its_field(customer, owner, as_viewer):
    answer = as_viewer(owner).post(f"/customers/{customer.pk}/supplement/", {"uscc": "91371923MA3COKJY73"})
    assert answer.status_code == 422
    assert "统一社会信用代码不对" in answer.content.decode()


def test_pages_accept_and_decline(customer, owner, service, as_viewer):
    theirs, mine = as_viewer(service), as_viewer(owner)
    assert (
        theirs.post(f"/customers/{customer.pk}/supplement/", {"city": "台州市", "registered_address": "路桥大道 1 号"}).status_code == 302
    )
    page = mine.get(f"/customers/{customer.pk}/proposals/").content.decode()
    assert "台州市" in page and "路桥大道 1 号" in page
    city, line = (FileProposal.objects.get(field=name) for name in ("city", "registered_address"))
    assert mine.post(f"/customers/proposals/{city.pk}/accept/").status_code == 302
    assert mine.post(f"/customers/proposals/{line.pk}/decline/", {"reason": "厂区在龙湾"}).status_code == 302
    customer.refresh_from_db()
    assert (customer.city, customer.registered_address) == ("台州市", "")
    assert "采纳</button>" not in theirs.get(f"/customers/{customer.pk}/proposals/").content.decode()


def test_what_waited_in_the_pool_is_asked_of_the_new_owner(customer, manager, service, teammate):
    services.transfer(customer.pk, None, actor=manager)
    services.supplement(customer.pk, {"city": "台州市"}, actor=service)
    assert not Obligation.objects.filter(kind="supplement").exists()
    services.transfer(customer.pk, teammate.person_id, actor=manager)
    assert Obligation.objects.get(kind="supplement", state="open").assignee_id == teammate.person_id
