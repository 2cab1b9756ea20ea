"""History by database triggers: bulk updates and raw SQL are seen too (PLT-02). Read as sentences by people."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import pghistory
from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.platform import clock, telling
from guike.platform.roles import ROLES

if TYPE_CHECKING:
    from guike.platform.access import Viewer

M = TypeVar("M", bound=type[models.Model])
#: Fields that change with every save and tell nobody anything.
SILENT = ("version", "updated_at", "created_at")
#: Labels of kept fields whose models name them only in code; a test fails for one that has no word.
FIELD_WORDS = {
    "match_key": gettext_lazy("匹配键"),
    "passphrase": gettext_lazy("备份口令"),
    "issuer": gettext_lazy("身份来源"),
    "wizard_step": gettext_lazy("设置进度"),
    "wizard_skipped": gettext_lazy("跳过的设置"),
    "wizard_finished_at": gettext_lazy("设置完成时间"),
    "code": gettext_lazy("编码"),
    "part": gettext_lazy("权限项"),
    "yaml": gettext_lazy("配置文本"),
    "subject_id": gettext_lazy("对象"),
    "arose_from": gettext_lazy("起因"),
    "fulfilled_by": gettext_lazy("办结依据"),
    "escalation_days": gettext_lazy("上报天数"),
    "overrides": gettext_lazy("例外项"),
    "custom": gettext_lazy("自定义字段"),
    "token_hash": gettext_lazy("订阅密钥"),
    "job": gettext_lazy("后台任务"),
}


def tracked(*, exclude: list[str] | None = None, whole_statements: bool = False) -> Callable[[M], M]:
    """Keep every insert, change and deletion of a model's rows in `<Model>Event`, one row a change.

    `whole_statements`: the trigger runs once a statement, not once a row; for tables that imports fill by the hundred thousand.
    """
    level: dict[str, Any] = {"level": pghistory.Statement} if whole_statements else {}

    def decorate(model: M) -> M:
        return pghistory.track(
            pghistory.InsertEvent(**level),
            pghistory.UpdateEvent(**level),
            pghistory.DeleteEvent(**level),
            exclude=exclude or [],
            model_name=f"{model.__name__}Event",
        )(model)

    return decorate


@dataclass(frozen=True)
class Change:
    """One field before and after, as shown. `lines` of a text that changed: those that went ("-") and came ("+"); `after` counts them."""

    field: str
    label: str
    before: str
    after: str
    lines: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Entry:
    """One line of a record's history: when, who, which verb, why, and what differs."""

    at: datetime
    who: str
    verb: str
    why: str
    kind: str
    changes: tuple[Change, ...]


def _named(related: type[models.Model], value: Any, viewer: "Viewer | None") -> str:
    """The record that a change points to, by name only where the viewer may see it (CUS-12)."""
    from guike.platform import access  # which needs the models that are tracked

    code = next((one.code for one in access.declarations().values() if one.model == related._meta.label), "")
    found = related._default_manager.filter(pk=value).first()
    if found and code and viewer and (reached := access.within(viewer, code, "view")) and not related._default_manager.filter(reached, pk=value).exists():
        return _("（不在可见范围内）")
    return str(found or value)


def _subject(event: Any) -> "type[models.Model] | None":
    """What kind of record a version's `subject_id` counts."""
    from guike.platform import access

    found = access.declarations().get(getattr(event, "subject_kind", ""))
    return found.model_class() if found else None


def _kind(code: str) -> str:
    """What a kind of record is called."""
    from guike.platform import access

    found = access.declarations().get(code)
    return str(found.label) if found else code


def shown(field: models.Field, value: Any, viewer: "Viewer | None" = None, row: Any = None) -> str:
    """A kept value in words; `row` is the version that keeps it, for what only the whole row explains."""
    if value is None or value == "":
        return "—"
    teller = telling.teller(field.model._meta.label, field.name)
    if isinstance(teller, telling.OfRow):
        return teller.tell(row, value) or "—"
    if callable(teller):
        return teller(value) or "—"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.ForeignKey):
        return _named(field.related_model, value, viewer)  # type: ignore[arg-type]
    return _kind(value) if field.name == "subject_kind" else _plain(value)


