# ruff: noqa: S608 — composed from our own texts and numbers
"""The seeded company: the same rows for the same size, made by the database itself with generate_series.

Triggers rest while it is filled (`triggers_at_rest`), so no history is written for the rows made here; every invariant the
triggers guard holds all the same and is checked at the end.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection, transaction

from guike.customers import rules
from guike.organisation import services as organisation
from guike.platform import clock
from guike.platform.access import SYSTEM
from guike.products import rules as product_rules
from guike.wiring.bench import Size
from guike.wiring.bench.filling import execute, fill
from guike.wiring.demo import words

VERSION = 4
PASSWORD = "Cesu+2026x9"  # noqa: S105 — a login of the bench's own database
DEPARTMENTS, PRODUCTS = 8, 2000
YEARS = 10


def dice(row: str, salt: int, sides: int) -> str:
    """SQL: a number 0 … sides − 1 that depends on the row's number and the salt only."""
    return f"((hashint8extended({row}, {salt}) & 2147483647) % {sides})"


def share(row: str, salt: int) -> str:
    """SQL: a number from 0 up to, not including, 1."""
    return f"((hashint8extended({row}, {salt}) & 2147483647) / 2147483648.0)"


def pick(listed: list[str], row: str, salt: int) -> str:
    return f"({_array(listed)})[1 + {dice(row, salt, len(listed))}]"


def _array(listed: list[str]) -> str:
    return "ARRAY[" + ", ".join("'" + one.replace("'", "''") + "'" for one in listed) + "]::text[]"


def step(name: str, work: Callable[[], object]) -> None:
    """One step, its time on standard error."""
    begun = time.monotonic()
    work()
    print(f"{name} {time.monotonic() - begun:.1f} s", file=sys.stderr, flush=True)


@contextmanager
def triggers_at_rest() -> Iterator[None]:
    """The product's own triggers rest on every table until the filling is done; foreign keys are checked all the same.

    The owner of the tables may do this; `session_replication_role` would need a superuser, which the product's role is not.
    """
    tables = [model._meta.db_table for model in apps.get_models() if model.__module__.startswith("guike.") and model._meta.managed]
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables:
        execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
    yield
    for table in tables:
        execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')


@contextmanager
def at_once(*tables: str) -> Iterator[None]:
    """Foreign keys, and the indexes that guard nothing, of these tables are made at the end: a join or a sort instead of a look per row."""
    found = []
    with connection.cursor() as cursor:
        for query in (
            "SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),"
            " format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))"
            " FROM pg_constraint WHERE conrelid = ANY (%s::regclass[]) AND contype = 'f'",
            "SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)"
            " FROM pg_index WHERE indrelid = ANY (%s::regclass[]) AND NOT indisunique",
        ):
            cursor.execute(query, [list(tables)])
            found += cursor.fetchall()
    for drop, _make in found:
        execute(drop)
    yield
    execute("SET LOCAL maintenance_work_mem = '1GB'")
    step("索引", lambda: execute(";".join(make for _drop, make in found)))


#: The tables that `company` fills by the million.
FILLED = (
    "customers_customer", "customers_contact", "customers_customerfigures", "sales_salesorder", "sales_salesorderline", "sales_returnorder",
    "contact_followup", "engine_activity", "engine_assessment",
)  # fmt: skip


