"""What the administrator changed holds everywhere: rows out of reach, hidden fields nowhere, in no list, page, file or suggestion (PLT-01, CUS-12).

Lists and pages come from the URL configuration, fields from the declarations: new ones are covered without a line here.
"""

from __future__ import annotations

import io
import json
import logging
import zipfile
from datetime import date
from decimal import Decimal
from urllib.parse import quote

import pytest
from django.test import Client

from guike.customers.models import Contact, Customer
from guike.organisation import services
from guike.organisation.models import RoleRight
from guike.platform import clock
from guike.platform.access import SYSTEM, Reach, Right, declarations
from guike.platform.rights import ACTION, FIELD, Cell, offered_actions
from guike.platform.ui.lists import ListPage
from guike.products.models import Product
from guike.sales.models import SalesOrder, SalesOrderLine

from . import matrix, samples
from .cast import POSITIONS, Cast, cast_for
from .test_matrix import ALSO_NEEDS, ask, browser, judged, made, tried

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quiet():
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def hide(role: str, code: str, *names: str) -> None:
    for name in names:
        RoleRight.objects.create(role=role, object=code, part=FIELD, name=name, value=Right.HIDDEN)


# --- lists: no column, sort, condition, group or file by a hidden field -----------------------------------------------------


def lists(client: Client) -> dict[str, ListPage]:
    """Address → list page, of every list that opens without a row."""
    found: dict[str, ListPage] = {}
    for url in matrix.urls():
        if url.parts or url.access.kind == "public" or url.route == "logout/":
            continue
        answer = client.get(url.address())
        page = (answer.context or {}).get("page") if answer.status_code == 200 and not answer.streaming else None
        if isinstance(page, ListPage):
            found[url.address()] = page
    return found


def governed(page: ListPage, name: str) -> dict[str, str]:
    """What of a list a field's rule governs: way → the code under which it is asked for."""
    column = next((c for c in page.columns if name in c.rules), None)
    field = next((f for f in page.fields if name in (f.code, f.lookup)), None)
    group = next((g for g in page.groups if name in (g.code, g.path)), None)
    found = {"column": column.code} if column else {}
    found |= {"sort": column.code} if column and column.sort else {}
    found |= {"where": field.code} if field else {}
    found |= {"quick": name} if field and any(q.code == field.code for q in page.quick) else {}
    return found | ({"group": group.code} if group else {})


def asked(address: str, way: str, code: str) -> str:
    queries = {
        "column": f"col=number&col={code}",
        "sort": f"sort=-{code}",
        "where": "where=" + quote(json.dumps({"field": code, "op": "filled"})),
        "quick": f"f.{code}=x",
        "group": f"group={code}",
    }
    return f"{address}?view=all&{queries[way]}"


def still_offered(client: Client, address: str, name: str, ways: dict[str, str]) -> list[str]:
    """What a list still offers of a hidden field: columns, conditions, its tools."""
    answer = client.get(address)
    if answer.status_code != 200:
        return [f"{address} does not open without {name}: {answer.status_code}"]
    left = answer.context["page"]
    wrong = [f"{address} still has {name}" for one in left.usable_columns if name in one.rules]
    wrong += [f"{address} still asks {name}" for one in left.usable_fields if name in (one.code, one.lookup)]
    for tool in ("columns", "builder"):
        shown = client.get(f"{address}?panel={tool}").content.decode()
        wrong += [f"{address} offers {code} in {tool}" for code in ways.values() if f'value="{code}"' in shown]
    return wrong


def test_a_list_answers_nothing_by_a_hidden_field():
    client, count, wrong = browser(cast_for("administrator").viewer["own"]), 0, []
    for address, page in lists(client).items():
        for name in declarations()[page.object].fields:
            ways = governed(page, name)
            hide("administrator", page.object, name)
            wrong += still_offered(client, address, name, ways) if ways else []
            for way, code in ways.items():
                answers = [client.get(asked(address, way, code) + more).status_code for more in ("", "&export=csv")]
                count += len(answers)
                wrong += [f"{address} by {way} {code}: {status}" for status in answers if status not in (400, 403)]
            RoleRight.objects.all().delete()
            closed = [way for way, code in ways.items() if client.get(asked(address, way, code)).status_code == 403]
            wrong += [f"control: {address} by {way} {name} is refused although it is open" for way in closed]
    assert count >= 30
    assert not wrong, "\n".join(wrong)


def test_a_shared_view_by_a_field_hidden_since_says_so_and_counts_nothing():
    from guike.platform.ui.models import SavedView

    cast = cast_for("administrator")
    client = browser(cast.viewer["own"])
    samples.MAKERS["customer"](cast.owner, cast.south)
    kept = {"columns": ["name", "purchases"], "sort": "-purchases", "where": {"field": "purchases", "op": "gte", "value": "0"}, "quick": {}}
    view = SavedView.objects.create(
        list_code="customer", name="大客户", account_id=cast.viewer["own"].pk, kept=kept, base="all", updated_at=clock.now()
    )
    before = client.get("/customers/?view=all&counts=1").json()
    assert f"s{view.pk}" in before
    hide("administrator", "customer", "purchases")
    assert client.get(f"/customers/?view=s{view.pk}").status_code == 403
    assert f"s{view.pk}" not in client.get("/customers/?view=all&counts=1").json()


