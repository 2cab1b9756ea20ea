"""The completeness of customer files as one expression, for one customer or a million, today or as of a past day (CUS-03)."""

from collections.abc import Iterator, Mapping, Sequence

from psycopg import sql

from guike.customers import rules
from guike.customers.models import ProfileRule

#: Items whose field must be read otherwise than as "not empty text".
_NOT_TEXT = {
    "registered_capital",
    "founded_on",
    "employees",
    "production_lines",
    "dealer_agreement_on",
    "commission_agreement_on",
    "birthday",
}


def requirements() -> dict[tuple[str, str], tuple[str, ...]]:
    """The items required per (kind, nature): the company's own lists over the shipped ones. One query."""
    own = {(rule.kind, rule.nature): tuple(rule.fields) for rule in ProfileRule.objects.all()}
    return {**rules.DEFAULT_REQUIREMENTS, **own}


def deadlines() -> dict[tuple[str, str], int]:
    """Within how many days a file must be complete, per (kind, nature); only where the company set it. One query."""
    return {(rule.kind, rule.nature): rule.days for rule in ProfileRule.objects.filter(days__gt=0) if rule.days}


def categories() -> Iterator[tuple[sql.Composable, str, str]]:
    """Every (condition on customer `c`, kind, nature)."""
    for kind in ("company", "person"):
        for nature in ("dealer", "agent", "end_user", ""):
            yield sql.SQL("c.kind = {} AND c.nature = {}").format(sql.Literal(kind), sql.Literal(nature)), kind, nature


def missing(tables: Mapping[str, str]) -> sql.Composable:
    """The labels of what customer `c` lacks, joined with 、, as SQL: 「发票抬头、税号」."""
    lists, labels = requirements(), {**rules.PERSON_FIELDS, **rules.COMPANY_FIELDS}
    branches = []
    for condition, kind, nature in categories():
        items = rules.requirement_for(lists, kind, nature)
        parts = [sql.SQL("CASE WHEN NOT {} THEN {} END").format(present(one, tables), sql.Literal(labels[one])) for one in items]
        words = sql.SQL("concat_ws('、', {})").format(sql.SQL(", ").join(parts)) if parts else sql.SQL("''")
        branches.append(sql.SQL("WHEN {} THEN {}").format(condition, words))
    return sql.SQL("(CASE {} ELSE '' END)").format(sql.SQL(" ").join(branches))


def _of_customer(table: str, condition: str = "") -> sql.Composable:
    extra = sql.SQL(" AND " + condition) if condition else sql.SQL("")
    return sql.SQL("EXISTS (SELECT 1 FROM {} x WHERE x.customer_id = c.id{})").format(sql.SQL(table), extra)


def present(item: str, tables: Mapping[str, str]) -> sql.Composable:
    """Is the item on file for customer `c`? `tables` names the relations to read: the live ones, or those of a past day."""
    on_file = "x.removed_at IS NULL AND x.left_on IS NULL"
    special = {
        "contact": lambda: _of_customer(tables["contact"], on_file),
        "decision_maker": lambda: _of_customer(tables["contact"], f"{on_file} AND x.role = 'decides'"),
        "delivery_address": lambda: _of_customer(tables["address"], "x.kind = 'delivery'"),
        "need": lambda: _of_customer(tables["need"]),
        "competitor": lambda: _of_customer(tables["competitor"]),
        "birthday": lambda: sql.SQL("(c.birthday IS NOT NULL OR c.birthday_lunar <> '')"),
        "uscc": lambda: sql.SQL("(c.uscc <> '' OR c.registration_number <> '')"),
    }
    if item in special:
        return special[item]()
    form = "c.{} IS NOT NULL" if item in _NOT_TEXT else "c.{} <> ''"
    return sql.SQL(form).format(sql.Identifier(item))


LIVE = {
    "contact": "customers_contact",
    "address": "customers_customeraddress",
    "need": "customers_need",
    "competitor": "customers_competitor",
}


def _share(items: Sequence[str], tables: Mapping[str, str]) -> sql.Composable:
    if not items:
        return sql.SQL("100")
    counted = sql.SQL(" + ").join(sql.SQL("({})::int").format(present(item, tables)) for item in items)
    return sql.SQL("100 * ({}) / {}").format(counted, sql.Literal(len(items)))


def percent(tables: Mapping[str, str] = LIVE) -> sql.Composable:
    """Whole percent of the required items on file for customer `c`, as SQL; the same rounding as `rules.completeness`."""
    lists = requirements()
    branches = [
        sql.SQL("WHEN {} THEN {}").format(condition, _share(rules.requirement_for(lists, kind, nature), tables))
        for condition, kind, nature in categories()
    ]
    return sql.SQL("(CASE ") + sql.SQL(" ").join(branches) + sql.SQL(" ELSE 100 END)")