def company(size: Size) -> None:
    """Everything but what the engine itself decides."""
    salespeople = max(20, size.customers // 2500)
    step("人员", lambda: _people(salespeople))
    with transaction.atomic(), triggers_at_rest(), at_once(*FILLED):
        execute(_LINE_CENTS)
        step("产品", _products)
        step("客户", lambda: _customers(size, salespeople))
        step("联系人", lambda: _contacts(size))
        step("订单", lambda: _orders(size))
        step("跟进", lambda: _follow_ups(size))
        step("评价", lambda: _assessments(size))
    step("统计信息", _vacuum)
    step("核对", _check)


def _people(count: int) -> None:
    head = organisation.add_department("销售部", actor=SYSTEM, function="sales")
    for number in range(1, DEPARTMENTS + 1):
        organisation.add_department(f"第 {number} 片区", actor=SYSTEM, parent_id=head.pk, function="sales")
    organisation.save_company(actor=SYSTEM, name="测速公司", short_name="测速")
    for login, name, role, department in (
        ("bench", "测速员", "sales_manager", head.pk),
        ("seller", "业务一号", "salesperson", head.pk + 1),
        ("marketing", "市场一号", "marketing", head.pk),
    ):
        person = organisation.add_person(name, actor=SYSTEM)
        organisation.give_post(person.pk, department, role, actor=SYSTEM)
        organisation.add_account(person.pk, login, actor=SYSTEM, password=PASSWORD, must_change=False)
    fill(
        "organisation.Person",
        {"number": "'S' || lpad(i::text, 5, '0')", "name": f"{pick(words.SURNAMES, 'i', 1)} || {pick(words.GIVEN, 'i', 2)}"},
        f"generate_series(1, {count}) i",
    )
    place = f"(SELECT min(id) FROM organisation_department WHERE parent_id = {head.pk}) + (p.id %% {DEPARTMENTS})".replace("%%", "%")
    fill(
        "organisation.Post",
        {"person": "p.id", "department": place, "role": "'salesperson'"},
        "organisation_person p WHERE number LIKE 'S%'",
    )
    organisation.finish_wizard(actor=SYSTEM)


def _products() -> None:
    name = "铸钢闸阀"
    search = product_rules.search_text("", name)
    fill(
        "products.Product",
        {
            "number": "'P' || lpad(i::text, 5, '0')",
            "name": f"'{name} ' || i",
            "search": f"'p' || lpad(i::text, 5, '0') || ' {search} ' || i",
            "category": "'类别 ' || (i % 40)",
            "list_price": f"(50 + {dice('i', 5, 90000)}) / 10.0",
        },
        f"generate_series(1, {PRODUCTS}) i",
    )


def _sought(name: str) -> str:
    """A name as `rules.search_text` writes it: every Chinese character twice."""
    return f"' ' || regexp_replace(lower({name}), '([^ -~])', '\\1\\1', 'g')"


def _doubled(letters: str) -> str:
    return f"regexp_replace(upper({letters}), '(.)', '\\1\\1', 'g')"


def _customers(size: Size, salespeople: int) -> None:
    """Names of place, brand, number and trade; an owner each but for every fiftieth, who is in the public pool."""
    cities = [city for _region, places in words.PLACES.values() for city in places]
    brands, trades = words.BRANDS[:40], [*words.DEALER_TRADES, *words.USER_TRADES]
    city, brand, trade = dice("i", 11, len(cities)), dice("i", 12, len(brands)), dice("i", 13, len(trades))

    def part(listed: list[str], place: str) -> str:
        return f"({_array(listed)})[1 + {place}]"

    def sound(listed: list[str], place: str, short: bool) -> str:
        return part([(rules.initials if short else rules.pinyin)(one, person=False) for one in listed], place)

    name = f"{part(cities, city)} || {part(brands, brand)} || i || {part(trades, trade)} || '有限公司'"
    pinyin = f"{sound(cities, city, False)} || {sound(brands, brand, False)} || i || {sound(trades, trade, False)} || 'youxiangongsi'"
    initials = f"{sound(cities, city, True)} || {sound(brands, brand, True)} || i || {sound(trades, trade, True)} || 'yxgs'"
    phone = f"'1' || (ARRAY['38','39','58','86'])[1 + {dice('i', 14, 4)}] || lpad({dice('i', 15, 100000000)}::text, 8, '0')"
    sought = f"{_sought('name')} || lower(' kh-' || lpad(i::text, 7, '0') || ' ' || initials || ' ' || pinyin || ' ') || {_doubled('initials')}"
    owner = f"CASE WHEN i % 50 = 0 THEN NULL ELSE (SELECT min(id) FROM organisation_person WHERE number LIKE 'S%') + {dice('i', 16, salespeople)} END"
    source = f"""(SELECT n.*, post.department_id FROM (SELECT i, {name} AS name, {pinyin} AS pinyin, {initials} AS initials, {phone} AS phone, {owner} AS owner_id
        FROM generate_series(1, {size.customers}) i) n LEFT JOIN organisation_post post ON post.person_id = n.owner_id ORDER BY n.i) c"""
    registered = f"DATE '{clock.today()}' - {dice('i', 17, 365 * YEARS)}::int"
    fill(
        "customers.Customer",
        {
            "id": "i", "number": "'KH-' || lpad(i::text, 7, '0')", "name": "name", "short_name": "''", "name_key": "replace(name, ' ', '')", "pinyin": "pinyin",
            "initials": "initials", "phone": "phone", "phone_keys": "ARRAY[phone]", "dial": "phone", "search": sought,
            "city": part(cities, city), "province": pick(["浙江", "江苏", "山东", "广东"], "i", 18), "nature": pick(["dealer", "agent", "end_user"], "i", 19),
            "industry": pick(["C", "D", "F", "N"], "i", 20), "source": pick(["展会活动", "转介绍", "网络"], "i", 21), "owner": "owner_id", "department": "department_id",
            "registered_on": registered, "stage_since": registered, "stage": pick(["lead", "prospect", "new", "long_term", "dormant"], "i", 22),
            "completeness": dice("i", 23, 101), "decision_makers": dice("i", 24, 3),
        },
        source,
    )  # fmt: skip
    execute("SELECT setval(pg_get_serial_sequence('customers_customer', 'id'), (SELECT max(id) FROM customers_customer))")
    fill("customers.CustomerFigures", {"customer": "id"}, "customers_customer")


def _contacts(size: Size) -> None:
    name = f"{pick(words.SURNAMES, 'c.id * 3 + k', 31)} || {pick(words.GIVEN, 'c.id * 3 + k', 32)}"
    phone = f"'139' || lpad({dice('c.id * 3 + k', 33, 100000000)}::text, 8, '0')"
    fill(
        "customers.Contact",
        {
            "customer": "c.id",
            "name": name,
            "phone": phone,
            "phone_keys": f"ARRAY[{phone}]",
            "dial": phone,
            "search": _sought(name),
            "role": "CASE k WHEN 1 THEN 'decides' ELSE 'gatekeeps' END",
            "position": "'采购经理'",
            "is_primary": "k = 1",
        },
        "customers_customer c CROSS JOIN generate_series(1, 2) k",
    )


#: Amount of line l of order o in cents: three uses must agree, so it stands once.
_LINE_CENTS = f"""CREATE FUNCTION pg_temp.line_cents(o bigint, l int) RETURNS bigint LANGUAGE sql IMMUTABLE AS
    $$ SELECT (100 + {dice("o * 8 + l", 41, 400)}) * (1 + {dice("o * 8 + l", 42, 90)}) * 10 $$"""


def _orders(size: Size) -> None:
    """Few customers order much, many little or never; ten years back, more of late."""
    lines = f"(1 + {dice('i', 51, 4)})"
    customer = f"(1 + floor({size.customers} * power({share('i', 52)}, 1.8)))::bigint"
    day = f"DATE '{clock.today()}' - floor({365 * YEARS} * power({share('i', 53)}, 1.5))::int"
    cancelled = f"{dice('i', 54, 100)} < 2"
    source = f"""(SELECT i, {customer} AS customer_id, {day} AS day, {cancelled} AS cancelled, {lines}::int AS lines FROM generate_series(1, {size.orders}) i) n
        JOIN customers_customer c ON c.id = n.customer_id ORDER BY n.i"""
    fill(
        "sales.SalesOrder",
        {
            "id": "n.i", "number": "'DD-' || lpad(n.i::text, 8, '0')", "customer": "n.customer_id", "ordered_on": "n.day", "confirmed_on": "n.day",
            "status": "CASE WHEN n.cancelled THEN 'cancelled' ELSE 'closed' END", "cancelled_on": "CASE WHEN n.cancelled THEN n.day END",
            "delivered_on": "CASE WHEN NOT n.cancelled THEN n.day + 5 END", "owner": "c.owner_id", "city": "c.city",
            "amount": "(SELECT sum(pg_temp.line_cents(n.i, k)) / 100.0 FROM generate_series(1, n.lines) k)",
        },
        source,
    )  # fmt: skip
    execute("SELECT setval(pg_get_serial_sequence('sales_salesorder', 'id'), (SELECT max(id) FROM sales_salesorder))")
    product = f"(SELECT min(id) FROM products_product) + {dice('o.i * 8 + k', 55, PRODUCTS)}"
    cents = "pg_temp.line_cents(o.i, k)"
    fill(
        "sales.SalesOrderLine",
        {
            "order": "o.i",
            "line_number": "k",
            "product": product,
            "quantity": "1",
            "unit_price": f"{cents} / 100.0",
            "amount": f"{cents} / 100.0",
        },
        f"(SELECT i, {lines}::int AS lines FROM generate_series(1, {size.orders}) i) o CROSS JOIN generate_series(1, 4) k WHERE k <= o.lines",
    )
    back = f"sales_salesorder o WHERE o.status = 'closed' AND {dice('o.id', 56, 50)} = 0"
    fill(
        "sales.ReturnOrder",
        {
            "number": "'TH-' || lpad(o.id::text, 8, '0')",
            "order_number": "o.number",
            "order": "o.id",
            "customer": "o.customer_id",
            "status": "'confirmed'",
            "registered_on": f"least(o.ordered_on + 20, DATE '{clock.today()}')",
            "returned_on": f"least(o.ordered_on + 20, DATE '{clock.today()}')",
            "amount": "greatest(round(o.amount * 0.1, 2), 0.01)",
        },
        back,
    )


def _follow_ups(size: Size) -> None:
    """Contacts with owned customers, each with its line on the timeline."""
    today = clock.today()
    customer = f"(1 + floor({size.customers} * power({share('i', 61)}, 1.4)))::bigint"
    day = f"DATE '{today}' - floor({365 * YEARS} * power({share('i', 62)}, 2))::int"
    said = pick([said for said, _feedback, _step in words.SAID], "i", 63)
    rows = f"(SELECT i, {customer} AS customer_id, {day} AS day FROM generate_series(1, {size.activities}) i) n"
    source = f"{rows} JOIN customers_customer c ON c.id = n.customer_id WHERE c.owner_id IS NOT NULL ORDER BY n.i"
    at = "(n.day + time '10:00') AT TIME ZONE 'Asia/Shanghai'"
    fill(
        "contact.FollowUp",
        {
            "customer": "n.customer_id",
            "person": "c.owner_id",
            "department": "c.department_id",
            "happened_on": "n.day",
            "method": pick(["phone", "wechat", "visit"], "i", 64),
            "said": said,
            "recorded_at": at,
        },
        source,
    )
    fill(
        "engine.Activity",
        {
            "kind": "'follow_up'",
            "channel": "f.method",
            "subject_kind": "'customer'",
            "subject_id": "f.customer_id",
            "happened_on": "f.happened_on",
            "happened_at": "f.recorded_at",
            "person": "f.person_id",
            "text": "f.said",
            "source_kind": "'follow_up'",
            "source_id": "f.id",
            "recorded_at": "f.recorded_at",
        },
        "contact_followup f",
    )


def _assessments(size: Size) -> None:
    """Half the customers were judged: how they pay, our share."""
    for salt, (metric, value) in enumerate((("payment.on_time_rate", "60 + {}"), ("loyalty.wallet_share", "2 * {}")), start=71):
        number = value.format(dice("c.id", salt, 41))
        fill(
            "engine.Assessment",
            {
                "metric": f"'{metric}'",
                "subject_kind": "'customer'",
                "subject_id": "c.id",
                "number": number,
                "observed_on": f"DATE '{clock.today()}' - 30",
                "entered_at": "now()",
            },
            f"customers_customer c WHERE {dice('c.id', salt + 10, 2)} = 0",
        )


def _vacuum() -> None:
    connection.close()
    execute("VACUUM (ANALYZE)")


def _check() -> None:
    """What the resting triggers guard: every head is the sum of its lines, every customer has its figures."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM (SELECT order_id, sum(amount) s FROM sales_salesorderline GROUP BY 1) l JOIN sales_salesorder o ON o.id = l.order_id WHERE o.amount <> l.s),"
            " (SELECT count(*) FROM customers_customer c LEFT JOIN customers_customerfigures f ON f.customer_id = c.id WHERE f.customer_id IS NULL)"
        )
        if cursor.fetchone() != (0, 0):
            raise RuntimeError("the generated company does not add up")
