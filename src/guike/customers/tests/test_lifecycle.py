import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from guike.customers import rules, selectors, services, words
from guike.customers.models import Customer, CustomerFigures, LifecycleMove
from guike.customers.services import lifecycle
from guike.engine.activities.selectors import of_subject
from guike.platform import clock
from guike.platform.access import SYSTEM
from guike.platform.errors import Forbidden, Refused


def test_a_move_by_hand_needs_a_reason_and_stands_on_the_timeline(customer, owner):
    with pytest.raises(Refused, match="写原因"):
        services.move_stage(customer.pk, "prospect", actor=owner, reason=" ")
    move = services.move_stage(customer.pk, "prospect", actor=owner, reason="展会上谈过")
    customer.refresh_from_db()
    assert (customer.stage, move.from_stage, move.days_before) == ("prospect", "lead", 0)
    assert of_subject(owner, "customer", customer.pk)[0].title == "线索 → 潜在"


def test_a_move_outside_the_table_is_refused_with_what_is_possible(customer, owner):
    with pytest.raises(Refused, match="「线索」不能直接到「长期」，可以到：潜在、洽谈、新签、死亡"):
        services.move_stage(customer.pk, "long_term", actor=owner, reason="试试")
    assert Customer.objects.get(pk=customer.pk).stage == "lead"


def test_the_database_holds_the_same_table(customer):
    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.objects.filter(pk=customer.pk).update(stage="long_term")
    assert Customer.objects.get(pk=customer.pk).stage == "lead"


@pytest.mark.parametrize("start", sorted(rules.STAGES))
@pytest.mark.parametrize("end", sorted(rules.STAGES))
def test_rules_and_database_agree_on_every_move(customer, start, end):
    row = Customer.objects.create(number=f"T-{start}-{end}", name="甲", stage=start)
    allowed = True
    try:
        with transaction.atomic():
            Customer.objects.filter(pk=row.pk).update(stage=end)
    except IntegrityError:
        allowed = False
    assert allowed == (start == end or rules.may_move(start, end))


def test_service_moves_nobody(customer, service):
    with pytest.raises(Forbidden):
        services.move_stage(customer.pk, "prospect", actor=service, reason="x")
    assert LifecycleMove.objects.filter(from_stage="lead").count() == 0


def _figures(customer, **values):
    CustomerFigures.objects.filter(customer=customer).update(**values)


def test_facts_move_a_customer_all_the_way(customer):
    today = clock.today()
    Customer.objects.filter(pk=customer.pk).update(stage_since=today - timedelta(days=900))
    _figures(customer, first_purchase_on=today - timedelta(days=800), last_purchase_on=today - timedelta(days=400), orders_12m=0)
    assert services.advance_stages([customer.pk], actor=SYSTEM) == 1
    customer.refresh_from_db()
    moves = list(customer.moves.order_by("id").values_list("from_stage", "to_stage", "on", "days_before")[1:])
    assert customer.stage == "lost"
    assert moves == [("lead", "new", today - timedelta(days=800), 100), ("new", "lost", today, 800)]
    assert services.advance_stages([customer.pk], actor=SYSTEM) == 0


def test_facts_after_the_day_do_not_count_twice(customer):
    _figures(customer, last_contact_on=clock.today())
    services.advance_stages(None, actor=SYSTEM)
    customer.refresh_from_db()
    assert (customer.stage, customer.stage_since) == ("prospect", clock.today())


def test_the_stepper_adds_up_days(customer, owner):
    Customer.objects.filter(pk=customer.pk).update(stage_since=clock.today() - timedelta(days=12))
    services.move_stage(customer.pk, "negotiating", actor=owner, reason="谈价")
    customer.refresh_from_db()
    steps = {step.code: (step.state, step.days) for step in selectors.stage_steps(customer)}
    assert steps["lead"] == ("past", 12)
    assert steps["prospect"] == ("past", None)
    assert steps["negotiating"] == ("present", 0)
    assert steps["new"] == ("ahead", None)


def test_the_funnel_counts_what_the_viewer_sees(customer, owner, outsider, manager):
    services.add_customer({"name": "杭州金桥流体设备有限公司"}, actor=outsider)
    services.move_stage(customer.pk, "prospect", actor=owner, reason="谈过")
    today = clock.today()
    mine = {one.code: one for one in selectors.funnel(owner, today - timedelta(days=30), today)}
    every = {one.code: one for one in selectors.funnel(manager, today - timedelta(days=30), today)}
    assert (mine["lead"].count, mine["prospect"].count) == (0, 1)
    assert (every["lead"].count, every["prospect"].count) == (1, 1)
    assert (mine["lead"].entered, mine["lead"].went_on, mine["lead"].rate, mine["lead"].leaving_days) == (1, 1, 100, 0)
    assert mine["prospect"].standing_days == 0


