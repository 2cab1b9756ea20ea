"""The nightly round: nobody within their term ever appears, everybody past it does; twice adds nothing, a new dealing takes away (CUS-12)."""

import random
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from guike.contact.models import FollowUp
from guike.customers.models import Consent, Contact, Customer
from guike.engine.models import Obligation
from guike.marketing.models import Find
from guike.organisation.models import Account
from guike.oversight import rules, services
from guike.oversight.models import DuePerson, Hold, PersonalRequest
from guike.oversight.rules import Standing
from guike.oversight.tests.test_erasure import met
from guike.platform import clock, jobs, numbering
from guike.platform.access import SYSTEM
from guike.platform.errors import Refused
from guike.platform.models import JobRun
from guike.platform.notifications.models import Notice
from guike.sales.models import ReturnOrder, SalesOrder

DAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime(2026, 11, 26, 10, tzinfo=ZoneInfo("Asia/Shanghai")), tick=False):
        yield


def moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def firm(day: date = date(2015, 1, 1), **values) -> Customer:
    return Customer.objects.create(**{"number": numbering.take("customer"), "name": "温州瓯泰阀门有限公司", "created_at": moment(day), **values})


def private(day: date = date(2015, 1, 1), **values) -> Customer:
    return firm(day, **{"kind": "person", "name": "欧阳云裳", "phone": "13966668888", **values})


def contact(day: date = date(2015, 1, 1), at: Customer | None = None, **values) -> Contact:
    return Contact.objects.create(**{"customer": at or firm(), "name": "林海峰", "phone": "13800138000", "created_at": moment(day), **values})


def talk(customer: Customer, day: date, company, *people: Contact, **values) -> FollowUp:
    made = FollowUp.objects.create(customer=customer, person=company.seller, happened_on=day, method="phone", said="谈账期", recorded_at=moment(day), **values)
    made.contacts.set(people)
    return made


def order(customer: Customer, day: date, status: str = "delivered", **values) -> SalesOrder:
    confirmed = {} if status == "draft" else {"confirmed_on": day}
    return SalesOrder.objects.create(number=numbering.take("customer"), customer=customer, status=status, ordered_on=day, **confirmed, **values)


def listed(kind: str = "") -> dict[tuple[str, int], str]:
    rows = DuePerson.objects.filter(subject_kind=kind) if kind else DuePerson.objects.all()
    return {(one.subject_kind, one.subject_id): one.state for one in rows}


class Chance:
    """People with dealings of every sort on random days, many of them on the last day of a term or beside it."""

    def __init__(self, company, seed: int):
        self.company, self.random = company, random.Random(seed)

    def day(self) -> date:
        return DAY - timedelta(days=self.random.choice([*(self.random.randrange(700, 4000) for _n in range(6)), 1094, 1095, 1096, 1097]))

    def dealings(self, customer: Customer) -> tuple[list[date], bool]:
        """Days of dealings with a firm, and whether an order is under way. What was taken back or never done is no dealing."""
        sorts = [self.talked, self.talked, self.ordered, self.ordered, self.returned, self.did, self.undone, self.undone, self.ordering]
        found = [self.random.choice(sorts)(customer) for _n in range(self.random.randrange(3))]
        return [day for day, _open in found if day], any(is_open for _day, is_open in found)

    def talked(self, customer: Customer) -> tuple[date | None, bool]:
        return talk(customer, self.day(), self.company).happened_on, False

    def ordered(self, customer: Customer) -> tuple[date | None, bool]:
        day = self.day()
        return order(customer, day - timedelta(days=9), delivered_on=day).delivered_on, False

    def ordering(self, customer: Customer) -> tuple[date | None, bool]:
        return order(customer, self.day(), "confirmed").ordered_on, True

    def returned(self, customer: Customer) -> tuple[date | None, bool]:
        made = ReturnOrder.objects.create(number=numbering.take("customer"), order_number="DD-1", customer=customer, registered_on=self.day())
        return made.registered_on, False

    def did(self, customer: Customer) -> tuple[date | None, bool]:
        day = self.day()
        owed(customer, day, state="fulfilled", fulfilled_on=day)
        return day, False

    def undone(self, customer: Customer) -> tuple[date | None, bool]:
        talk(customer, DAY, self.company, voided_at=moment(DAY), voided_reason="记错")
        owed(customer, DAY)
        return None, False

    def somebody(self, customer: Customer) -> tuple[Contact, list[date], list[date]]:
        """A contact, the days that are only theirs, and those of them that are the firm's too."""
        first, gone = self.day(), self.random.choice([None, None, self.day()])
        one = contact(first, customer, left_on=gone)
        shared = []
        if self.random.random() < 0.4:
            shared.append(talk(customer, self.day(), self.company, one).happened_on)
        if self.random.random() < 0.3:
            shared.append(Consent.objects.create(contact=one, purpose="marketing", given=False, on=self.day(), source="call").on)
        return one, [first, *([gone] if gone else [])], shared

    def held(self, who: tuple[str, int]) -> date | None:
        until = self.random.choice([None, None, None, DAY - timedelta(days=1), DAY, DAY + timedelta(days=90)])
        if until:
            Hold.objects.create(subject_kind=who[0], subject_id=who[1], ground="dispute", reason="案号 1", until=until)
        return until


