"""What the marketing department found at fairs and on the web in half a year, and what became of it (CUS-08). Its own dice."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any, cast

from django.apps import apps

from guike.marketing import services
from guike.organisation import selectors as organisation
from guike.platform import dictionaries, numbering
from guike.platform.access import Viewer
from guike.wiring.demo import words
from guike.wiring.demo.people import Staff
from guike.wiring.demo.size import Size

SEED = 20261125
LINES = ("闸阀", "球阀", "蝶阀", "调节阀")
EVENTS = (
    ("展会活动", "温州泵阀展"),
    ("展会活动", "上海流体机械展"),
    ("网络", "行业网询盘"),
    ("市场调研", "园区走访"),
    ("转介绍", "老客户介绍"),
    ("电话咨询", "来电"),
)
NOTES = (
    "年内换供应商，要看样",
    "二期扩建，明年上半年招标",
    "现用阀门内漏，问更换周期",
    "只留了名片，说先发资料",
    "问铸钢闸阀 DN50～DN200 价格",
)
BECAME, JOINED, NEW, RETURNED = 34, 6, 8, 7
CAME_BACK = (
    ("no_need", "刚签了三年框架"),
    ("unreachable", "号码是空号"),
    ("known", "同事的老客户"),
    ("not_ours", "在苏北，不归浙南"),
    ("unanswered", ""),
)
#: Who gets what of which region by the company's rules; the rest is sent by hand.
ROUTES = (
    (10, "调节阀项目", (), ("调节阀",), "陈思远", ""),
    (20, "浙南", ("温州", "台州", "丽水"), (), "", "浙南片区"),
    (30, "浙北", ("浙江",), (), "", "浙北片区"),
    (40, "苏沪", ("江苏", "上海"), (), "", "苏沪片区"),
    (50, "北方", ("山东", "河北"), (), "", "北方片区"),
    (60, "华南", ("广东", "福建"), (), "", "华南片区"),
)


def make_finds(staff: Staff, today: date, size: Size) -> None:
    """Finds that became customers months ago, some that came back, some to be distributed; three wait for 陈思远, three for his department."""
    random = Random(SEED)  # noqa: S311 — a demo must be the same every time
    marketing = _viewer(staff, "孙敏")
    lines = dictionaries.resolve_many("product_line", LINES, create=True)
    sources = dictionaries.resolve_many("customer_source", {source for source, _where in EVENTS}, create=True)
    for position, name, regions, products, person, department in ROUTES:
        services.save_route(
            {
                "position": position, "name": name, "regions": list(regions), "product_lines": [lines[one] for one in products],
                "person": staff.people.get(person), "department": staff.departments.get(department),
            },
            actor=marketing,
        )  # fmt: skip
    _became_customers(random, staff, today, size, sources, lines)
    fresh = _fresh(random, sources, lines)
    for _ in range(RETURNED):
        _came_back(random, marketing, staff, next(fresh), today)
    for n in range(NEW):
        made = services.add_find(next(fresh), actor=marketing)
        _found_on(made, today - timedelta(days=n))
    there = _a_customer(staff)
    double = {"name": there.name.replace("有限公司", "有限责任公司"), "province": f"{there.province}省", "city": there.city}
    services.add_find({**next(fresh), **double}, actor=marketing)
    for _ in range(3):
        made = services.add_find(_in_wenzhou(next(fresh)), actor=marketing)
        services.send(made.pk, person_id=staff.people["陈思远"], actor=marketing, reason="离你的片区最近")
    for _ in range(3):
        made = services.add_find({**_in_wenzhou(next(fresh)), "product_line": lines["闸阀"]}, actor=marketing)
        services.send_by_rules(made.pk, actor=marketing)


def _in_wenzhou(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "name": f"温州{values['name'][2:]}", "province": "浙江省", "city": "温州市"}


def _viewer(staff: Staff, name: str) -> Viewer:
    return cast(Viewer, organisation.viewer_of_person(staff.people[name]))


def _a_customer(staff: Staff) -> Any:
    return apps.get_model("customers.Customer").objects.filter(owner=staff.people["黄可"], name__endswith="有限公司").order_by("pk")[4]


def _fresh(random: Random, sources: dict[str, str], lines: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Companies that nobody has in the books, as a card or a form names them."""
    while True:
        province, (_region, cities) = random.choice(list(words.PLACES.items())[:8])
        city, source = random.choice(list(cities)), random.choice(EVENTS)
        brand = random.choice("云凌旭晟钰铭") + random.choice("帆霖阳邦朗捷")
        yield {
            "name": f"{city}{brand}{random.choice(words.USER_TRADES)}有限公司",
            "contact": random.choice(words.SURNAMES) + random.choice(words.GIVEN),
            "position": random.choice(words.POSITIONS["gatekeeps"] + words.POSITIONS["influences"]),
            "phone": f"1{random.choice(('38', '39', '58'))}{random.randrange(10_000_000, 99_999_999)}",
            "source": sources[source[0]],
            "place_found": source[1],
            "province": f"{province[:2]}{'市' if province == '上海' else '省'}",
            "city": f"{city}市",
            "product_line": lines[random.choice(LINES)],
            "scale": random.choice(("large", "medium", "small", "")),
            "trend": random.choice(("growing", "steady", "")),
            "note": random.choice(NOTES),
        }


