"""A row of every object that a URL names, and values for the other parts of URLs.

A domain whose URLs carry a row (`@page(object, action, row="pk")`) adds how a row of that object is made for its owner.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Model

from guike.contact.models import FollowUp
from guike.customers.models import Contact, Customer, CustomerMerge, CustomField, DuplicateCluster, FileProposal, Handover, PoolStay
from guike.engine.automations.models import Automation
from guike.engine.models import Approval, Obligation
from guike.marketing.models import Find, Route
from guike.organisation.models import Account, Department, Deputy, Person
from guike.oversight.models import DuePerson, PersonalRequest
from guike.platform import clock, numbering, sealing
from guike.platform.api.models import ApiKey, KeyUse
from guike.platform.dictionaries.models import DictionaryEntry
from guike.platform.imports.models import ImportRun
from guike.platform.models import JobRun, NumberSeries
from guike.platform.notifications.models import Delivery, Notice, Robot
from guike.platform.operations.models import Backup
from guike.platform.webhooks.models import Webhook
from guike.products.models import Product
from guike.sales.models import ReturnOrder, SalesOrder

DAY = date(2026, 11, 20)
Maker = Callable[[Person, Department], Model]


def _customer(owner: Person, place: Department) -> Customer:
    return Customer.objects.create(
        number=numbering.take("customer"), name="温州瓯泰阀门有限公司", owner=owner, department=place, phone="13800138000"
    )


def _duplicate(owner: Person, place: Department) -> DuplicateCluster:
    return DuplicateCluster.objects.create(score=90, reasons=["name"], size=2, lead=_customer(owner, place), found_at=clock.now())


def _merge(owner: Person, place: Department) -> CustomerMerge:
    return CustomerMerge.objects.create(survivor=_customer(owner, place), merged=_customer(owner, place), merged_at=clock.now())


def _obligation(owner: Person, place: Department) -> Obligation:
    return Obligation.objects.create(
        kind="promise",
        subject_kind="customer",
        subject_id=_customer(owner, place).pk,
        title="答复账期",
        assignee=owner,
        department=place,
        opened_on=DAY,
        opened_at=clock.now(),
        due_on=DAY,
    )


def _approval(owner: Person, place: Department) -> Approval:
    return Approval.objects.create(
        number=numbering.take("approval"),
        kind="override",
        subject_kind="customer",
        subject_id=_customer(owner, place).pk,
        title="人工调为 A 级",
        requested_by=owner,
        department=place,
        requested_at=clock.now(),
        requested_on=DAY,
    )


def _follow_up(owner: Person, place: Department) -> FollowUp:
    return FollowUp.objects.create(
        customer=_customer(owner, place),
        person=owner,
        department=place,
        happened_on=DAY,
        method="phone",
        said="月底付款",
        recorded_at=clock.now(),
    )


def _file_proposal(owner: Person, place: Department) -> FileProposal:
    return FileProposal.objects.create(customer=_customer(owner, place), field="city", before="", value="台州市", proposed_by=owner)


def _import(owner: Person, place: Department) -> ImportRun:
    return ImportRun.objects.create(
        kind="people", file_name="名单.xlsx", sha256="0" * 64, size=1, by=owner.account, uploaded_at=clock.now()
    )


def _return(owner: Person, place: Department) -> ReturnOrder:
    return ReturnOrder.objects.create(number=f"TH-{owner.pk}", order_number="DD-1", customer=_customer(owner, place), registered_on=DAY)


def _robot(owner: Person, place: Department) -> Robot:
    return Robot.objects.create(name="销售部群", sort="wecom", address="", kinds=[])


def _delivery(owner: Person, place: Department) -> Delivery:
    return Delivery.objects.create(
        channel="mail",
        account=owner.account,
        kind="x",
        title="客户转来",
        key=f"x:{owner.pk}",
        state="failed",
        created_at=clock.now(),
        due_at=clock.now(),
    )


def _pool_stay(owner: Person, place: Department) -> PoolStay:
    """In the pool of the owner's department, let go by somebody long ago."""
    customer = _customer(owner, place)
    Customer.objects.filter(pk=customer.pk).update(owner=None)
    PoolStay.objects.filter(customer=customer).update(last_owner=None)
    return PoolStay.objects.get(customer=customer)


def _handover(owner: Person, place: Department) -> Handover:
    return Handover.objects.create(person=owner, department=place, reason="调岗", undo_until=date(2027, 1, 1))


def _find(owner: Person, place: Department) -> Find:
    """Sent to the owner, who has not answered yet."""
    return Find.objects.create(
        number=numbering.take("find"), name="台州恒捷泵业有限公司", receiver=owner, department=place, state="sent", due_on=date(2027, 1, 1)
    )


def _api_key(owner: Person, place: Department) -> ApiKey:
    key = ApiKey.objects.create(account=owner.account, name="ERP 同步", prefix=f"gk_{owner.pk:08}", digest="0" * 64, scopes=["customers:read"])
    KeyUse.objects.create(key=key)
    return key


