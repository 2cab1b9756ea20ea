"""The coming days of customers, worked out from their files in two statements (CUS-09)."""

from collections.abc import Sequence
from datetime import date

from django.db import connection, transaction

from guike.customers import rules
from guike.customers.models import Contact, Customer
from guike.platform import clock

#: Agreements whose signing returns every year.
AGREEMENTS = ("dealer_agreement_on", "commission_agreement_on", "strategic_agreement_on", "supply_contract_on")

#: The next return of day {0}, today included; 29 February is kept on the 28th where there is none, as `rules.next_solar` does.
_NEXT = (
    "({0} + make_interval(years => extract(year FROM %(today)s::date)::int - extract(year FROM {0})::int"
    " + CASE WHEN ({0} + make_interval(years => extract(year FROM %(today)s::date)::int - extract(year FROM {0})::int))::date"
    " < %(today)s::date THEN 1 ELSE 0 END))::date"
)
_LUNAR = "moon AS (SELECT * FROM unnest(%(lunar)s::text[], %(returns)s::date[]) m(lunar, next_on))"


_LIVE = "c.removed_at IS NULL AND (%(ids)s::bigint[] IS NULL OR c.id = ANY(%(ids)s::bigint[]))"


def _own(kind: str, what: str, next_on: str, began_on: str, where: str, *, lunar: str = "''", more: str = "") -> str:
    """A day that stands on the customer's own record."""
    return (
        f"SELECT c.id, '{kind}', '{what}', NULL::bigint, NULL::bigint, {next_on}, {began_on}::date, {lunar}"  # noqa: S608 — constants
        f" FROM customers_customer c {more} WHERE {_LIVE} AND {where}"
    )


def _wanted() -> str:
    """Every day that ought to stand there, of the customers asked for."""
    there = "k.removed_at IS NULL AND k.left_on IS NULL"
    person = "c.kind = 'person'"
    contacts = f"FROM customers_contact k JOIN customers_customer c ON c.id = k.customer_id AND {_LIVE}"
    parts = [
        f"SELECT c.id, 'birthday', '', k.id, NULL::bigint, {_NEXT.format('k.birthday')}, NULL::date, '' {contacts}"
        f" WHERE {there} AND k.birthday IS NOT NULL AND k.birthday_lunar = ''",
        f"SELECT c.id, 'birthday', '', k.id, NULL, m.next_on, NULL, k.birthday_lunar {contacts} JOIN moon m ON m.lunar = k.birthday_lunar WHERE {there}",
        _own("birthday", "birthday", _NEXT.format("c.birthday"), "NULL", f"{person} AND c.birthday IS NOT NULL AND c.birthday_lunar = ''"),
        _own(
            "birthday", "birthday", "m.next_on", "NULL", person, lunar="c.birthday_lunar", more="JOIN moon m ON m.lunar = c.birthday_lunar"
        ),
        _own("founding", "founded_on", _NEXT.format("c.founded_on"), "c.founded_on", "c.founded_on < %(today)s::date"),
        *(_own("agreement", name, _NEXT.format(f"c.{name}"), f"c.{name}", f"c.{name} < %(today)s::date") for name in AGREEMENTS),
        f"SELECT c.id, 'certificate', '', NULL, z.id, z.expires_on, z.issued_on, '' FROM customers_certificate z"  # noqa: S608 — constants
        f" JOIN customers_customer c ON c.id = z.customer_id AND {_LIVE} WHERE z.ended_on IS NULL AND z.expires_on >= %(today)s::date",
    ]
    columns = "customer_id, kind, what, contact_id, certificate_id, next_on, began_on, lunar"
    return f"{_LUNAR}, wanted ({columns}) AS ({' UNION ALL '.join(parts)})"


_SAME = (
    "w.customer_id = d.customer_id AND w.kind = d.kind AND w.what = d.what"
    " AND w.contact_id IS NOT DISTINCT FROM d.contact_id AND w.certificate_id IS NOT DISTINCT FROM d.certificate_id"
)
_REMOVE = """
DELETE FROM customers_keydate d WHERE (%(ids)s::bigint[] IS NULL OR d.customer_id = ANY(%(ids)s::bigint[]))
   AND NOT EXISTS (SELECT FROM wanted w WHERE {same})
"""
_WRITE = """
INSERT INTO customers_keydate AS d (customer_id, kind, what, contact_id, certificate_id, next_on, began_on, lunar)
SELECT customer_id, kind, what, contact_id, certificate_id, next_on, began_on, lunar FROM wanted
    ON CONFLICT (customer_id, kind, what, contact_id, certificate_id)
    DO UPDATE SET next_on = excluded.next_on, began_on = excluded.began_on, lunar = excluded.lunar
 WHERE (d.next_on, d.began_on, d.lunar) IS DISTINCT FROM (excluded.next_on, excluded.began_on, excluded.lunar)
"""


def _lunar_returns(today: date) -> tuple[list[str], list[date]]:
    """Each lunar birthday on file with its next return: some hundreds at most, whatever the number of customers."""
    stored = set(Contact.objects.exclude(birthday_lunar="").values_list("birthday_lunar", flat=True).distinct())
    stored |= set(Customer.objects.exclude(birthday_lunar="").values_list("birthday_lunar", flat=True).distinct())
    listed = sorted(stored)
    return listed, [rules.next_lunar(one, today) for one in listed]


def refresh_key_dates(customer_ids: Sequence[int] | None = None) -> int:
    """Bring the coming days of some customers, or of all, in line with their files and with today; returns the rows written or removed."""
    if customer_ids is not None and not customer_ids:
        return 0
    today = clock.today()
    lunar, returns = _lunar_returns(today)
    given = {"ids": list(customer_ids) if customer_ids is not None else None, "today": today, "lunar": lunar, "returns": returns}
    wanted = _wanted()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"WITH {wanted} {_REMOVE.format(same=_SAME)}", given)
        removed = cursor.rowcount
        cursor.execute(f"WITH {wanted} {_WRITE}", given)
        return removed + cursor.rowcount
