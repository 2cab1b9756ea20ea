"""A kind of record as programs see it: which fields, how they are found, listed and told, always by the viewer's rights (PLT-07)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field, create_model

from guike.platform import access, masks
from guike.platform.access import Right, Viewer, field_right
from guike.platform.api import schemas, scopes
from guike.platform.api.problems import Problem
from guike.platform.errors import Stale
from guike.platform.ui.lists import ListPage

Tell = Callable[[Viewer, Any], Any]


@dataclass(frozen=True)
class Extra:
    """Something told of a row that is no field of its table: its type for the description, how it is read, under which rule."""

    kind: Any
    read: Tell
    label: str
    rule: str = ""


@dataclass(frozen=True)
class Resource:
    """`page` gives conditions, search and scope of its list; `fields` are told as they stand; `exact`: query words → lookups.

    `related` are joined for lists; `veiled(viewer, row, name)` tells a field that has a rule (default: by the rule alone).
    `completed`: what is told of a row is put on it by the list's `complete`.
    """

    code: str
    object: str
    label: str | Promise
    page: type[ListPage]
    fields: Sequence[str]
    extras: Mapping[str, Extra] = field(default_factory=dict)
    exact: Mapping[str, tuple[str, Any]] = field(default_factory=dict)
    related: Sequence[str] = ()
    veiled: Callable[[Viewer, Any, str], Any] | None = None
    writes: bool = True
    number: str = "number"
    gone: str = ""
    completed: bool = False

    def __post_init__(self) -> None:
        scopes.register(self.code, self.label, writes=self.writes)
        _resources[self.object] = self

    @cached_property
    def model(self) -> type[models.Model]:
        return access.declarations()[self.object].model_class()

    @cached_property
    def names(self) -> list[str]:
        return ["id", *self.fields, *self.extras]

    @cached_property
    def shape(self) -> Any:
        """What one record looks like; every field may be missing: left out by `fields=`, or hidden from the key's owner."""
        parts: dict[str, Any] = {"id": (int, Field(None))}
        for name in self.fields:
            found: Any = self.model._meta.get_field(name)
            parts[name] = (schemas.shown_as(found) | None, Field(None, description=schemas._words(found)))
        for name, extra in self.extras.items():
            parts[name] = (extra.kind | None, Field(None, description=extra.label))
        return create_model(self.object.title().replace("_", ""), __base__=Schema, **parts)

    @cached_property
    def page_shape(self) -> Any:
        return schemas.page_of(f"{self.shape.__name__}Page", self.shape)

    # --- telling -------------------------------------------------------------------------------------------------------

    def wanted(self, viewer: Viewer, asked: str | None) -> list[str]:
        """The fields to tell: those asked for, else all that are not hidden. Refuses unknown and hidden names."""
        hidden = access.hidden_fields(viewer, self.object)
        usable = [name for name in self.names if self._rule(name) not in hidden]
        if not asked:
            return usable
        names = [name.strip() for name in asked.split(",") if name.strip()]
        for name in names:
            if name not in usable:
                raise Problem(422, "unknown_field", _("没有「%(name)s」这个字段，或看不到它") % {"name": name[:40]}, field="fields")
        return list(dict.fromkeys(["id", *names]))

    def _rule(self, name: str) -> str:
        return self.extras[name].rule or name if name in self.extras else name

    def tell(self, viewer: Viewer, row: Any, names: Iterable[str]) -> dict[str, Any]:
        """One record with these fields, as this viewer may have them."""
        return {name: plain(self._value(viewer, row, name)) for name in names}

    def _value(self, viewer: Viewer, row: Any, name: str) -> Any:
        if name == "id":
            return row.pk
        if name in self.extras:
            return self.extras[name].read(viewer, row)
        found = self.model._meta.get_field(name)
        if name in access.declarations()[self.object].fields:
            return self.veiled(viewer, row, name) if self.veiled else by_rule(viewer, self.object, name, getattr(row, name))
        return getattr(row, found.attname)  # type: ignore[union-attr]

    def answer(self, viewer: Viewer, row: Any, *, status: int = 200, fields: str | None = None) -> HttpResponse:
        """One record as an answer, with its version as ETag."""
        response = json_answer(self.tell(viewer, row, self.wanted(viewer, fields)), status=status, rows=1)
        if hasattr(row, "version"):
            response.headers["ETag"] = f'"{row.version}"'
        if status == 201:
            response.headers["Location"] = f"/api/v1/{self.code}/{row.pk}"
        return response

    # --- finding -------------------------------------------------------------------------------------------------------

    def rows(self, viewer: Viewer) -> QuerySet:
        """Rows in sight with what is told of them."""
        return self.list_page(viewer).queryset(viewer).select_related(*self.related)

    def list_page(self, viewer: Viewer) -> ListPage:
        page = self.page()
        page.viewer = viewer
        return page

    def one(self, viewer: Viewer, pk: int) -> Any:
        """One row in sight with what is told of it; 404 out of sight."""
        access.row(viewer, self.object, pk)
        found = self.rows(viewer).filter(pk=pk).first()
        if found is None:
            access.row(viewer, self.object, pk)
            found = self.model._default_manager.select_related(*self.related).get(pk=pk)
        return found

    # --- writing -------------------------------------------------------------------------------------------------------

    def refuse_veiled(self, viewer: Viewer, values: Mapping[str, Any]) -> None:
        """A program that sends back what it was shown veiled would overwrite the value with its veil."""
        for name, value in values.items():
            texts = value if isinstance(value, list) else [value]
            if any("***" in str(text) for text in texts) and field_right(viewer, self.object, name) < Right.WRITE:
                raise Problem(422, "veiled", _("「%(name)s」是隐去后的样子，不能写回") % {"name": name}, field=name)

    def change(
        self, viewer: Viewer, pk: int, sent: dict[str, Any], if_match: str | None, write: Callable[[dict[str, Any], int], Any]
    ) -> HttpResponse:
        """Change a row of a version: `version` in the body (409) or `If-Match` (412); a stale one is told with what differs."""
        values = dict(sent)
        version = values.pop("version", None)
        expected = version_of(if_match) if if_match else version
        if expected is None:
            raise Problem(428, "version_needed", _("要说明改的是哪一版：body 里写 version，或带 If-Match"), field="version")
        self.refuse_veiled(viewer, values)
        try:
            write(values, expected)
        except Stale as stale:
            raise self._stale(viewer, pk, values, stale, 412 if if_match else 409) from stale
        return self.answer(viewer, self.one(viewer, pk))

    def _stale(self, viewer: Viewer, pk: int, values: Mapping[str, Any], stale: Stale, status: int) -> Problem:
        row = self.one(viewer, pk)
        names = [name for name in self.wanted(viewer, None) if name in values]
        now = self.tell(viewer, row, names)
        differences = [{"field": name, "sent": plain(values[name]), "now": now[name]} for name in names if plain(values[name]) != now[name]]
        return Problem(status, "stale", str(stale), version=row.version, differences=differences, headers={"ETag": f'"{row.version}"'})