# --- no page, file or suggestion shows what is hidden -------------------------------------------------------------------------

CANARIES = {
    "customer.note": "金丝雀备注甲",
    "customer.registered_address": "金丝雀路七号",
    "customer.tax_number": "91330300CANARYTAX9",
    "customer.invoice_address": "金丝雀开票处",
    "customer.registered_capital": "7654.32",
    "customer.purchases": "823.5",
    "contact.note": "金丝雀联系人备注",
    "contact.preferences": "金丝雀爱喝龙井",
    "contact.birthday": "1979-03-17",
    "sales_order.amount": "45,678.91",
    "product.list_price": "3,217.46",
}


def seeded(cast: Cast) -> dict[str, int]:
    """A customer of the viewer with people, an order and a product, all bearing canaries."""
    owner = cast.holder("own")
    customer = samples.MAKERS["customer"](owner, cast.south)
    Customer.objects.filter(pk=customer.pk).update(
        note=CANARIES["customer.note"],
        registered_address=CANARIES["customer.registered_address"],
        tax_number=CANARIES["customer.tax_number"],
        invoice_address=CANARIES["customer.invoice_address"],
        registered_capital=Decimal("7654.32"),
        number="KH-CANARY",
    )
    customer.figures.__class__.objects.filter(customer=customer).update(purchases_12m=Decimal("8235000"))
    contact = Contact.objects.create(
        customer=customer,
        name="林海峰",
        note=CANARIES["contact.note"],
        preferences=CANARIES["contact.preferences"],
        birthday=date(1979, 3, 17),
    )
    product = Product.objects.create(number="ZF-CANARY", name="金丝雀闸阀", list_price=Decimal("3217.46"))
    order = SalesOrder.objects.create(
        number="DD-CANARY",
        customer=customer,
        owner=owner,
        status="confirmed",
        ordered_on=samples.DAY,
        confirmed_on=samples.DAY,
        amount=Decimal("45678.91"),
    )
    SalesOrderLine.objects.create(
        order=order, line_number=1, product=product, quantity=1, unit_price=Decimal("45678.91"), amount=Decimal("45678.91")
    )
    return {"customer": customer.pk, "contact": contact.pk, "sales_order": order.pk, "product": product.pk}


def texts(client: Client, rows: dict[str, int], holder: object, place: object) -> dict[str, str]:
    """Address → everything a login reads there: pages of every pattern with its rows, tabs, files unzipped, suggestions."""
    found = {}
    addresses = []
    for url in matrix.urls():
        if url.access.kind == "public" or url.route == "logout/":
            continue
        row = rows.get(url.access.object, samples.NOTHING) if url.access.row else samples.NOTHING
        address = url.address(row).replace(str(samples.NOTHING), str(rows["customer"]))
        addresses.append(address)
    customer = f"/customers/{rows['customer']}/"
    addresses += [f"{customer}?tab={tab}" for tab in ("timeline", "contacts", "file", "orders", "relations", "changes", "duties", "needs")]
    addresses += [f"/history/{code}/{pk}/" for code, pk in rows.items()]
    addresses += [
        f"/pick/{code}/?q={word}"
        for code, word in (("product", "金丝雀"), ("sales_order", "CANARY"), ("customer", "瓯泰"), ("contact", "林海峰"))
    ]
    addresses += [f"{one}?view=all&export={form}" for one in ("/customers/", "/sales/orders/", "/products/") for form in ("csv", "xlsx")]
    for address in addresses:
        answer = client.get(address)
        if answer.status_code in (200, 422):
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            found[address] = _text(body)
    return found


def _text(body: bytes) -> str:
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            return "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    return body.decode("utf-8", "replace")


def met(found: dict[str, str]) -> dict[str, list[str]]:
    """Canary → the addresses at which it is read; amounts also as files write them."""
    spellings = {name: {word, word.replace(",", "")} for name, word in CANARIES.items()}
    spellings["customer.purchases"] |= {"8235000"}
    return {name: [address for address, text in found.items() if any(word in text for word in words)] for name, words in spellings.items()}


@pytest.mark.slow
def test_hidden_fields_are_met_nowhere():
    cast = cast_for("marketing")
    rows = seeded(cast)
    client = browser(cast.viewer["own"])
    shown = met(texts(client, rows, cast.owner, cast.south))
    assert all(shown.values()), f"control: nothing shows {[name for name, where in shown.items() if not where]}"
    for name in CANARIES:
        hide("marketing", *name.split("."))
    hidden = met(texts(client, rows, cast.owner, cast.south))
    assert not any(hidden.values()), "\n".join(f"{name}: {where}" for name, where in hidden.items() if where)