def _found_on(found: Any, day: date) -> None:
    apps.get_model("marketing.Find").objects.filter(pk=found.pk).update(found_on=day)


def _came_back(random: Random, marketing: Viewer, staff: Staff, values: dict[str, Any], today: date) -> None:
    made = services.add_find(values, actor=marketing)
    why, said = random.choice(CAME_BACK)
    day = today - timedelta(days=random.randrange(12, 150))
    by = None if why == "unanswered" else staff.people[random.choice(("黄可", "钱文斌", "朱一鸣"))]
    apps.get_model("marketing.Find").objects.filter(pk=made.pk).update(
        state="returned",
        found_on=day,
        sent_on=day + timedelta(days=1),
        returned_on=day + timedelta(days=3),
        returned_why=why,
        said=said,
        returned_by=by,
    )


def _became_customers(random: Random, staff: Staff, today: date, size: Size, sources: dict[str, str], lines: dict[str, str]) -> None:
    """Prospects that entered the books in the last half year came from finds; some finds joined customers that buy already."""
    Find, Customer = apps.get_model("marketing.Find"), apps.get_model("customers.Customer")
    owned = Customer.objects.filter(owner__isnull=False)
    prospects = owned.filter(registered_on__gt=today - timedelta(days=180), figures__orders_12m=0).order_by("pk")[: BECAME * size.of(9) : size.of(9)]
    buyers = owned.filter(figures__orders_12m__gte=4).order_by("-pk")[: JOINED * size.of(40) : size.of(40)]
    collectors = [staff.people[name] for name in ("孙敏", "董若曦", "蒋启航")]
    just_now = today - timedelta(days=2)
    made = [(one, just_now if n % 7 == 3 else one.registered_on, False) for n, one in enumerate(prospects)]
    made += [(one, today - timedelta(days=random.randrange(60, 170)), True) for one in buyers]
    for (customer, day, joined), number in zip(made, numbering.take_many("find", len(made)), strict=True):
        source, where = random.choice(EVENTS)
        found = Find(
            number=number, name=customer.name, source=sources[source], place_found=where, found_on=day - timedelta(days=random.randrange(2, 9)),
            found_by_id=random.choice(collectors), province=f"{customer.province}省", city=customer.city, product_line=lines[random.choice(LINES)],
            state="accepted", receiver_id=customer.owner_id, department_id=customer.department_id, sent_by_id=staff.people["孙敏"],
            sent_on=day - timedelta(days=1), accepted_on=day, customer=customer, joined=joined, note=random.choice(NOTES), search="",
        )  # fmt: skip
        services.derive(found)
        found.save(force_insert=True)
    services.refresh_outcomes()
    idle = Find.objects.filter(
        state="accepted", contacted_on__isnull=True, ordered_on__isnull=True, accepted_on__lt=today - timedelta(days=6)
    )
    idle.update(
        state="returned",
        returned_why="untouched",
        said="接收后 7 天没有跟进",
        returned_on=today - timedelta(days=5),
        receiver=None,
        department=None,
        accepted_on=None,
    )
