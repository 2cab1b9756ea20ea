"""Relations between customers: one row for both sides, no circles, groups as each reader may see them (CUS-15)."""

import contextlib
import threading
from datetime import date, timedelta

import pgtrigger
import pytest
from django.db import IntegrityError, connection, transaction

from guike.customers import rules, selectors, services
from guike.customers.models import Customer, Relation
from guike.engine.metrics.measure import Measuring
from guike.platform import clock
from guike.platform.errors import Refused, Stale


def a_company(actor, name, **more):
    return services.add_customer({"name": name, **more}, actor=actor)


def tops():
    """name → (parent, group) of everybody who has one."""
    listed = Customer.objects.exclude(group=None).order_by("pk")
    return {one.name: (one.parent.name if one.parent else None, one.group.name) for one in listed}


@pytest.fixture
def family(owner):
    """瓯泰集团 above 阀门 above 铸造; 泵业 beside 阀门."""
    made = {name: a_company(owner, f"瓯泰{name}") for name in ("集团", "阀门", "铸造", "泵业")}
    for upper, lower in (("阀门", "铸造"), ("集团", "阀门"), ("集团", "泵业")):
        services.relate(made[lower].pk, "parent:upper", made[upper].pk, actor=owner)
    return made


# --- rules ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("side", "expected"),
    [
        ("parent:upper", ("parent", 2, 1)),
        ("parent:lower", ("parent", 1, 2)),
        ("dealer:lower", ("dealer", 1, 2)),
        ("competitor:upper", ("competitor", 2, 1)),
    ],
)
def test_ends(side, expected):
    assert rules.relation_ends(side, 1, 2) == expected


@pytest.mark.parametrize("side", ["competitor:lower", "cousin:upper", "parent:beside"])
def test_a_side_that_does_not_exist(side):
    with pytest.raises(KeyError):
        rules.relation_ends(side, 1, 2)


def shape(nodes):
    return [(node.pk, shape(node.children)) if node.children else node.pk for node in nodes]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ({1, 2, 3, 4}, [(1, [(2, [3]), 4])]),
        ({1, 3, 4}, [(1, [(None, [3]), 4])]),
        ({3, 4}, [(None, [(None, [3]), 4])]),
        ({2, 3}, [(2, [3])]),
        ({3}, [3]),
        ({1}, [1]),
        (set(), []),
    ],
)
def test_what_is_out_of_sight_leaves_no_trace_unless_it_joins_two(seen, expected):
    """1 above 2 and 4, 2 above 3."""
    assert shape(rules.visible_tree([(1, 2), (2, 3), (1, 4)], seen, {})) == expected


# --- one row, both sides ---------------------------------------------------------------------------------------------------


def test_one_row_is_read_from_both_sides(customer, owner):
    other = a_company(owner, "瑞安恒通机电")
    services.relate(customer.pk, "dealer:lower", other.pk, {"since": date(2024, 3, 1), "note": "温州片"}, actor=owner)
    assert Relation.objects.count() == 1
    assert [(one.word, one.other.pk) for one in selectors.relations(owner, customer)] == [("下级分销商", other.pk)]
    assert [(one.word, one.other.pk) for one in selectors.relations(owner, other)] == [("供货经销商", customer.pk)]


def test_refusals(customer, owner, outsider):
    other = a_company(owner, "瑞安恒通机电")
    strange = a_company(outsider, "杭州金桥流体")
    with pytest.raises(Refused, match="和自己"):
        services.relate(customer.pk, "partner:upper", customer.pk, actor=owner)
    with pytest.raises(Refused, match="在今天之后"):
        services.relate(customer.pk, "partner:upper", other.pk, {"since": clock.today() + timedelta(1)}, actor=owner)
    services.relate(customer.pk, "partner:upper", other.pk, actor=owner)
    with pytest.raises(Refused, match="已有合作伙伴关系"):
        services.relate(other.pk, "partner:upper", customer.pk, actor=owner)
    with pytest.raises(Exception, match="没有找到这条客户"):
        services.relate(customer.pk, "parent:upper", strange.pk, actor=owner)
    with pytest.raises(Exception, match="没有找到这条客户"):
        services.relate(strange.pk, "parent:upper", customer.pk, actor=owner)
    assert Relation.objects.count() == 1


