"""3,000 customers of the demo company with their people, needs and rivals."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.apps import apps

from guike.customers import rules
from guike.customers.services import refresh_key_dates, scan
from guike.platform import numbering
from guike.platform.access import SYSTEM
from guike.platform.imports import bulk
from guike.wiring.demo import words
from guike.wiring.demo.people import TERRITORIES, Staff
from guike.wiring.demo.size import Size

BUYERS, PROSPECTS, POOL = 1_920, 940, 140
CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass
class Account:
    """A customer as the rest of the demo needs it: `yearly` purchases aimed at in yuan (0 for a prospect), `since` first contact."""

    row: Any
    nature: str
    yearly: int
    since: date
    owner: str
    contacts: list[Any]

    @property
    def buys(self) -> bool:
        return self.yearly > 0


def make_customers(random: Random, staff: Staff, today: date, size: Size) -> list[Account]:
    """Buyers of every size, prospects, customers in the public pool; each with people, some without a decision maker."""
    names = _names(random)
    accounts = [_account(random, staff, names, place, today) for place in size.places(BUYERS + PROSPECTS + POOL)]
    for account, number in zip(accounts, numbering.take_many("customer", len(accounts)), strict=True):
        row = account.row
        row.number = number
        found = rules.of_customer(number=number, name=row.name, short_name=row.short_name, phone=row.phone, kind=row.kind)
        for name, value in found.items():
            setattr(row, name, value)
    bulk.copy_in([account.row for account in accounts])
    _doubles(accounts)
    _people(random, accounts, today)
    _wishes(random, accounts, staff, today)
    return accounts


def _doubles(accounts: list[Account]) -> None:
    """Five customers entered twice, as it happens: another form, a homophone, a short name, the same number, traditional script."""
    Customer = apps.get_model("customers.Customer")
    heard = [account.row for account in accounts if account.row.owner_id and account.row.short_name[:2] in words.HOMOPHONES]
    first = [row for row in heard if row.name.endswith("有限公司")][3:8]
    spelled = (
        lambda row: row.name.replace("有限公司", "有限责任公司"),
        lambda row: row.name.replace(row.short_name[:2], words.HOMOPHONES.get(row.short_name[:2], row.short_name[:2])),
        lambda row: row.short_name,
        lambda row: f"{row.short_name}经营部",
        lambda row: f"{row.city.removesuffix('市')}（{row.short_name[:2]}）{row.short_name[2:]}有限公司",
    )
    made: list[Any] = []
    for row, spell, number in zip(first, spelled, numbering.take_many("customer", len(first)), strict=True):
        double = Customer(
            number=number, kind="company", name=spell(row), phone=row.phone if len(made) % 2 == 0 else "", province=row.province, city=row.city,
            owner_id=row.owner_id, department_id=row.department_id, source="网络", registered_on=row.registered_on, stage_since=row.stage_since,
        )  # fmt: skip
        for name, value in rules.of_customer(number=number, name=double.name, phone=double.phone, kind="company").items():
            setattr(double, name, value)
        made.append(double)
    bulk.copy_in(made)


def find_doubles() -> None:
    """The scan has run once, so that its page has something to show."""
    scan(actor=SYSTEM)


def note_key_dates() -> None:
    """What the files say comes next, as every night works it out."""
    refresh_key_dates()


def _names(random: Random) -> list[tuple[str, str, str]]:
    """(full name, short name, trade) without a repetition; three of them very long."""
    trades = [*words.DEALER_TRADES, *words.AGENT_TRADES, *words.USER_TRADES]
    pairs = [(brand, trade) for brand in words.brands() for trade in trades]
    random.shuffle(pairs)
    return [(brand, trade, f"{brand}{trade}") for brand, trade in pairs]


def _yearly(random: Random, place: int) -> int:
    """Few large, many small, as real books look."""
    steps = [
        (14, 5_200_000, 11_000_000),
        (74, 1_000_000, 4_600_000),
        (330, 200_000, 980_000),
        (1_040, 50_000, 195_000),
        (BUYERS, 4_000, 48_000),
    ]
    for until, low, high in steps:
        if place < until:
            return random.randrange(low, high, 1000)
    return 0


def _account(random: Random, staff: Staff, names: list, place: int, today: date) -> Account:
    province, (region, cities) = random.choices(list(words.PLACES.items()), weights=[9, 5, 4, 2, 3, 1, 3, 2, 1, 1])[0]
    city = random.choice(list(cities))
    brand, trade, short = names[place]
    nature = "dealer" if trade in words.DEALER_TRADES else "agent" if trade in words.AGENT_TRADES else "end_user"
    owner = random.choices(TERRITORIES[region], weights=(6, 5, 4, 4, 4, 1)[: len(TERRITORIES[region])])[0]
    yearly = _yearly(random, place)
    since = today - timedelta(days=random.randrange(460, 3200) if yearly else random.randrange(5, 200))
    long = place in (15, 455, 815)
    name = (
        words.LONG_NAMES[place // 400]
        if long
        else f"{city}{brand}{trade}{random.choice(('有限公司', '有限公司', '有限公司', '股份有限公司'))}"
    )
    pool = place >= BUYERS + PROSPECTS
    customer = apps.get_model("customers.Customer")(
        kind="company",
        name=name,
        short_name="" if long else short,
        nature=nature,
        province=province[:2],
        city=f"{city}市",
        district=random.choice(cities[city]),
        region=region,
        registered_address=f"{random.choice(('工业大道', '滨海路', '创业路', '人民东路'))} {random.randrange(1, 999)} 号",
        phone=f"{random.choice(('0577', '0571', '0512', '0533'))}-{random.randrange(82000000, 88999999)}",
        uscc=_code(random) if random.random() < 0.8 else "",
        industry=words.INDUSTRY_OF.get(trade, "C" if nature == "end_user" else "F"),
        employees=random.choice((18, 35, 60, 120, 260, 800)),
        source=random.choice(("展会活动", "转介绍", "陌生拜访", "网络", "市场调研")),
        owner_id=None if pool else staff.people[owner],
        owner_since=None if pool else since,
        department_id=staff.department_of[owner],
        registered_on=since,
        stage="lead",
        stage_since=since,
        **_standing(random, nature, yearly, since, today),
    )
    return Account(customer, nature, yearly, since, "" if pool else owner, [])


def _standing(random: Random, nature: str, yearly: int, since: date, today: date) -> dict[str, Any]:
    """Agreements of buyers; need, rapport and expected deal of those who have not bought yet."""
    if yearly:
        return {
            "dealer_agreement_on": since if nature == "dealer" and yearly > 60_000 else None,
            "commission_agreement_on": since if nature == "agent" else None,
            "supply_contract_on": since + timedelta(days=90) if yearly > 900_000 else None,
            "strategic_agreement_on": since + timedelta(days=380) if yearly > 4_000_000 else None,
            "own_use": nature == "end_user",
        }
    need = random.choices(("clear", "latent", "none"), weights=(4, 5, 1))[0]
    days = random.choice((6, 20, 45, 80, 150, 240)) if need == "clear" else None
    return {
        "need_state": need,
        "rapport": random.choice(("good", "ordinary", "poor")),
        "expected_deal_on": today + timedelta(days=days) if days else None,
        "own_use": nature == "end_user",
    }


def _code(random: Random) -> str:
    """A social credit code with a valid check character."""
    from stdnum.cn import uscc

    body = f"9133{random.randrange(100, 999):03d}{random.randrange(10):d}" + "".join(random.choice(CODE_SIGNS) for _ in range(9))
    return body + uscc.calc_check_digit(body)


def _people(random: Random, accounts: list[Account], today: date) -> None:
    """Two to five people each; the chain hangs on who decides. Every ninth customer has no decision maker on file."""
    Contact = apps.get_model("customers.Contact")
    for place, account in enumerate(accounts):
        roles = ["decides", "gatekeeps", "influences", "uses", "pays"][: random.randrange(2, 6) if account.buys else random.randrange(1, 3)]
        if place % 9 == 4:
            roles = roles[1:] or ["gatekeeps"]
        account.contacts = [_contact(Contact, random, account, role, first=n == 0) for n, role in enumerate(roles)]
    bulk.copy_in([contact for account in accounts for contact in account.contacts])
    for account in accounts:
        for contact in account.contacts[1:]:
            contact.reports_to_id = account.contacts[0].pk
    Contact.objects.bulk_update([contact for account in accounts for contact in account.contacts[1:]], ["reports_to"], batch_size=500)


def _contact(model: Any, random: Random, account: Account, role: str, *, first: bool) -> Any:
    name = random.choice(words.SURNAMES) + random.choice(words.GIVEN)
    phone = f"1{random.choice(('38', '39', '58', '86', '77'))}{random.randrange(10_000_000, 99_999_999)}"
    return model(
        customer=account.row,
        name=name,
        position=random.choice(words.POSITIONS[role]),
        role=role,
        attitude=random.choices(("support", "neutral", "against", "competitor"), weights=(5, 4, 1, 1))[0],
        phone=phone,
        wechat=phone if random.random() < 0.4 else "",
        birthday=date(random.randrange(1966, 1996), random.randrange(1, 13), random.randrange(1, 29)) if random.random() < 0.5 else None,
        is_primary=first,
        **rules.of_contact(name=name, phone=phone),
    )


def _wishes(random: Random, accounts: list[Account], staff: Staff, today: date) -> None:
    """What a third of them need, and who else wants the business."""
    Need, Competitor = apps.get_model("customers.Need"), apps.get_model("customers.Competitor")
    needs, rivals = [], []
    for account in accounts:
        noted = {
            "customer": account.row,
            "noted_on": today - timedelta(days=random.randrange(5, 120)),
            "noted_by_id": staff.people.get(account.owner),
        }
        if random.random() < 0.4:
            kind, text = random.choice(
                (
                    ("main", "年度检修更换闸阀、截止阀"),
                    ("pain", "现用蝶阀内漏，三个月坏一次"),
                    ("latent", "二期扩建，明年上半年招标"),
                    ("special", "要求 API 认证和第三方检验报告"),
                )
            )
            budget = Decimal(random.randrange(5, 200)) * 10_000 if random.random() < 0.6 else None
            needs.append(Need(kind=kind, text=text, budget=budget, wanted_on=today + timedelta(days=random.randrange(20, 300)), **noted))
        if random.random() < 0.3:
            share = Decimal(random.randrange(10, 70))
            rival = {"name": random.choice(words.RIVALS), "product": random.choice(("闸阀", "调节阀", "球阀"))}
            rivals.append(Competitor(share=share, strengths="价格低 5%～10%", opinion="交期快，售后一般", **rival, **noted))
    Need.objects.bulk_create(needs)
    Competitor.objects.bulk_create(rivals)