def test_of_a_hundred_that_stand_or_stood_in_a_stage_so_many_went_on(owner):
    """Two leads, one of which moved on today: 50 %. Those that stood there long before the period count as well."""
    made = [services.add_customer({"name": f"温州第{i}阀门厂"}, actor=owner) for i in range(2)]
    services.move_stage(made[0].pk, "prospect", actor=owner, reason="谈过")
    LifecycleMove.objects.filter(to_stage="lead").delete()
    found = {one.code: one for one in selectors.funnel(owner, clock.today(), clock.today())}
    assert (found["lead"].count, found["lead"].left, found["lead"].went_on, found["lead"].rate) == (1, 1, 1, 50)
    assert found["negotiating"].rate is None


def test_figures_follow_orders_contacts_and_obligations(customer, owner):
    from decimal import Decimal

    from guike.contact import services as contact
    from guike.contact.rules import Draft
    from guike.products.models import Product
    from guike.sales.services.orders import LineDraft, record_order

    product = Product.objects.create(number="ZF-50", name="铸钢闸阀", unit="台", list_price=Decimal(860))
    day = clock.today() - timedelta(days=20)
    record_order(actor=owner, customer_id=customer.pk, ordered_on=day, lines=[LineDraft(product.pk, Decimal(10), Decimal(860))])
    contact.log_follow_up(
        customer.pk,
        Draft(method="phone", said="年底备货", happened_on=clock.today(), next_on=clock.today() + timedelta(days=3), next_step="报价"),
        actor=owner,
    )
    kept = CustomerFigures.objects.get(customer=customer)
    assert (kept.purchases_12m, kept.orders_12m, kept.last_purchase_on, kept.first_purchase_on) == (Decimal("8600.00"), 1, day, day)
    assert (kept.last_contact_on, kept.next_due_on, kept.next_due_title) == (clock.today(), clock.today() + timedelta(days=3), "报价")
    assert Customer.objects.get(pk=customer.pk).stage == "new"
    assert services.refresh_figures() == 0


def test_figures_of_all_are_what_figures_of_each_are(customer, owner):
    other = services.add_customer({"name": "乙厂"}, actor=owner)
    services.refresh_figures([customer.pk, other.pk])
    assert services.refresh_figures(None) == 0
    assert services.refresh_figures([]) == 0


def test_completeness_is_one_meaning_in_sql_and_rules(customer, chain, owner):
    services.add_address(customer.pk, {"line": "滨海一路 1 号"}, actor=owner)
    services.add_need(customer.pk, {"text": "年底备货"}, actor=owner)
    kept = Customer.objects.get(pk=customer.pk)
    profile = selectors.profile(kept)
    assert kept.completeness == profile.percent
    assert kept.decision_makers == 1
    assert "decision_maker" not in dict(profile.missing)
    assert dict(profile.missing)["uscc"] == "统一社会信用代码"
    assert profile.percent == 100 * (profile.required - len(profile.missing)) // profile.required


def test_a_company_writes_its_own_requirement(customer, marketing, owner):
    services.set_requirement("company", "dealer", ["phone", "city"], actor=marketing)
    assert Customer.objects.get(pk=customer.pk).completeness == 100
    with pytest.raises(Refused, match="没有这些资料项"):
        services.set_requirement("company", "dealer", ["horoscope"], actor=marketing)
    with pytest.raises(Forbidden):
        services.set_requirement("company", "dealer", ["uscc"], actor=owner)
    assert selectors.requirement_lists(marketing)[("company", "dealer")] == ("city", "phone")


def test_attributes_are_read_as_of_their_day(customer, owner, marketing):
    from guike.engine import selectors as engine

    services.change_customer(
        customer.pk,
        {"dealer_agreement_on": date(2026, 1, 1), "expected_deal_on": clock.today() + timedelta(days=20)},
        version=1,
        actor=owner,
    )
    codes = ["customer.dealer_agreement", "deal.expected_days", "profile.completeness", "decision_makers.known"]
    today = engine.metric_values(marketing, codes, "customer", [customer.pk], clock.today())[customer.pk]
    before = engine.metric_values(marketing, codes, "customer", [customer.pk], date(2025, 12, 31))[customer.pk]
    assert today["customer.dealer_agreement"] is True
    assert today["deal.expected_days"] == 20
    assert today["decision_makers.known"] == 0
    assert before["customer.dealer_agreement"] is not True


def test_every_stage_has_a_word_in_every_language():
    assert {code: str(word) for code, word in words.STAGES.items()} == rules.STAGES
    with translation.override("en"):
        assert not any("\u4e00" <= sign <= "\u9fff" for word in words.STAGES.values() for sign in str(word))


