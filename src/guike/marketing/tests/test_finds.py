"""A find on its way: collected, sent, accepted by one, returned, fallen back, ordered (CUS-08)."""

import contextlib
import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.http import Http404

from guike.contact import services as contact
from guike.contact.rules import Draft
from guike.customers import services as customers
from guike.customers.models import Contact, Customer, PoolStay
from guike.customers.tests.test_pool import QUOTA
from guike.engine import services as engine
from guike.engine.models import Activity, Obligation
from guike.marketing import services
from guike.marketing.models import Find, FindOffer
from guike.marketing.services import answering
from guike.organisation.models import Post
from guike.platform import clock
from guike.platform.access import SYSTEM
from guike.platform.errors import Forbidden, Refused, Stale
from guike.platform.notifications.models import Notice

TODAY = date(2026, 11, 24)


def owed(kind, state="open"):
    return Obligation.objects.filter(kind=kind, state=state)


# --- collecting ---------------------------------------------------------------------------------------------------------------


def test_collected_with_its_own_number_and_who_found_it(find, marketing):
    assert (find.number, find.state, find.found_by_id, find.found_on) == ("XS-000001", "new", marketing.person_id, clock.today())
    assert find.phone_keys == ["13905761234"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "台州恒捷", "uscc": "913303"}, "uscc"),
        ({"name": "台州恒捷", "found_on": date(2999, 1, 1)}, "found_on"),
        ({"name": "台州恒捷", "scale": "huge"}, "scale"),
        ({"name": "长" * 121}, "name"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(values, field, marketing):
    with pytest.raises(Refused) as refusal:
        services.add_find(values, actor=marketing)
    assert refusal.value.field == field and not Find.objects.exists()


def test_likeness_to_a_customer_of_anybody_is_kept_as_a_degree(customer, marketing):
    double = services.add_find({"name": "温州瓯泰阀门有限责任公司"}, actor=marketing)
    other = services.add_find({"name": "宁波海达电器有限公司"}, actor=marketing)
    assert double.alike >= 90 and other.alike == 0


def test_two_cannot_save_over_each_other(find, marketing):
    services.change_find(find.pk, {"city": "温州市"}, version=find.version, actor=marketing)
    with pytest.raises(Stale):
        services.change_find(find.pk, {"city": "宁波市"}, version=find.version, actor=marketing)
    assert Find.objects.get().city == "温州市"


def test_salespeople_do_not_collect(owner):
    with pytest.raises(Forbidden):
        services.add_find({"name": "台州恒捷"}, actor=owner)


# --- sending ------------------------------------------------------------------------------------------------------------------


def test_sent_to_a_person_it_is_owed_and_told(find, marketing, owner, teammate, on):
    with on("2026-11-20"):  # a Friday: three working days later is Wednesday
        services.send(find.pk, person_id=owner.person_id, actor=marketing)
    find.refresh_from_db()
    assert (find.state, find.due_on) == ("sent", date(2026, 11, 25))
    asked = owed("find").get()
    assert (asked.assignee_id, asked.due_on, asked.title) == (owner.person_id, date(2026, 11, 25), "市场线索：台州恒捷泵业有限公司")
    assert Notice.objects.get(kind="find.sent").account_id == owner.account_id
    with pytest.raises(Http404):
        services.accept(find.pk, actor=teammate)


def test_sent_on_to_another_the_first_is_no_longer_asked(find, marketing, owner, teammate):
    services.send(find.pk, person_id=owner.person_id, actor=marketing)
    services.send(find.pk, person_id=teammate.person_id, actor=marketing)
    assert [one.assignee_id for one in owed("find")] == [teammate.person_id]
    with pytest.raises(Http404):
        services.accept(find.pk, actor=owner)


def test_only_who_sells_can_be_given_one(find, marketing, warehouse, south):
    with pytest.raises(Refused, match="不能接收线索"):
        services.send(find.pk, person_id=warehouse.person_id, actor=marketing)
    Post.objects.all().delete()
    with pytest.raises(Refused, match="没有业务员"):
        services.send(find.pk, department_id=south.pk, actor=marketing)
    with pytest.raises(Refused, match="选一个人，或一个部门"):
        services.send(find.pk, actor=marketing)


def test_a_manager_passes_on_what_came_to_his_people_but_not_to_others(find, marketing, manager, owner, teammate, cast):
    stranger = cast("外部", "salesperson")
    services.send(find.pk, person_id=owner.person_id, actor=marketing)
    services.send(find.pk, person_id=teammate.person_id, actor=manager)
    with pytest.raises((Forbidden, Refused)):
        services.send(find.pk, person_id=stranger.person_id, actor=manager)
    assert Find.objects.get().receiver_id == teammate.person_id


def test_the_first_rule_that_fits_decides(find, marketing, owner, south):
    services.save_route({"name": "宁波", "position": 1, "regions": ["宁波"], "person": owner.person_id}, actor=marketing)
    with pytest.raises(Refused, match="没有适用的分派规则"):
        services.send_by_rules(find.pk, actor=marketing)
    services.save_route(
        {"name": "台州展会", "position": 2, "regions": ["台州"], "sources": ["trade_event"], "department": south.pk}, actor=marketing
    )
    services.save_route({"name": "浙江", "position": 3, "regions": ["浙江省"], "person": owner.person_id}, actor=marketing)
    sent = services.send_by_rules(find.pk, actor=marketing)
    assert (sent.route, sent.pooled, sent.department_id) == ("台州展会", True, south.pk)
    assert FindOffer.objects.count() == 1


def test_a_rule_names_one_receiver_and_a_free_name(marketing, owner, south):
    with pytest.raises(Refused, match="选一个人，或一个部门"):
        services.save_route({"name": "两头", "person": owner.person_id, "department": south.pk}, actor=marketing)
    services.save_route({"name": "浙南", "department": south.pk}, actor=marketing)
    with pytest.raises(Refused, match="已有叫「浙南」的规则"):
        services.save_route({"name": "浙南", "department": south.pk}, actor=marketing)
    with pytest.raises(Forbidden):
        services.save_route({"name": "自己的", "person": owner.person_id}, actor=owner)


# --- accepting ----------------------------------------------------------------------------------------------------------------


def test_accepted_it_is_a_customer_with_source_and_contact(find, marketing, owner):
    services.send(find.pk, person_id=owner.person_id, actor=marketing)
    accepted = services.accept(find.pk, actor=owner)
    made = Customer.objects.get()
    assert accepted.customer_id == made.pk and not accepted.joined
    assert (made.name, made.source, made.owner_id, made.city) == ("台州恒捷泵业有限公司", "trade_event", owner.person_id, "台州市")
    assert "温州泵阀展" in made.note
    assert Contact.objects.get().phone == "13905761234"
    assert owed("find", "fulfilled").count() == 1 and owed("find_contact").get().due_on == clock.today() + timedelta(7)
    assert Activity.objects.get(kind="find").subject_id == made.pk


def test_joined_to_a_customer_of_ones_own_no_double_arises(find, marketing, owner, customer):
    services.send(find.pk, person_id=owner.person_id, actor=marketing)
    accepted = services.accept(find.pk, actor=owner, customer_id=customer.pk)
    customer.refresh_from_db()
    assert accepted.joined and accepted.customer_id == customer.pk and Customer.objects.count() == 1
    assert customer.source == "trade_event"


def test_a_colleagues_customer_is_not_joined(find, marketing, teammate, customer):
    services.send(find.pk, person_id=teammate.person_id, actor=marketing)
    with pytest.raises(Refused, match="自己可以修改的客户"):
        services.accept(find.pk, actor=teammate, customer_id=customer.pk)
    assert Find.objects.get().state == "sent" and owed("find").exists()


def test_what_the_customer_does_becomes_the_outcome_and_is_taken_back_with_it(find, marketing, owner):
    services.send(find.pk, person_id=owner.person_id, actor=marketing)
    accepted = services.accept(find.pk, actor=owner)
    logged = contact.log_follow_up(accepted.customer_id, Draft("phone", "约下周看样", clock.today()), actor=owner)
    find.refresh_from_db()
    assert find.contacted_on == clock.today() and find.ordered_on is None
    assert not owed("find_contact").exists()
    contact.void_follow_up(logged.follow_up.pk, actor=owner, reason="记错了客户")
    find.refresh_from_db()
    assert find.contacted_on is None


def test_the_first_order_is_told_to_who_found_it(find, marketing, owner):
    services.send(find.pk, person_id=owner.person_id, actor=marketing)
    accepted = services.accept(find.pk, actor=owner)
    line = {"subject_kind": "customer", "subject_id": accepted.customer_id, "recorded_at": clock.now(), "happened_at": clock.now()}
    Activity.objects.create(kind="sales_order", happened_on=clock.today() - timedelta(1), source_kind="sales_order", source_id=1, **line)
    assert services.refresh_outcomes() == 0, "an order before it was accepted is not its fruit"
    Activity.objects.create(kind="sales_order", happened_on=clock.today(), source_kind="sales_order", source_id=2, **line)
    assert services.refresh_outcomes() == 1
    find.refresh_from_db()
    assert find.ordered_on == clock.today()
    assert Notice.objects.get(kind="find.ordered").account_id == marketing.account_id
    assert services.refresh_outcomes() == 0


# --- returning ----------------------------------------------------------------------------------------------------------------


def test_returned_with_a_reason_it_is_marketings_again(find, marketing, owner):
    services.send(find.pk, person_id=owner.person_id, actor=marketing)
    with pytest.raises(Refused, match="写明退回的原因"):
        services.give_back(find.pk, "other", actor=owner)
    with pytest.raises(Refused, match="选一个退回原因"):
        services.give_back(find.pk, "unanswered", actor=owner)
    services.give_back(find.pk, "no_need", actor=owner, reason="刚签了三年")
    find.refresh_from_db()
    assert (find.state, find.returned_why, find.said, find.returned_by_id) == ("returned", "no_need", "刚签了三年", owner.person_id)
    assert find.receiver is None and not owed("find").exists()
    assert Notice.objects.get(kind="find.returned").account_id == marketing.account_id
    services.send(find.pk, person_id=owner.person_id, actor=marketing)
    assert Find.objects.get().state == "sent"


def test_of_a_department_one_declines_and_the_last_one_returns_it(find, marketing, owner, teammate, south):
    services.send(find.pk, department_id=south.pk, actor=marketing)
    services.give_back(find.pk, "not_ours", actor=owner)
    assert Find.objects.get().state == "sent"
    with pytest.raises(Http404):
        services.accept(find.pk, actor=owner)
    services.give_back(find.pk, "no_need", actor=teammate)
    assert Find.objects.get().state == "returned"


def test_dropped_with_a_reason_it_goes_nowhere_any_more(find, marketing, owner):
    services.send(find.pk, person_id=owner.person_id, actor=marketing)
    services.drop_find(find.pk, actor=marketing, reason="已注销")
    assert Find.objects.get().state == "dropped" and not owed("find").exists()
    with pytest.raises(Refused, match="不能再分派"):
        services.send(find.pk, person_id=owner.person_id, actor=marketing)


# --- falling back -------------------------------------------------------------------------------------------------------------


def test_not_answered_in_time_it_falls_back(find, marketing, owner, on):
    with on("2026-11-20"):
        services.send(find.pk, person_id=owner.person_id, actor=marketing)
    with on("2026-11-25"):
        assert services.fall_back(actor=SYSTEM) == services_recalled(0, 0, 0)
    with on("2026-11-26"):
        assert services.fall_back(actor=SYSTEM) == services_recalled(1, 0, 0)
    find.refresh_from_db()
    assert (find.state, find.returned_why, find.returned_by) == ("returned", "unanswered", None)
    assert owed("find", "withdrawn").get().closed_reason == "到期没有接收，已收回"


def services_recalled(*counts):
    from guike.marketing.services.recalling import Recalled

    return Recalled(*counts)


def test_accepted_and_never_contacted_it_falls_back_and_goes_on_with_its_customer(find, marketing, owner, teammate, on):
    with on(TODAY):
        services.send(find.pk, person_id=owner.person_id, actor=marketing)
        first = services.accept(find.pk, actor=owner).customer_id
    with on(TODAY + timedelta(7)):
        assert services.fall_back(actor=SYSTEM).untouched == 0
    with on(TODAY + timedelta(8)):
        assert services.fall_back(actor=SYSTEM) == services_recalled(0, 1, 1)
        find.refresh_from_db()
        assert (find.state, find.returned_why, find.customer_id) == ("returned", "untouched", first)
        assert PoolStay.objects.get(left_on=None).reason == "接收后 7 天没有跟进" and not owed("find_contact").exists()
        services.send(find.pk, person_id=teammate.person_id, actor=marketing)
        assert services.accept(find.pk, actor=teammate).customer_id == first
    made = Customer.objects.get()
    assert made.owner_id == teammate.person_id and not PoolStay.objects.filter(left_on=None).exists()


def test_what_a_colleague_claimed_meanwhile_is_not_made_twice(find, marketing, owner, teammate, manager, on):
    with on(TODAY):
        services.send(find.pk, person_id=owner.person_id, actor=marketing)
        services.accept(find.pk, actor=owner)
    with on(TODAY + timedelta(8)):
        services.fall_back(actor=SYSTEM)
        customers.assign(PoolStay.objects.get(left_on=None).pk, manager.person_id, actor=manager)
        services.send(find.pk, person_id=teammate.person_id, actor=marketing)
        with pytest.raises(Refused, match="归 王立 负责"):
            services.accept(find.pk, actor=teammate)
    assert Customer.objects.count() == 1 and Find.objects.get().state == "sent"


def test_who_holds_as_many_as_the_policy_allows_accepts_no_more(find, marketing, owner, customer):
    engine.publish_text(QUOTA, effective=date(2020, 1, 1), actor=SYSTEM)
    services.send(find.pk, person_id=owner.person_id, actor=marketing)
    with pytest.raises(Refused, match="超过上限 1 家"):
        services.accept(find.pk, actor=owner)
    assert Find.objects.get().state == "sent" and Customer.objects.count() == 1


def test_a_contact_in_time_keeps_it(find, marketing, owner, on):
    with on(TODAY):
        services.send(find.pk, person_id=owner.person_id, actor=marketing)
        accepted = services.accept(find.pk, actor=owner)
        contact.log_follow_up(accepted.customer_id, Draft("phone", "约下周见", TODAY), actor=owner)
    with on(TODAY + timedelta(60)):
        assert services.fall_back(actor=SYSTEM) == services_recalled(0, 0, 0)


def test_a_joined_customer_stays_with_its_owner(find, marketing, owner, customer, on):
    with on(TODAY):
        services.send(find.pk, person_id=owner.person_id, actor=marketing)
        services.accept(find.pk, actor=owner, customer_id=customer.pk)
    with on(TODAY + timedelta(8)):
        assert services.fall_back(actor=SYSTEM) == services_recalled(0, 1, 0)
    customer.refresh_from_db()
    assert customer.owner_id == owner.person_id


def test_only_the_system_recalls(marketing):
    with pytest.raises(Forbidden):
        services.fall_back(actor=marketing)


def test_the_database_keeps_a_find_whole(find):
    for values in ({"state": "sent"}, {"state": "accepted"}, {"state": "returned"}, {"ordered_on": TODAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Find.objects.filter(pk=find.pk).update(**values)


# --- a merge ------------------------------------------------------------------------------------------------------------------


def test_a_find_follows_its_customer_when_it_is_merged(find, marketing, owner, customer, clerk):
    services.send(find.pk, person_id=owner.person_id, actor=marketing)
    made = services.accept(find.pk, actor=owner).customer_id
    versions = dict(Customer.objects.values_list("pk", "version"))
    customers.merge(customer.pk, [made], versions=versions, actor=clerk)
    find.refresh_from_db()
    assert find.customer_id == customer.pk


# --- at the same moment -------------------------------------------------------------------------------------------------------


def at_once(jobs):
    """Run all jobs from one starting line, each on its own connection; how many were not refused."""
    line, done = threading.Barrier(len(jobs)), []

    def run(job):
        line.wait()
        with contextlib.suppress(Refused, Http404):
            job()
            done.append(job)
        connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(done)


@pytest.fixture
def crowd(transactional_db, cast, south):
    return [cast(f"同事{n}", "salesperson", south) for n in range(5)]


@pytest.fixture
def offered(crowd, marketing, south, find):
    return services.send(find.pk, department_id=south.pk, actor=marketing)


def test_one_of_many_gets_it_and_one_customer_arises(crowd, offered):
    assert at_once([lambda viewer=viewer: services.accept(offered.pk, actor=viewer) for viewer in crowd]) == 1
    made = Customer.objects.get()
    assert Find.objects.get().receiver_id == made.owner_id


def test_without_the_guard_several_believe_that_they_got_it(crowd, offered, monkeypatch):
    meeting = threading.Barrier(len(crowd))

    def take(find_id, person_id, department_id, on):
        free = Find.objects.filter(pk=find_id, state="sent").exists()
        meeting.wait(timeout=10)
        Find.objects.filter(pk=find_id).update(
            state="accepted", receiver_id=person_id, pooled=False, accepted_on=on, customer=None, version=F("version") + 1
        )
        return free

    monkeypatch.setattr(answering, "take", take)
    assert at_once([lambda viewer=viewer: services.accept(offered.pk, actor=viewer) for viewer in crowd]) > 1
    assert Customer.objects.count() > 1