_resources: dict[str, Resource] = {}


def resource(object: str) -> Resource | None:
    """The resource of an object of the access declarations. They come with the addresses, which a worker has not loaded by itself."""
    scopes.load()
    return _resources.get(object)


def version_of(if_match: str) -> int:
    """The version in an `If-Match`; Problem for anything but one of our ETags."""
    text = if_match.strip().removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise Problem(412, "if_match", _('If-Match 要是读取时给的 ETag，如 "3"'), field="If-Match")
    return int(text)


def by_rule(viewer: Viewer, object: str, name: str, value: Any) -> Any:
    """A field by its rule alone: clear, veiled or nothing; lists item by item."""
    if isinstance(value, list):
        return [masks.shown(viewer, object, name, one) for one in value]
    right = field_right(viewer, object, name)
    return value if right >= Right.READ else masks.shown(viewer, object, name, value)


def plain(value: Any) -> Any:
    """A value as JSON has it: amounts as text, days and moments as ISO 8601 on the company's clock."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat() if timezone.is_aware(value) else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    if isinstance(value, models.Model):
        return value.pk
    return value


def json_answer(body: Any, *, status: int = 200, rows: int = 0) -> HttpResponse:
    """JSON with Chinese as it is written. `rows`: how many records of the company's it tells (`taking`)."""
    response = JsonResponse(plain(body), status=status, safe=False, json_dumps_params={"ensure_ascii": False})
    response.rows_read = rows  # type: ignore[attr-defined]
    return response