def _plain(value: Any) -> str:
    """A value whose own type tells how it reads."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, datetime):
        return f"{clock.local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, list):
        roles = all(one in ROLES for one in value)
        return "、".join(_(ROLES[one]) if roles else str(one) for one in value) or "—"
    return str(value)


def field_word(field: models.Field) -> str:
    """What a field is called on screen: its model's word, else the table's."""
    label = str(field.verbose_name)
    return str(FIELD_WORDS.get(field.name, label)) if label == field.name.replace("_", " ") or field.name == "yaml" else label


def _differences(model: type[models.Model], before: Any, after: Any, hidden: frozenset[str], viewer: "Viewer | None") -> tuple[Change, ...]:
    changes: list[Change] = []
    for field in model._meta.concrete_fields:
        if field.name in SILENT or field.name in hidden or field.primary_key or not hasattr(after, field.attname):
            continue
        if field.name == "subject_kind" and getattr(after, "subject_id", None):
            continue  # the record that it counts is named
        old = getattr(before, field.attname) if before is not None else None
        new = getattr(after, field.attname)
        if old != new and not (before is None and new in (None, "", False, [], {})):
            changes += _told(field, before, after, viewer)
    return tuple(changes)


def _told(field: models.Field, before: Any, after: Any, viewer: "Viewer | None") -> Iterator[Change]:
    """One column that differs, in words; of a column that keeps several things, each that differs."""
    teller = telling.teller(field.model._meta.label, field.name)
    old, new = (getattr(row, field.attname) if row is not None else None for row in (before, after))
    if isinstance(teller, telling.Following):
        return
    if isinstance(teller, telling.Parts):
        parts = [teller.tell(row, value) if value else {} for row, value in ((before, old), (after, new))]
        for label in dict.fromkeys([*parts[0], *parts[1]]):
            if parts[0].get(label) != parts[1].get(label):
                yield Change(field.name, label, parts[0].get(label) or "—", parts[1].get(label) or "—")
    elif isinstance(teller, telling.Document):
        whole = not old or not new  # a new text stands on its record's own page
        lines = teller.differing(old or "", new or "")
        yield Change(field.name, field_word(field), "", teller.counted(lines, whole=whole), () if whole else lines[: telling.LINES_SHOWN])
    else:
        pointed = _subject(after) if field.name == "subject_id" else None
        rows = ((before, old), (after, new))
        was, now = (_named(pointed, value, viewer) if pointed and value else shown(field, value, viewer, row) for row, value in rows)
        yield Change(field.name, field_word(field), was, now)


def is_tracked(model: type[models.Model]) -> bool:
    """Does this model keep a history at all?"""
    return f"{model.__name__.lower()}event" in apps.all_models[model._meta.app_label]


def event_model(model: type[models.Model]) -> type[models.Model]:
    """The table in which the triggers keep a tracked model's versions."""
    return apps.get_model(model._meta.app_label, f"{model.__name__}Event")


def of(instance: models.Model, *, hidden: frozenset[str] = frozenset(), limit: int = 200, viewer: "Viewer | None" = None) -> list[Entry]:
    """The newest `limit` changes of one row, newest first. `hidden` are fields the viewer may not read; records out of the
    viewer's sight that a field pointed to are not named; without a viewer everything is."""
    model = type(instance)
    events = list(
        event_model(model)
        ._default_manager.filter(pgh_obj_id=instance.pk)
        .select_related("pgh_context")
        .order_by("-pgh_id")[: limit + 1]
    )
    pairs = zip(events, [*events[1:], None], strict=True)
    found = [entry(model, after, before, hidden=hidden, viewer=viewer) for after, before in pairs]
    return [one for one in found if one is not None][:limit]


def entry(model: type[models.Model], after: Any, before: Any, *, hidden: frozenset[str] = frozenset(), viewer: "Viewer | None" = None) -> Entry | None:
    """One version beside the one before it; None when nothing that may be read differs."""
    note = after.pgh_context.metadata if after.pgh_context else {}
    kind = after.pgh_label
    changes = () if kind == "delete" else _differences(model, before, after, hidden, viewer)
    if not changes and kind == "update":
        return None
    verb = note.get("verb", "")
    return Entry(after.pgh_created_at, note.get("who", ""), verb, telling.reason(verb, note.get("why", "")), kind, changes)
