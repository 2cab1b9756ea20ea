"""What automations may hear of customers and do to them (PLT-13)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.customers import services, tags, words
from guike.customers.events import CustomersAdded, OwnersChanged, StagesMoved
from guike.customers.forms import DICTIONARIES
from guike.customers.lists import CustomerList
from guike.customers.models import Customer, LifecycleMove
from guike.engine.automations import registry, triggers
from guike.engine.automations.registry import Action, Left, Occasion, Param, Params, Subject, Task, Trigger
from guike.organisation import selectors as organisation
from guike.platform import clock, dictionaries
from guike.platform.conditions import FieldSet, Kind

DATES = (
    "expected_deal_on",
    "supply_contract_on",
    "dealer_agreement_on",
    "commission_agreement_on",
    "strategic_agreement_on",
    "registered_on",
)
#: Fields that an automation may set: words of dictionaries, nothing that decides money or names.
SAFE = ("source", "channel", "industry", "outlet_type")


def _rows() -> QuerySet[Customer]:
    return Customer.objects.filter(removed_at=None)


def _fields() -> FieldSet:
    """What the list may be asked; dates counting from the day on which it is asked, as there."""
    return FieldSet(replace(field, relative=field.kind is Kind.DATE) for field in CustomerList().fields)


def _dates() -> Mapping[str, str]:
    return {name: _label(name) for name in DATES}


def _label(name: str) -> str:
    return str(Customer._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


registry.register_subject(
    Subject(
        "customer",
        gettext_lazy("客户"),
        gettext_lazy("家"),
        _fields,
        _rows,
        owner_of=lambda row: row.owner_id,
        department_of=lambda row: row.department_id,
        dates=_dates,
        pickers={"owner": "person"},
    )
)
triggers.register_for("customer")


# --- when -----------------------------------------------------------------------------------------------------------------


def _added(event: Any, params: Params) -> Iterable[Occasion]:
    return (Occasion(pk, "added") for pk in event.customer_ids)


def _added_since(params: Params, since: date, rows: QuerySet) -> Iterable[tuple[int, date]]:
    return Customer.objects.filter(registered_on__range=(since, clock.today())).values_list("pk", "registered_on")


def _moves(params: Params) -> QuerySet[LifecycleMove]:
    found = LifecycleMove.objects.exclude(from_stage="").order_by("pk")
    return found.filter(to_stage=params["to"]) if params.get("to") else found


def _moved(event: Any, params: Params) -> Iterable[Occasion]:
    """The newest move of each of them; an automation that wants another stage does not see it."""
    newest: dict[int, tuple[int, str]] = {}
    found = LifecycleMove.objects.filter(customer__in=event.customer_ids).exclude(from_stage="").order_by("pk")
    for customer, pk, stage in found.values_list("customer_id", "pk", "to_stage"):
        newest[customer] = (pk, stage)
    return (Occasion(c, f"move:{pk}") for c, (pk, stage) in newest.items() if params.get("to") in ("", None, stage))


def _moved_since(params: Params, since: date, rows: QuerySet) -> Iterable[tuple[int, date]]:
    return _moves(params).filter(on__gte=since).values_list("customer_id", "on")


def _stage_words(params: Params) -> str:
    return _("客户进入「%(stage)s」") % {"stage": words.STAGES[params["to"]]} if params.get("to") else _("客户阶段变动")


def _handed_on(event: Any, params: Params) -> Iterable[Occasion]:
    versions = Customer.objects.filter(pk__in=event.customer_ids).values_list("pk", "version")
    wanted = {"pool": event.owner_id is None, "person": event.owner_id is not None}.get(params.get("to") or "", True)
    return [Occasion(pk, f"owner:{version}") for pk, version in versions] if wanted else []


registry.register_trigger(Trigger("customer.added", gettext_lazy("新建客户"), "customer", CustomersAdded, _added, past=_added_since))
registry.register_trigger(
    Trigger(
        "customer.stage",
        gettext_lazy("客户阶段变动"),
        "customer",
        StagesMoved,
        _moved,
        past=_moved_since,
        asks=(Param("to", gettext_lazy("进入"), "choice", words.STAGES.items, required=False),),
        describe=_stage_words,
    )
)
registry.register_trigger(
    Trigger(
        "customer.owner",
        gettext_lazy("客户换了负责人"),
        "customer",
        OwnersChanged,
        _handed_on,
        asks=(Param("to", gettext_lazy("换到"), "choice", lambda: [("person", _("同事")), ("pool", _("公海"))], required=False),),
    )
)


# --- then -----------------------------------------------------------------------------------------------------------------


def _transfer(task: Task) -> str:
    if task.row.owner_id == (task.params["person"] or None):  # type: ignore[attr-defined]
        raise Left(_("负责人本来就是他"))
    moved = services.transfer(task.row.pk, task.params["person"] or None, actor=task.actor, reason=task.because)
    return _("转给%(name)s") % {"name": moved.owner or _("公海")}


def _transfer_words(params: Params) -> str:
    names = organisation.person_names([params["person"]]) if params["person"] else {}
    return _("转给%(name)s") % {"name": next(iter(names.values()), _("公海"))}


def _words() -> list[tuple[str, str]]:
    """「来源：网络」 for every word that may be set."""
    return [(f"{name}={code}", f"{_label(name)}：{label}") for name in SAFE for code, label in dictionaries.choices(DICTIONARIES[name])]


def _set(task: Task) -> str:
    name, _sign, code = task.params["value"].partition("=")
    label = dict(_words()).get(task.params["value"])
    if name not in SAFE or label is None:
        raise Left(_("这个词已停用"))
    if getattr(task.row, name) == code:
        raise Left(_("本来就是%(label)s") % {"label": label})
    services.change_customer(task.row.pk, {name: code}, version=task.row.version, actor=task.actor, reason=task.because)  # type: ignore[attr-defined]
    return _("改为%(label)s") % {"label": label}


def _tag(task: Task) -> str:
    if not services.tag(task.row.pk, add=[task.params["tag"]], actor=task.actor, reason=task.because):
        raise Left(_("已有这个标签"))
    return _("加标签「%(tag)s」") % {"tag": dict(tags.choices()).get(task.params["tag"], task.params["tag"])}


def _move(task: Task) -> str:
    if task.row.stage == task.params["to"]:  # type: ignore[attr-defined]
        raise Left(_("本来就在「%(stage)s」") % {"stage": words.STAGES[task.params["to"]]})
    services.move_stage(task.row.pk, task.params["to"], actor=task.actor, reason=task.because)
    return _("进入「%(stage)s」") % {"stage": words.STAGES[task.params["to"]]}


registry.register_action(
    Action(
        "customer.transfer",
        gettext_lazy("转负责人"),
        "customer",
        (Param("person", gettext_lazy("转给"), "person", required=False, hint=gettext_lazy("不选就是公海")),),
        _transfer,
        _transfer_words,
        needs=("customer", "transfer"),
    )
)
registry.register_action(
    Action(
        "customer.set",
        gettext_lazy("改客户资料"),
        "customer",
        (Param("value", gettext_lazy("改成"), "choice", _words),),
        _set,
        lambda params: _("改为%(label)s") % {"label": dict(_words()).get(params["value"], params["value"])},
        needs=("customer", "change"),
    )
)
registry.register_action(
    Action(
        "customer.tag",
        gettext_lazy("加标签"),
        "customer",
        (Param("tag", gettext_lazy("标签"), "choice", tags.choices),),
        _tag,
        lambda params: _("加标签「%(tag)s」") % {"tag": dict(tags.choices()).get(params["tag"], params["tag"])},
        needs=("customer", "change"),
    )
)
registry.register_action(
    Action(
        "customer.move",
        gettext_lazy("改客户阶段"),
        "customer",
        (Param("to", gettext_lazy("进入"), "choice", words.STAGES.items),),
        _move,
        lambda params: _("进入「%(stage)s」") % {"stage": words.STAGES[params["to"]]},
        needs=("customer", "move"),
    )
)