def two_rounds(monkeypatch, take) -> int:
    """Two rounds that found the same customers before either moved them; how many moves the facts have brought about."""
    monkeypatch.setattr(lifecycle, "_locked", take)
    threads = [threading.Thread(target=lambda: (services.advance_stages(actor=SYSTEM), connection.close())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return LifecycleMove.objects.filter(fact_kind="figures").count()


@pytest.fixture
def bought(transactional_db, customer):
    Customer.objects.update(stage_since=clock.today() - timedelta(days=900))
    _figures(customer, first_purchase_on=clock.today() - timedelta(days=30), last_purchase_on=clock.today() - timedelta(days=30), orders_12m=1)


def test_two_rounds_at_once_move_a_customer_once(bought, monkeypatch):
    locked, met = lifecycle._locked, threading.Barrier(2)

    def take(ids):
        met.wait(timeout=10)
        return locked(ids)

    assert two_rounds(monkeypatch, take) == 1


def test_without_the_lock_they_would_move_it_twice(bought, monkeypatch):
    met = threading.Barrier(2)

    def take(ids):
        found = list(Customer.objects.select_related("figures").filter(pk__in=ids))
        met.wait(timeout=10)
        return found

    assert two_rounds(monkeypatch, take) == 2


NOTHING = {"first_purchase_on": None, "last_purchase_on": None, "orders_12m": 0, "last_contact_on": None}


def _days(*before):
    return [clock.today() - timedelta(days=days) for days in before]


@pytest.mark.parametrize(
    ("left", "stage", "trail"),
    [
        ({}, "lead", []),  # nothing is left: as if it had never bought
        ({"last_contact_on": 5}, "prospect", [("prospect", 5)]),  # a contact that others wrote down is left
        ({"first_purchase_on": 20, "last_purchase_on": 20, "orders_12m": 1}, "new", [("new", 20)]),  # an order of somebody else's is left
        ({"first_purchase_on": 20, "last_purchase_on": 3, "orders_12m": 3}, "long_term", [("new", 20), ("long_term", 0)]),  # all holds still
    ],
)
def test_stages_that_only_what_is_gone_had_demanded_are_taken_back(customer, owner, left, stage, trail):
    since_it_came, began = clock.today() - timedelta(days=30), clock.now()
    Customer.objects.filter(pk=customer.pk).update(stage_since=since_it_came)
    (first, last) = _days(20, 3)
    _figures(customer, first_purchase_on=first, last_purchase_on=last, orders_12m=3)
    services.advance_stages([customer.pk], actor=SYSTEM)
    assert Customer.objects.get(pk=customer.pk).stage == "long_term"
    _figures(customer, **NOTHING | {name: _days(value)[0] if name.endswith("_on") else value for name, value in left.items()})
    assert services.take_back_stages([customer.pk], actor=SYSTEM, since=began) == (stage != "long_term")
    customer.refresh_from_db()
    moves = list(customer.moves.filter(fact_kind="figures").order_by("pk").values_list("to_stage", "on"))
    assert (customer.stage, moves) == (stage, [(to, _days(days)[0]) for to, days in trail])
    assert customer.stage_since == (moves[-1][1] if moves else since_it_came)
    told = [line.title.split(" → ")[1] for line in of_subject(owner, "customer", customer.pk) if line.kind == "customer.stage"]
    assert told[: len(trail)] == [str(words.STAGES[to]) for to, _days_ago in reversed(trail)]
    assert services.take_back_stages([customer.pk], actor=SYSTEM, since=began) == 0


def test_a_move_by_hand_and_what_lies_before_it_stands(customer, owner):
    began = clock.now()
    _figures(customer, last_contact_on=clock.today())
    services.advance_stages([customer.pk], actor=SYSTEM)
    services.move_stage(customer.pk, "negotiating", actor=owner, reason="报过价了")
    _figures(customer, first_purchase_on=clock.today(), last_purchase_on=clock.today(), orders_12m=1)
    services.advance_stages([customer.pk], actor=SYSTEM)
    _figures(customer, **NOTHING)
    assert services.take_back_stages([customer.pk], actor=SYSTEM, since=began) == 1
    assert Customer.objects.get(pk=customer.pk).stage == "negotiating"
    assert services.take_back_stages([customer.pk], actor=SYSTEM, since=clock.now()) == 0


def test_what_moved_before_the_moment_stands(customer):
    _figures(customer, last_contact_on=clock.today())
    services.advance_stages([customer.pk], actor=SYSTEM)
    _figures(customer, **NOTHING)
    assert services.take_back_stages([customer.pk], actor=SYSTEM, since=clock.now() + timedelta(seconds=1)) == 0
    assert Customer.objects.get(pk=customer.pk).stage == "prospect"


def test_a_stage_that_a_file_has_set_since_stands(customer):
    """Files set a stage without a move."""
    began = clock.now()
    _figures(customer, last_contact_on=clock.today())
    services.advance_stages([customer.pk], actor=SYSTEM)
    Customer.objects.filter(pk=customer.pk).update(stage="negotiating")
    _figures(customer, **NOTHING)
    assert services.take_back_stages([customer.pk], actor=SYSTEM, since=began) == 0
    assert Customer.objects.get(pk=customer.pk).stage == "negotiating"