def _webhook(owner: Person, place: Department) -> Webhook:
    secret = sealing.seal("whsec_c2FtcGxlc2FtcGxlc2FtcGxlc2FtcGxl")
    return Webhook.objects.create(account=owner.account, name="ERP", address="https://erp.invalid/x", kinds=["customer.created"], secret=secret)


def _personal_request(owner: Person, place: Department) -> PersonalRequest:
    """Asked by a contact of the owner's customer, identity checked."""
    contact = Contact.objects.create(customer=_customer(owner, place), name="林海峰", phone="13800138000")
    return PersonalRequest.objects.create(
        number=f"GX-{owner.pk}-{contact.pk}",
        wish="erase",
        subject_kind="contact",
        subject_id=contact.pk,
        asker="林海峰",
        way="phone",
        checked="call",
        received_on=DAY,
        due_on=DAY,
        received_by=owner,
        department=place,
    )


def _personal_due(owner: Person, place: Department) -> DuePerson:
    """A contact of the owner's customer whose term ended long ago."""
    contact = Contact.objects.create(customer=_customer(owner, place), name="林海峰", phone="13800138000")
    return DuePerson.objects.create(
        subject_kind="contact", subject_id=contact.pk, term="dealings", months=36, last_on=date(2020, 1, 1), ended_on=date(2023, 1, 1)
    )


MAKERS: dict[str, Maker] = {
    "webhook": _webhook,
    "api_key": _api_key,
    "approval": _approval,
    "account": lambda owner, place: Account.objects.get(person=owner),
    "automation": lambda owner, place: Automation.objects.create(
        name=f"回访 {owner.pk}",
        subject_kind="customer",
        trigger="customer.day",
        content={"params": {}, "where": {}, "pause": 30, "actions": []},
        created_at=clock.now(),
    ),
    "backup": lambda owner, place: Backup.objects.create(kind="manual", state="done", size=5_000_000, host="crm", path="/x", started_at=clock.now()),
    "channel": _robot,
    "contact": lambda owner, place: Contact.objects.create(customer=_customer(owner, place), name="林海峰", phone="13800138000"),
    "custom_field": lambda owner, place: CustomField.objects.create(code=f"lines_{owner.pk}", label=f"生产线 {owner.pk}"),
    "customer": _customer,
    "customer_merge": _merge,
    "duplicate": _duplicate,
    "department": lambda owner, place: place,
    "deputy": lambda owner, place: Deputy.objects.create(
        person=owner, deputy=Person.objects.get(number="ADMIN"), starts_on=DAY, ends_on=date(2027, 1, 1)
    ),
    "delivery": _delivery,
    "dictionary": lambda owner, place: DictionaryEntry.objects.first(),
    "file_proposal": _file_proposal,
    "find": _find,
    "find_route": lambda owner, place: Route.objects.create(name=f"浙南 {owner.pk}", department=place),
    "follow_up": _follow_up,
    "handover": _handover,
    "import_run": _import,
    "job": lambda owner, place: JobRun.objects.create(kind="x", title="导入", started_by=owner.account, created_at=clock.now()),
    "notice": lambda owner, place: Notice.objects.create(account=owner.account, kind="x", title="客户转来", key="x", at=clock.now()),
    "number_series": lambda owner, place: NumberSeries.objects.first(),
    "obligation": _obligation,
    "person": lambda owner, place: owner,
    "personal_due": _personal_due,
    "personal_request": _personal_request,
    "pool_stay": _pool_stay,
    "product": lambda owner, place: Product.objects.create(number=f"ZF-{owner.pk}", name="闸阀"),
    "return_order": _return,
    "sales_order": lambda owner, place: SalesOrder.objects.create(
        number=f"DD-{owner.pk}", customer=_customer(owner, place), status="draft", ordered_on=DAY
    ),
}  # type: ignore[assignment]

#: What else stands in URLs, by the part's name; ids of parts of a row name nothing, so that a granted page may say 404.
PARTS: dict[str, Any] = {
    "code": "customer",
    "field": "phone",
    "iso": "2026-11-24",
    "kind": "customer",
    "nature": "dealer",
    "number": 2026,
    "role": "salesperson",
    "step": "people",
    "tag": "customers",
    "token": "nobody",
}
#: Words that mean something else under some address.
PARTS_UNDER: dict[str, dict[str, Any]] = {
    "imports/template/": {"code": "people"},
    "pick/": {"code": "person"},
    "policies/documents/": {"code": "customer-management", "key": "purpose"},
    "policies/metrics/": {"code": "contacts.count_90d"},
    "policies/": {"code": "customer-grade"},
    "settings/dictionaries/": {"code": "industry"},
}
NOTHING = 987_654_321


def part(route: str, name: str, converter: str) -> Any:
    """A value for a part of a URL that is not its row."""
    own = next((parts for prefix, parts in PARTS_UNDER.items() if route.startswith(prefix) and name in parts), PARTS)
    return own.get(name, NOTHING if converter == "IntConverter" else "nothing")