def owed(customer: Customer, day: date, **values) -> Obligation:
    return Obligation.objects.create(
        kind="promise", subject_kind="customer", subject_id=customer.pk, title="答复", opened_on=day, opened_at=moment(day), due_on=day, **values
    )


@pytest.mark.parametrize("seed", [20261126, 7])
def test_everybody_past_the_term_is_found_and_nobody_within_it(company, seed):
    """The pure rule and the round agree on each of some hundred people."""
    chance, expected = Chance(company, seed), {}
    for turn in range(60):
        since = chance.day()
        customer = (private if turn % 2 else firm)(since)
        theirs, under_way = chance.dealings(customer)
        people = [chance.somebody(customer) for _n in range(1 + turn % 3)]
        theirs += [day for _one, _own, shared in people for day in shared]
        known = [(("contact", one.pk), own + (shared if one.left_on else theirs), under_way and not one.left_on) for one, own, shared in people]
        known += [(("customer", customer.pk), [since, *theirs], under_way)] if turn % 2 else []
        for who, days, going_on in known:
            expected[who] = Standing(max(days), 36, going_on, chance.held(who)).verdict(DAY)
    services.look(batch=7)
    assert listed() == {who: verdict for who, verdict in expected.items() if verdict != "within"}
    assert {verdict: list(expected.values()).count(verdict) > 4 for verdict in expected.values()} == {"within": True, "due": True, "kept": True}


def test_the_round_again_writes_nothing_and_a_new_dealing_takes_the_person_off(company):
    gone, back = contact(), private()
    first = services.look(batch=1)
    assert (first.new, first.gone) == (2, 0)
    again = services.look()
    assert (again.new, again.written, again.gone) == (0, 0, 0)
    talk(back, DAY, company)
    assert services.look().gone == 1
    assert listed() == {("contact", gone.pk): "due"}
    talk(gone.customer, DAY, company)  # a dealing with the firm is one with who works there
    assert (services.look().gone, listed()) == (1, {})


def test_why_somebody_is_due_says_the_dealing_the_term_and_the_day(company):
    person = private()
    order(person, date(2021, 3, 1), delivered_on=date(2021, 3, 9))
    talk(person, date(2020, 1, 1), company)
    services.look()
    found = DuePerson.objects.get()
    assert (found.last_on, found.last_what, found.months, found.ended_on) == (date(2021, 3, 9), "sales_order", 36, date(2024, 3, 9))


def test_every_kind_has_its_own_term(company):
    """Finds 12 months after they were handled, colleagues 24 after they left, requests 36 after the answer; who names nobody is left alone."""
    day = DAY - timedelta(days=400)
    lead = Find.objects.create(number="XS-1", name="台州恒捷泵业有限公司", contact="金晓", phone="13700001111", found_on=day)
    Find.objects.create(number="XS-2", name="没有人的公司", found_on=day)
    Find.objects.create(number="XS-3", name="刚退回", contact="金晓", found_on=day, state="returned", returned_why="no_need", returned_on=DAY)
    Find.objects.create(
        number="XS-4", name="成了客户", contact="金晓", found_on=day, state="accepted", receiver=company.seller, accepted_on=day, customer=firm(DAY)
    )
    Find.objects.create(number="XS-5", name="还没答", contact="金晓", found_on=day, state="sent", receiver=company.seller, sent_on=day, due_on=day)
    company.colleague.phone, company.colleague.left_on = "13700002222", date(2024, 11, 25)
    company.colleague.save()
    company.boss.phone, company.boss.left_on = "13700003333", date(2024, 11, 26)
    company.boss.save()
    old = answered(contact(DAY), closed_on=date(2023, 11, 25))
    answered(contact(DAY), closed_on=date(2023, 11, 26))
    services.look()
    assert listed() == {("find", lead.pk): "due", ("person", company.colleague.pk): "due", ("personal_request", old.pk): "due"}


