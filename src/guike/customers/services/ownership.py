"""Whose customer it is: transfer one or many, share with colleagues (CUS-06, CUS-12)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.apps import apps
from django.db.models import F
from django.http import Http404
from django.utils.translation import gettext as _

from guike.customers.events import OwnersChanged
from guike.customers.models import Collaborator, Customer, PoolStay
from guike.customers.services import quotas, warnings
from guike.customers.services.doors import changeable, home_department
from guike.engine.activities.services import Happening, record, record_many
from guike.engine.obligations.selectors import live
from guike.engine.obligations.services import Due, open_obligation
from guike.platform import clock, events
from guike.platform.access import SYSTEM, Viewer, require
from guike.platform.errors import Forbidden, Refused
from guike.platform.verbs import verb


@dataclass(frozen=True)
class RowResult:
    """What became of one row of a bulk action: the sentence says why where it was not done."""

    customer_id: int
    name: str
    done: bool
    message: str


def active_person(person_id: int, field: str = "owner"):
    """Somebody who works here; refused otherwise."""
    person = apps.get_model("organisation", "Person").objects.filter(pk=person_id, active=True).first()
    if person is None:
        raise Refused(_("没有这个人，或已离职"), field=field)
    return person


@verb("customers.transfer")
def transfer(customer_id: int, owner_id: int | None, *, actor: Viewer, reason: str = "", release: bool = False) -> Customer:
    """Give a customer to another owner, or to the public pool (None). Its department follows the owner; open work moves by event.

    Refused where the new owner's quota is full, unless somebody whom the policy names lets it pass with a reason (`release`);
    what was let pass or warned of stands on the timeline.
    """
    customer = changeable(actor, customer_id, action="transfer")
    if customer.owner_id == owner_id:
        raise Refused(_("「%(name)s」本来就归 %(owner)s 负责") % {"name": customer, "owner": customer.owner or _("公海")}, field="owner")
    before = customer.owner
    person = active_person(owner_id) if owner_id else None
    over = quotas.require_room(person.pk, [customer.pk], actor=actor, release=release, reason=reason) if person else []
    if person is None:
        let_go(customer, PoolStay.Why.BY_HAND, reason, actor=actor)
        return customer
    customer.owner, customer.owner_since = person, clock.today()
    customer.department_id = home_department(person.pk, actor)
    customer.version += 1
    customer.updated_at = clock.now()
    customer.save(update_fields=["owner", "owner_since", "department", "version", "updated_at"])
    Collaborator.objects.filter(customer=customer, person_id=owner_id).delete()  # type: ignore[misc]
    on_timeline(customer, before, person, "\n".join([*([reason] if reason else []), *over]), actor)
    warnings.close([customer.pk], actor=actor)
    events.emit(OwnersChanged((customer.pk,), owner_id, actor.person_id))
    return customer


def on_timeline(customer: Customer, before: object, after: object, text: str, actor: Viewer) -> None:
    """One line of who had the customer and who has it now (nobody: 公海)."""
    record(_happening(customer, before, after, text, actor))


def _happening(customer: Customer, before: object, after: object, text: str, actor: Viewer) -> Happening:
    return Happening(
        kind="customer.transfer",
        subject_kind="customer",
        subject_id=customer.pk,
        happened_on=clock.today(),
        at=clock.now().astimezone().time(),
        person_id=actor.person_id,
        title=_("%(before)s → %(after)s") % {"before": before or _("公海"), "after": after or _("公海")},
        text=text,
        source_kind="customers.customer",
        source_id=customer.version * 10**9 + customer.pk,
    )


def handed_over(before: Mapping[int, int | None], text: str, *, actor: Viewer) -> None:
    """Customers already stand with another owner (an import, an undone one): what a transfer does besides is done for all of them.

    `before`: customer id → whose it was. The new owner needs no sharing, warnings are answered, everybody who listens is told.
    """
    handed = list(Customer.objects.filter(pk__in=before).select_related("owner").only("pk", "version", "owner__name").order_by("pk"))
    people = apps.get_model("organisation", "Person").objects.in_bulk({owner for owner in before.values() if owner})
    record_many(_happening(one, people.get(before[one.pk]), one.owner, text, actor) for one in handed)
    Collaborator.objects.filter(customer__in=handed, person=F("customer__owner")).delete()
    warnings.close([one.pk for one in handed], actor=actor)
    by_owner: dict[int | None, list[int]] = defaultdict(list)
    for one in handed:
        by_owner[one.owner_id].append(one.pk)
    for owner_id, ids in by_owner.items():
        events.emit(OwnersChanged(tuple(ids), owner_id, actor.person_id))


def let_go(customer: Customer, why: str, reason: str, *, actor: Viewer) -> PoolStay:
    """Empty the owner of a locked customer and say why on its stay. For verbs that have authorised."""
    before = customer.owner
    customer.owner, customer.owner_since = None, None
    customer.version += 1
    customer.updated_at = clock.now()
    customer.save(update_fields=["owner", "owner_since", "version", "updated_at"])
    Collaborator.objects.filter(customer=customer).delete()  # type: ignore[misc]
    open_stay = PoolStay.objects.filter(customer=customer, left_on__isnull=True)  # type: ignore[misc]
    open_stay.update(why=why, reason=reason.strip()[:200], released_by_id=actor.person_id, entered_on=clock.today(), entered_at=clock.now())
    on_timeline(customer, before, None, reason, actor)
    warnings.close([customer.pk], actor=actor)
    events.emit(OwnersChanged((customer.pk,), None, actor.person_id))
    return open_stay.get()


def transfer_many(
    customer_ids: Sequence[int], owner_id: int | None, *, actor: Viewer, reason: str = "", release: bool = False
) -> list[RowResult]:
    """Give many customers away, each in its own transaction: one refusal does not hold up the rest. One result per row."""
    require(actor, "customer", "transfer")
    names = dict(Customer.objects.filter(pk__in=customer_ids).values_list("pk", "name"))
    return [_transfer_one(pk, names.get(pk, ""), owner_id, actor, reason, release) for pk in dict.fromkeys(customer_ids)]


def _transfer_one(customer_id: int, name: str, owner_id: int | None, actor: Viewer, reason: str, release: bool) -> RowResult:
    try:
        customer = transfer(customer_id, owner_id, actor=actor, reason=reason, release=release)
    except Http404:
        return RowResult(customer_id, "", False, _("没有找到，或不在可见范围内"))
    except (Refused, Forbidden) as refusal:
        return RowResult(customer_id, name, False, refusal.message)
    return RowResult(customer_id, name, True, _("已转给 %(owner)s") % {"owner": customer.owner or _("公海")})


@verb("customers.share")
def share(customer_id: int, person_id: int, right: str, *, actor: Viewer, reason: str = "") -> Collaborator:
    """Let a colleague see (read) or also change (write) a customer; the owner needs no sharing."""
    customer = changeable(actor, customer_id, action="share")
    person = active_person(person_id)
    if person.pk == customer.owner_id:
        raise Refused(_("%(name)s 就是负责人") % {"name": person}, field="person")
    if right not in Collaborator.Right.values:
        raise Refused(_("权限只有“可看”和“可改”"), field="right")
    return Collaborator.objects.update_or_create(customer=customer, person=person, defaults={"right": right})[0]


@verb("customers.unshare")
def unshare(customer_id: int, person_id: int, *, actor: Viewer, reason: str = "") -> None:
    """End a collaboration."""
    customer = changeable(actor, customer_id, action="share")
    Collaborator.objects.filter(customer=customer, person_id=person_id).delete()


@verb("customers.ask_to_share")
def ask_to_share(customer_id: int, *, actor: Viewer, reason: str = "") -> str:
    """Ask the owner of a customer out of reach to share it: a task of the owner's, due tomorrow. Returns the owner's name.

    The asker learns nothing of the customer; asking twice while the first request is open is refused (CUS-07).
    """
    require(actor, "customer", "add")
    customer = Customer.objects.select_for_update(of=("self",)).select_related("owner").filter(pk=customer_id).first()
    if customer is None or customer.owner is None:
        raise Refused(_("这家客户没有负责人，可找销售经理"))
    title = _("%(who)s 申请协同") % {"who": actor.name}
    if live(SYSTEM).filter(kind="share_request", subject_kind="customer", subject_id=customer.pk, title=title).exists():
        raise Refused(_("已向 %(owner)s 申请过，等对方处理") % {"owner": customer.owner})
    asked = Due(
        kind="share_request",
        subject_kind="customer",
        subject_id=customer.pk,
        title=title,
        due_on=clock.today() + timedelta(days=1),
        assignee_id=customer.owner_id,
        department_id=customer.department_id,
        as_owner=True,
        reason=reason or _("录入新客户时查到是同一家"),
    )
    open_obligation(asked, actor=actor)
    return str(customer.owner)
