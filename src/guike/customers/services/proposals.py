"""Filling in a customer's file in passing: the owner's word holds at once, everybody else's waits for the owner (CUS-03)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.customers import rules
from guike.customers.models import Customer, FileProposal
from guike.customers.services import cleaning
from guike.customers.services.doors import changeable
from guike.customers.services.records import change_customer
from guike.engine.obligations import registry
from guike.engine.obligations import selectors as due
from guike.engine.obligations import services as obligations
from guike.platform import clock
from guike.platform.access import SYSTEM, Viewer, allowed, require, row
from guike.platform.errors import Refused
from guike.platform.verbs import verb

registry.register_kind(
    registry.Kind(
        "supplement",
        gettext_lazy("资料补充"),
        gettext_lazy("看补充"),
        "file-text",
        link="/customers/{subject_id}/proposals/",
        by_record=True,
    )
)
#: The owner has so many days to accept or decline.
DAYS = 3


@dataclass(frozen=True)
class Supplemented:
    """How many fields were changed at once, how many wait for the owner."""

    applied: int = 0
    waiting: int = 0


def applies_at_once(customer: Customer, actor: Viewer) -> bool:
    """The owner decides about the file; in the public pool whoever may change it."""
    if customer.owner_id is None:
        return allowed(actor, "customer", "change")
    return actor.is_system or customer.owner_id == actor.person_id


@verb("customers.supplement")
def supplement(customer_id: int, values: Mapping[str, Any], *, actor: Viewer, reason: str = "") -> Supplemented:
    """Propose values for fields of a customer in sight; blank and unchanged ones are left out.

    Refused like `change_customer`. The same person's newer proposal for a field takes the place of the older one.
    """
    require(actor, "file_proposal", "add")
    customer: Customer = row(actor, "customer", customer_id, lock=True)
    cleaning.require_known(values, frozenset(rules.record_fields(customer.kind)))
    cleaned = cleaning.customer({name: value for name, value in values.items() if value not in (None, "")}, customer, actor=actor)
    changed = {name: value for name, value in cleaned.items() if value not in (None, "") and value != getattr(customer, name)}
    if not changed:
        return Supplemented()
    if applies_at_once(customer, actor):
        change_customer(customer_id, changed, version=customer.version, actor=actor, reason=reason)
        return Supplemented(applied=len(changed))
    if actor.person_id is None:
        raise Refused(_("这个账号没有对应的人员，不能补充资料"))
    for name, value in changed.items():
        _propose(customer, name, value, actor)
    _ask_owner(customer)
    return Supplemented(waiting=len(changed))


def _propose(customer: Customer, name: str, value: Any, actor: Viewer) -> None:
    older = FileProposal.objects.filter(customer=customer, field=name, proposed_by_id=actor.person_id, state="open")
    older.update(state=FileProposal.State.REPLACED, decided_at=clock.now())
    FileProposal.objects.create(
        customer=customer,
        field=name,
        before=getattr(customer, name),
        value=value,
        proposed_by_id=actor.person_id,  # type: ignore[misc]
    )


def _ask_owner(customer: Customer) -> None:
    """One task for the owner, however much is proposed."""
    if customer.owner_id is None or due.of_subject(SYSTEM, "customer", customer.pk, authorised=True).filter(kind="supplement").exists():
        return
    asked = obligations.Due(
        kind="supplement",
        subject_kind="customer",
        subject_id=customer.pk,
        title=_("看同事补充的资料"),
        due_on=clock.today() + timedelta(days=DAYS),
        assignee_id=customer.owner_id,
        department_id=customer.department_id,
        as_owner=True,
    )
    obligations.open_obligation(asked, actor=SYSTEM)


def ask_new_owner(customer_ids: Any) -> None:
    """Customers were taken over: what waited in the pool is asked of the new owner."""
    waiting = FileProposal.objects.filter(customer__in=list(customer_ids), state="open").values("customer")
    for customer in Customer.objects.filter(pk__in=waiting, owner__isnull=False):
        _ask_owner(customer)


@verb("customers.decide_proposal")
def decide_proposal(proposal_id: int, *, accept: bool, actor: Viewer, reason: str = "") -> FileProposal:
    """Accept a proposed value, which changes the customer, or decline it. Refused when it was decided meanwhile."""
    proposal: FileProposal = row(actor, "file_proposal", proposal_id, "decide")
    customer = changeable(actor, proposal.customer_id)
    proposal = FileProposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)
    if proposal.state != FileProposal.State.OPEN:
        raise Refused(_("这条补充%(state)s，刷新页面看最新的") % {"state": proposal.get_state_display()}, code="closed")
    if accept:
        why = _("采纳%(name)s的补充") % {"name": proposal.proposed_by}
        change_customer(customer.pk, {proposal.field: stored_value(proposal)}, version=customer.version, actor=actor, reason=why)
    proposal.state = FileProposal.State.ACCEPTED if accept else FileProposal.State.DECLINED
    proposal.decided_by_id, proposal.decided_at, proposal.decided_why = actor.person_id, clock.now(), reason.strip()[:200]
    proposal.save(update_fields=["state", "decided_by", "decided_at", "decided_why"])
    if not FileProposal.objects.filter(customer=customer, state="open").exists():
        obligations.settle("customer", customer.pk, "supplement", actor=SYSTEM)
    return proposal


def stored_value(proposal: FileProposal) -> Any:
    """The proposed value as the customer's field keeps it: JSON knows no days and no decimals."""
    return Customer._meta.get_field(proposal.field).to_python(proposal.value)  # type: ignore[union-attr]