def answered(one: Contact, **values) -> PersonalRequest:
    return PersonalRequest.objects.create(
        **{
            "number": numbering.take("personal_request"), "wish": "copy", "subject_kind": "contact", "subject_id": one.pk, "asker": "欧阳云裳",
            "way": "phone", "received_on": date(2020, 1, 1), "due_on": date(2020, 2, 1), "state": "done", **values,
        }
    )  # fmt: skip


def test_an_open_request_keeps_and_its_answer_lets_go(company, admin):
    one = contact()
    asked = answered(one, state="open")
    services.look()
    assert listed() == {}
    services.check_identity(asked.pk, "call", actor=admin)
    services.close_request(asked.pk, outcome="给了副本", actor=admin)
    services.look()
    assert listed() == {("contact", one.pk): "due"}


def test_a_hold_shows_at_once_and_its_release_too(company, admin):
    one = contact()
    services.look()
    hold = services.place_hold("contact", one.pk, ground="dispute", until=date(2027, 6, 30), reason="案号 7", actor=admin)
    found = DuePerson.objects.get()
    assert (found.state, found.hold) == ("kept", hold)
    services.release_hold(hold.pk, reason="和解", actor=admin)
    found.refresh_from_db()
    assert (found.state, found.hold) == ("due", None)


def test_the_companys_own_term_counts(company, admin):
    one = contact(date(2025, 1, 1), firm(date(2025, 1, 1)))
    services.look()
    assert listed() == {}
    services.set_terms(actor=admin, responsible_id=None, two_people=True, months={"dealings": 12})
    services.look()
    assert listed() == {("contact", one.pk): "due"}
    with pytest.raises(Refused, match="24 到 120"):
        services.set_terms(actor=admin, responsible_id=None, two_people=True, months={"employment": 6})


def test_one_message_a_night_however_many(company, admin):
    company.account(company.boss, "boss", ("administrator",))
    for _n in range(3):
        contact()
    run = jobs.start("oversight.retention", "x")
    assert jobs.run_now(run).result["new"] == 3
    contact()
    assert jobs.run_now(jobs.start("oversight.retention", "x")).result["new"] == 1
    notes = Notice.objects.filter(kind="personal.term", account__person=company.boss)
    assert [note.title for note in notes] == ["3 人的个人信息保存期已满"]


def kept(company, admin, until: date = date(2027, 6, 30)) -> DuePerson:
    contact()
    services.look()
    return services.keep_longer(DuePerson.objects.get().pk, until=until, reason="还在谈维修", actor=admin)


def test_a_decision_keeps_until_its_day_and_then_it_is_due_again(company, admin):
    found = kept(company, admin, date(2026, 12, 1))
    assert services.look().written == 0
    assert listed() == {("contact", found.subject_id): "kept"}
    with time_machine.travel(moment(date(2026, 12, 1)), tick=False):
        assert services.look().written == 0
    with time_machine.travel(moment(date(2026, 12, 2)), tick=False):
        assert services.look().written == 1
    assert listed() == {("contact", found.subject_id): "due"}


@pytest.mark.parametrize(
    ("until", "reason", "words"),
    [(DAY, "还在谈", "要在今天之后"), (date(2027, 11, 27), "还在谈", "最多再保留 12 个月，到 2027-11-26"), (date(2027, 1, 1), " ", "写明")],
)
def test_keeping_needs_a_reason_and_a_day_within_a_year(company, admin, until, reason, words):
    contact()
    services.look()
    with pytest.raises(Refused, match=words):
        services.keep_longer(DuePerson.objects.get().pk, until=until, reason=reason, actor=admin)


def carried_out(company, admin, found: DuePerson) -> DuePerson:
    """Begun, counted, proposed, confirmed by the general manager, carried out."""
    from guike.organisation.selectors import viewer_for

    request = services.begin_erasure(found.pk, actor=admin, reason="期满").request
    assert jobs.run_now(JobRun.objects.filter(kind="oversight.count").latest("pk")).state == "done"
    services.propose_erasure(request.pk, actor=admin, reason="期满", several=True)
    boss = viewer_for(Account.objects.filter(person=company.boss).first() or company.account(company.boss, "boss", ("executive",)))
    services.confirm_erasure(request.pk, actor=boss)
    run = jobs.run_now(JobRun.objects.filter(kind="oversight.erase").latest("pk"))
    assert run.state == "done", run.error
    found.refresh_from_db()
    return found


def test_erasing_a_contact_takes_the_existing_way_and_the_row_says_so(company, admin):
    one = contact()
    services.look()
    found = carried_out(company, admin, DuePerson.objects.get())
    assert (found.state, found.erased_on, found.request.state) == ("erased", DAY, "done")
    gone = Contact.everything.get(pk=one.pk)
    assert (gone.name, gone.phone) == ("已删除", "")
    assert services.look().written == 0
    assert Obligation.objects.filter(kind="personal_request").count() == 0  # nobody waits for an answer


