"""The whens that hold for every subject of the engine: a grade changed, something is late, a date is reached, every day."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.engine.automations import registry
from guike.engine.automations.registry import Occasion, Param, Params, Trigger
from guike.engine.events import StandingsChanged
from guike.engine.models import Decision, Policy
from guike.engine.models.obligation import Obligation
from guike.engine.obligations import registry as obligation_kinds
from guike.platform import clock

#: A date reached while the machine was off is still met within so many days.
GRACE = 7


def _grade_changes(kind: str, params: Params, found: Q) -> Iterable[tuple[int, int, date]]:
    """(subject, decision, day) of changes of the primary policy's outcome."""
    rows = Decision.objects.filter(found, policy__is_primary=True, subject_kind=kind).exclude(previous="")
    rows = rows.filter(outcome=params["to"]) if params.get("to") else rows
    return rows.order_by("pk").values_list("subject_id", "pk", "as_of")


def _late(kind: str, params: Params, first: date, last: date) -> Iterable[Obligation]:
    """Open obligations that became `days` days late from `first` to `last`."""
    late = timedelta(days=int(params["days"]))
    rows = Obligation.objects.filter(subject_kind=kind, state__in=("open", "snoozed"), due_on__range=(first - late, last - late))
    return rows.filter(kind=params["kind"]) if params.get("kind") else rows


def _reached(rows: QuerySet, params: Params, first: date, last: date) -> Iterable[tuple[int, date]]:
    path = params["field"]
    shift = timedelta(days=int(params["days"]) * (1 if params["side"] == "after" else -1))
    found = rows.filter(**{f"{path}__range": (first - shift, last - shift)})
    return ((pk, day + shift) for pk, day in found.order_by("pk").values_list("pk", path))


def outcomes(kind: str) -> list[tuple[str, Any]]:
    """The outcomes of the primary policy in force."""
    from guike.engine.rulebook import Rulebook

    code = Policy.objects.filter(subject_kind=kind, is_primary=True).values_list("code", flat=True).first()
    if code is None:
        return []
    book = Rulebook(clock.today())
    return [(one.code, one.label) for one in book.content(code).outcomes] if code in book.versions else []


class _Whens:
    """The engine's whens, bound to one subject kind."""

    def __init__(self, kind: str):
        self.kind = kind

    def graded(self, event: Any, params: Params) -> Iterable[Occasion]:
        if not event.is_primary or event.subject_kind != self.kind:
            return
        found = Q(as_of=event.as_of, policy__code=event.policy_code)
        if event.subject_ids is not None:
            found &= Q(subject_id__in=event.subject_ids)
        for pk, decision, _day in _grade_changes(self.kind, params, found):
            yield Occasion(pk, f"decision:{decision}")

    def graded_since(self, params: Params, since: date, rows: QuerySet) -> Iterable[tuple[int, date]]:
        return ((pk, day) for pk, _decision, day in _grade_changes(self.kind, params, Q(as_of__gte=since)))

    def grade_words(self, params: Params) -> str:
        if not params.get("to"):
            return _("等级变动")
        return _("等级变为 %(to)s") % {"to": dict(outcomes(self.kind)).get(params["to"], params["to"])}

    def late(self, params: Params, day: date, rows: QuerySet) -> Iterable[Occasion]:
        return (Occasion(o.subject_id, f"late:{o.pk}") for o in _late(self.kind, params, day - timedelta(days=GRACE), day))

    def late_since(self, params: Params, since: date, rows: QuerySet) -> Iterable[tuple[int, date]]:
        days = timedelta(days=int(params["days"]))
        return ((o.subject_id, o.due_on + days) for o in _late(self.kind, params, since, clock.today()))

    def date_words(self, params: Params) -> str:
        name = registry.subject(self.kind).dates().get(params["field"], params["field"])
        if not params["days"]:
            return _("到了%(field)s") % {"field": name}
        words = _("%(field)s后 %(n)s 天") if params["side"] == "after" else _("%(field)s前 %(n)s 天")
        return words % {"field": name, "n": params["days"]}


def _late_words(params: Params) -> str:
    name = str(obligation_kinds.kind(params["kind"]).label) if params.get("kind") else _("时限任务")
    return _("%(name)s逾期 %(n)s 天") % {"name": name, "n": params["days"]}


def _on_date(params: Params, day: date, rows: QuerySet) -> Iterable[Occasion]:
    found = _reached(rows, params, day - timedelta(days=GRACE), day)
    return (Occasion(pk, f"date:{params['field']}:{reached.isoformat()}") for pk, reached in found)


def _on_date_since(params: Params, since: date, rows: QuerySet) -> Iterable[tuple[int, date]]:
    return _reached(rows, params, since, clock.today())


def _each_day(params: Params, day: date, rows: QuerySet) -> Iterable[Occasion]:
    return (Occasion(pk, f"day:{day.isoformat()}") for pk in rows.order_by("pk").values_list("pk", flat=True).iterator())


def _all_now(params: Params, since: date, rows: QuerySet) -> Iterable[tuple[int, date]]:
    return ((pk, clock.today()) for pk in rows.values_list("pk", flat=True).iterator())


def _obligation_kinds() -> list[tuple[str, Any]]:
    return [(code, kind.label) for code, kind in obligation_kinds.kinds().items()]


def _sides() -> list[tuple[str, str]]:
    return [("before", _("之前")), ("after", _("之后"))]


def register_for(kind: str) -> None:
    """The engine's whens for one subject kind."""
    whens = _Whens(kind)
    graded = Param("to", gettext_lazy("变为"), "choice", lambda: outcomes(kind), required=False)
    late = Param("days", gettext_lazy("逾期几天"), "number", least=1, most=365, default=1)
    dates = (
        Param("field", gettext_lazy("日期"), "choice", lambda: registry.subject(kind).dates().items()),
        Param("side", gettext_lazy("前还是后"), "choice", _sides, default="before"),
        Param("days", gettext_lazy("天数"), "number", most=3650, default=0),
    )
    which = Param("kind", gettext_lazy("哪一类"), "choice", _obligation_kinds, required=False)
    register = registry.register_trigger
    register(
        Trigger(
            f"{kind}.grade",
            gettext_lazy("等级变动"),
            kind,
            StandingsChanged,
            whens.graded,
            past=whens.graded_since,
            asks=(graded,),
            describe=whens.grade_words,
        )
    )
    register(
        Trigger(
            f"{kind}.late",
            gettext_lazy("时限任务逾期"),
            kind,
            each_day=whens.late,
            past=whens.late_since,
            asks=(which, late),
            describe=_late_words,
        )
    )
    register(
        Trigger(
            f"{kind}.date",
            gettext_lazy("日期快到或已过"),
            kind,
            each_day=_on_date,
            past=_on_date_since,
            asks=dates,
            describe=whens.date_words,
        )
    )
    register(Trigger(f"{kind}.day", gettext_lazy("每天"), kind, each_day=_each_day, past=_all_now, pause=30))