def test_a_field_that_may_only_be_read_is_not_written():
    cast = cast_for("salesperson")
    customer = samples.MAKERS["customer"](cast.holder("own"), cast.south)
    client = browser(cast.viewer["own"])
    RoleRight.objects.create(role="salesperson", object="customer", part=FIELD, name="note", value=Right.READ)
    form = client.get(f"/customers/{customer.pk}/edit/").content.decode()
    assert 'name="note"' not in form
    assert client.post(f"/customers/{customer.pk}/field/note/", {"note": "改", "version": customer.version}).status_code == 403
    client.post(f"/customers/{customer.pk}/edit/", {"name": customer.name, "note": "塞进来的", "version": customer.version})
    customer.refresh_from_db()
    assert customer.note == ""


# --- rows: the whole matrix for changed roles -----------------------------------------------------------------------------------

CHANGED = {
    "salesperson": {
        ("customer", "view"): Reach.BELOW,
        ("contact", "view"): Reach.BELOW,
        ("follow_up", "view"): Reach.BELOW,
        ("product", "view"): Reach.NONE,
    },
    # sees everything, does things to his own only: a page must not open because its row is seen
    "clerk": {
        (code, action): Reach.OWN
        for code in ("customer", "contact", "follow_up", "sales_order", "return_order", "certificate", "file_proposal")
        for action in offered_actions(declarations()[code])
        if action not in ("view", "add") and declarations()[code].grants["clerk"].actions.get(action)
    },
    "sales_manager": {("customer", "view"): Reach.OWN, ("sales_order", "change"): Reach.NONE, ("policy", "view"): Reach.NONE},
}


def changed(role: str, monkeypatch: pytest.MonkeyPatch, name: str = "") -> str:
    """Give a role (or a copy of it) other rights by the service, and tell the matrix what to expect. Returns the role's code."""
    code = services.copy_role(role, name, actor=SYSTEM, reason="试").role if name else role
    wanted = {Cell(code, object_code, ACTION, action): reach for (object_code, action), reach in CHANGED[role].items()}
    services.change_rights(code, wanted, actor=SYSTEM, reason="试")

    def reach(asked_role: str, object_code: str, action: str) -> Reach:
        """By other code than the product's: shipped, the differences, nothing further than looking."""
        grant = declarations()[object_code].grants.get(role)
        actions = dict(grant.actions) if grant else {}
        actions |= {act: value for (obj, act), value in CHANGED[role].items() if obj == object_code}
        extent = actions.get(action, Reach.NONE)
        bounded = object_code in {obj for obj, _act in CHANGED[role]} and action not in ("view", "add")
        return min(extent, actions.get("view", Reach.NONE)) if bounded else extent

    monkeypatch.setattr(matrix, "reach", reach)
    return code


@pytest.mark.slow
@pytest.mark.parametrize(("role", "name"), [("salesperson", ""), ("sales_manager", ""), ("clerk", ""), ("salesperson", "片区专员")])
def test_changed_roles_open_and_reach_what_they_now_may(role, name, monkeypatch):
    code = changed(role, monkeypatch, name)
    cast, wrong = cast_for(code), []
    clients = {position: browser(account) for position, account in cast.viewer.items()}
    for url in matrix.urls():
        if url.access.kind == "page" and not url.access.row:
            wanted = None if matrix.reach(code, url.access.object, url.access.action) else 403
            wrong.append(judged(url, "get", wanted, ask(clients["own"], "get", url.address())))
    objects = {obj for obj, _act in CHANGED[role]} | {"return_order", "certificate"}
    rows = {position: made(cast, position) for position in ("own", "team")}
    for url, method in tried([url for url in matrix.with_rows() if url.access.object in objects]):
        for position, needed in POSITIONS.items():
            wanted = matrix.expected(url, code, position, needed)
            if wanted is None and (method == "post" or url.route in ALSO_NEEDS):
                continue
            address = url.address(rows["own" if position == "own" else "team"][url.access.object])
            problem = judged(url, method, wanted, ask(clients[position], method, address))
            wrong.append(problem and f"{position}: {problem}")
    assert not any(wrong), "\n".join(filter(None, wrong))


def test_the_day_after_is_not_needed(monkeypatch):
    """The very next request of a session that is open already."""
    cast = cast_for("salesperson")
    customer = samples.MAKERS["customer"](cast.owner, cast.south)
    client = browser(cast.viewer["team"])
    address = f"/customers/{customer.pk}/"
    assert client.get(address).status_code == 404
    changed("salesperson", monkeypatch)
    assert client.get(address).status_code == 200
    services.reset_rights("salesperson", actor=SYSTEM, reason="改回")
    assert client.get(address).status_code == 404