def test_erasing_a_find_takes_the_person_and_leaves_the_firm(company, admin):
    day = DAY - timedelta(days=400)
    lead = Find.objects.create(number="XS-1", name="台州恒捷泵业有限公司", contact="金晓海", phone="13700001111", note="金晓海爱打球", found_on=day)
    alone = Find.objects.create(number="XS-2", kind="person", name="贺兰雪", phone="13700002222", found_on=day)
    services.look()
    services.seal()
    for found in DuePerson.objects.filter(subject_kind="find"):
        carried_out(company, admin, found)
    services.seal()
    assert met("金晓海", "13700001111", "贺兰雪", "13700002222") == {}  # no history, no text, no search column
    assert services.verify().findings == []
    lead.refresh_from_db()
    alone.refresh_from_db()
    assert (lead.name, lead.contact, lead.phone, lead.note, lead.state) == ("台州恒捷泵业有限公司", "", "", "", "dropped")
    assert (alone.name, alone.phone) == ("已删除", "")
    assert services.look().written == 0


def test_erasing_a_leaver_and_an_old_request_leaves_who_did_what(company, admin):
    company.colleague.phone, company.colleague.email, company.colleague.left_on = "13700002222", "k@example.com", date(2020, 1, 1)
    company.colleague.save()
    old = answered(contact(DAY), closed_on=date(2020, 3, 1), detail="要副本", outcome="给了")
    services.look()
    assert listed().keys() == {("person", company.colleague.pk), ("personal_request", old.pk)}
    for found in DuePerson.objects.all():
        carried_out(company, admin, found)
    assert met("欧阳云裳", "13700002222", "k@example.com") == {}
    company.colleague.refresh_from_db()
    old.refresh_from_db()
    assert (company.colleague.phone, company.colleague.email, company.colleague.name != "已删除") == ("", "", True)
    assert (old.asker, old.detail, old.outcome, old.state) == ("已删除", "", "", "done")
    assert services.look().written == 0


def test_who_asked_to_be_erased_is_done_with_on_the_list_too(company, admin):
    one = contact()
    services.look()
    found = DuePerson.objects.get()
    asked = answered(one, state="open", wish="erase", checked="call")
    services.count_up(asked.pk, actor=admin)
    assert jobs.run_now(JobRun.objects.get(kind="oversight.count")).state == "done"
    services.set_terms(actor=admin, responsible_id=None, two_people=False)
    services.propose_erasure(asked.pk, actor=admin, reason="本人要求")
    assert jobs.run_now(JobRun.objects.get(kind="oversight.erase")).state == "done"
    found.refresh_from_db()
    assert (found.state, found.request) == ("erased", asked)
    assert services.look().written == 0


def test_who_has_a_dealing_again_is_not_erased_and_what_was_begun_ends(company, admin):
    one = contact()
    services.look()
    found = services.begin_erasure(DuePerson.objects.get().pk, actor=admin, reason="期满")
    talk(one.customer, DAY, company)
    assert "又有往来" in services.obstacle(found.request)
    with pytest.raises(Refused, match="没有到期"):
        services.propose_erasure(found.request.pk, actor=admin)
    result = jobs.run_now(jobs.start("oversight.retention", "x")).result
    assert (result["gone"], result["dropped"]) == (1, 1)
    found.request.refresh_from_db()
    assert (found.request.state, found.request.refusal) == ("refused", "current")
    assert Contact.objects.get(pk=one.pk).name == "林海峰"


def test_what_is_kept_or_begun_or_done_is_not_begun_again(company, admin):
    found = kept(company, admin)
    with pytest.raises(Refused, match="已决定保留到 2027-06-30"):
        services.begin_erasure(found.pk, actor=admin)
    DuePerson.objects.update(state="due", kept_until=None, kept_why="")
    services.begin_erasure(found.pk, actor=admin)
    with pytest.raises(Refused, match="已在办删除：GX-"):
        services.begin_erasure(found.pk, actor=admin)
    with pytest.raises(Refused, match="已在办删除：GX-"):
        services.keep_longer(found.pk, until=date(2027, 1, 1), reason="x", actor=admin)


def test_a_record_that_is_no_more_leaves_the_list(company):
    one = contact()
    services.look()
    Contact.everything.filter(pk=one.pk).delete()
    assert (services.look().gone, listed()) == (1, {})


def test_the_night_starts_it(company):
    assert rules.LONGEST == 12
    from guike.oversight.jobs import act_on_terms

    act_on_terms()
    assert JobRun.objects.filter(kind="oversight.retention").count() == 1
    assert clock.today() == DAY
    assert SYSTEM.is_system