def test_the_database_refuses_by_itself(customer, owner):
    other, third = a_company(owner, "瑞安恒通"), a_company(owner, "乐清正大")
    Relation.objects.create(kind="parent", upper=customer, lower=other)
    for values in (
        {"kind": "control", "upper": other, "lower": other},
        {"kind": "parent", "upper": third, "lower": other},
        {"kind": "parent", "upper": other, "lower": customer},
        {"kind": "cousin", "upper": third, "lower": other},
        {"kind": "control", "upper": third, "lower": other, "since": date(2026, 2, 1), "until": date(2026, 1, 1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Relation.objects.create(**values)
    assert Relation.objects.count() == 1


def test_change_and_end_keep_the_history(customer, owner):
    other = a_company(owner, "瑞安恒通")
    made = services.relate(customer.pk, "referral:upper", other.pk, actor=owner)
    changed = services.change_relation(customer.pk, made.pk, {"since": date(2026, 5, 1), "note": "老同学"}, version=1, actor=owner)
    assert (changed.since, changed.note, changed.version) == (date(2026, 5, 1), "老同学", 2)
    with pytest.raises(Stale):
        services.change_relation(other.pk, made.pk, {"note": "同乡"}, version=1, actor=owner)
    with pytest.raises(Refused, match="早于开始日期"):
        services.end_relation(other.pk, made.pk, until=date(2026, 4, 30), actor=owner)
    with pytest.raises(Refused, match="在今天之后"):
        services.end_relation(other.pk, made.pk, until=clock.today() + timedelta(1), actor=owner)
    services.end_relation(other.pk, made.pk, until=date(2026, 10, 1), actor=owner, reason="不来往了")
    lines = selectors.relations(owner, customer)
    assert [(one.relation.until, one.word) for one in lines] == [(date(2026, 10, 1), "介绍人")]
    assert selectors.relation_count(owner, customer) == 0
    told = [(line.what, line.about) for line in selectors.changes(owner, customer) if line.about.startswith("关系")]
    assert [what for what, _about in told] == ["结束关系", "改关系", "建关系"]
    services.relate(customer.pk, "referral:upper", other.pk, actor=owner)  # again, from today


# --- trees -----------------------------------------------------------------------------------------------------------------


def test_parent_and_group_follow(family, owner):
    assert tops() == {
        "瓯泰集团": (None, "瓯泰集团"),
        "瓯泰阀门": ("瓯泰集团", "瓯泰集团"),
        "瓯泰铸造": ("瓯泰阀门", "瓯泰集团"),
        "瓯泰泵业": ("瓯泰集团", "瓯泰集团"),
    }
    link = Relation.objects.get(lower=family["阀门"])
    services.end_relation(family["阀门"].pk, link.pk, actor=owner)
    assert tops() == {
        "瓯泰集团": (None, "瓯泰集团"),
        "瓯泰阀门": (None, "瓯泰阀门"),
        "瓯泰铸造": ("瓯泰阀门", "瓯泰阀门"),
        "瓯泰泵业": ("瓯泰集团", "瓯泰集团"),
    }
    services.end_relation(family["铸造"].pk, Relation.objects.get(lower=family["铸造"]).pk, actor=owner)
    assert set(tops()) == {"瓯泰集团", "瓯泰泵业"}


def test_no_circle_of_any_length(family, owner):
    with pytest.raises(Refused, match="「瓯泰铸造」是它的下级"):
        services.relate(family["集团"].pk, "parent:upper", family["铸造"].pk, actor=owner)
    services.relate(family["集团"].pk, "dealer:upper", family["铸造"].pk, actor=owner)  # another tree
    services.relate(family["铸造"].pk, "dealer:upper", family["泵业"].pk, actor=owner)
    with pytest.raises(Refused, match="「瓯泰集团」是它的下级"):
        services.relate(family["泵业"].pk, "dealer:upper", family["集团"].pk, actor=owner)


def test_a_second_parent_is_refused_without_naming_what_is_out_of_sight(family, owner, outsider, clerk, customer):
    strange = a_company(outsider, "杭州金桥流体")
    services.relate(customer.pk, "parent:upper", strange.pk, actor=clerk)
    with pytest.raises(Refused) as told:
        services.relate(customer.pk, "parent:upper", family["集团"].pk, actor=owner)
    assert "不在可见范围内" in told.value.message and "金桥" not in told.value.message


def test_the_form_field_gives_and_takes_a_parent(customer, owner):
    child = services.add_customer({"name": "分厂", "parent": customer}, actor=owner)
    assert Relation.objects.get(until=None).upper_id == customer.pk
    services.change_customer(child.pk, {"parent": None}, version=1, actor=owner)
    assert (Relation.objects.get().until, Customer.objects.get(pk=child.pk).parent_id) == (clock.today(), None)


def test_the_referral_metric_counts_what_stands_open(customer, owner):
    for name in ("瑞安恒通", "乐清正大"):
        made = services.relate(a_company(owner, name).pk, "referral:upper", customer.pk, actor=owner)
    assert measured("referrals.total", customer) == 2
    services.end_relation(customer.pk, made.pk, actor=owner)
    assert measured("referrals.total", customer) == 1


def measured(code, customer):
    with connection.cursor() as cursor:
        cursor.execute(Measuring((code,), "customer", clock.today(), [customer.pk]).sql())
        return cursor.fetchone()[1]


# --- two at the same moment --------------------------------------------------------------------------------------------------


def two_halves(job):
    """Both halves of a circle from one starting line, each on its own connection; how many were not refused."""
    line, done = threading.Barrier(2), []

    def run(upper, lower):
        line.wait()
        with contextlib.suppress(Refused, IntegrityError):
            job(upper, lower)
            done.append(lower)
        connection.close()

    pair = list(Customer.objects.order_by("pk").values_list("pk", flat=True)[:2])
    threads = [threading.Thread(target=run, args=ends) for ends in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(done)


@pytest.fixture
def pair(transactional_db, owner, customer):
    return customer, a_company(owner, "瑞安恒通")


def test_of_two_halves_of_a_circle_one_is_refused(pair, owner):
    assert two_halves(lambda upper, lower: services.relate(lower, "parent:upper", upper, actor=owner)) == 1
    assert Relation.objects.count() == 1


def careless(upper, lower, looked):
    """Looks first and writes then, holding nothing."""
    free = not Relation.objects.filter(kind="dealer", upper_id=lower, lower_id=upper).exists()
    looked.wait(timeout=10)
    if free:
        with transaction.atomic():
            Relation.objects.create(kind="dealer", upper_id=upper, lower_id=lower)


def test_the_database_alone_refuses_the_second_half(pair):
    looked = threading.Barrier(2)
    with without_once():
        assert two_halves(lambda upper, lower: careless(upper, lower, looked)) == 1


def test_without_the_guard_the_circle_closes(pair):
    """Negative control: the same two without the trigger."""
    looked = threading.Barrier(2)

    def unguarded(upper, lower):
        with pgtrigger.ignore("customers.Relation:tree_kept"):
            careless(upper, lower, looked)

    with without_once():
        assert two_halves(unguarded) == 2


@contextlib.contextmanager
def without_once():
    """The pair's unique key set aside, so that only the guard against circles is looked at."""
    (once,) = [one for one in Relation._meta.constraints if one.name == "relation_once"]
    with connection.schema_editor() as editor:
        editor.remove_constraint(Relation, once)
    try:
        yield
    finally:
        Relation.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Relation, once)
