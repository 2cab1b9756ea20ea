"""The shapes that programs send and get, made from the models' own fields, so that no second list of them can differ (PLT-07)."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, create_model
from pydantic_core import PydanticCustomError

MOST_ITEMS = 100
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2})")

_CLOCK = re.compile(r"\d{2}:\d{2}(:\d{2}(\.\d+)?)?")


def _written(pattern: re.Pattern[str]) -> BeforeValidator:
    """As ISO 8601 writes it, and not as seconds since 1970, which pydantic would take too."""

    def check(value: Any) -> Any:
        if (isinstance(value, str) and not pattern.fullmatch(value)) or isinstance(value, int | float):
            raise PydanticCustomError("date_parsing" if pattern is _DAY else "datetime_from_date_parsing", "ISO 8601")
        return value

    return BeforeValidator(check)


Day = Annotated[date, _written(_DAY)]
Moment = Annotated[datetime, _written(_MOMENT)]
Clock = Annotated[time, _written(_CLOCK)]
WHOLE = 2**31 - 1
#: Ids as PostgreSQL has them: in an address, and in a body, where a number is a number.
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Ref = Annotated[int, Field(ge=1, le=2**63 - 1, strict=True)]
Flag = Annotated[bool, Field(strict=True)]


class Strict(Schema):
    """What is sent in: a name that we do not know is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


class Line(Strict):
    """A part of what is sent in."""


class Pin(Strict):
    """Which version is meant."""

    version: Annotated[int | None, Field(None, ge=1, le=WHOLE, strict=True, description="改的是哪一版；也可以用 If-Match")]


class Removed(Schema):
    """What is there no more: removed, or merged into another."""

    id: int
    number: str | None = None
    removed_at: datetime | None = None
    merged_into: int | None = None


class ProblemBody(Schema):
    """RFC 9457."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    field: str | None = None


def _kind(field: models.Field) -> type[models.Field]:
    return next((kind for kind in _OUT if isinstance(field, kind)), models.CharField)


_OUT: dict[type[models.Field], Any] = {
    models.ForeignKey: int,
    models.BooleanField: bool,
    models.DateTimeField: datetime,
    models.DateField: date,
    models.TimeField: time,
    models.DecimalField: str,
    models.AutoField: int,
    models.IntegerField: int,
    models.UUIDField: str,
    models.JSONField: dict[str, Any],
    models.TextField: str,
    models.CharField: str,
}


def shown_as(field: models.Field) -> Any:
    """How a model's field leaves: amounts as text, so that no cent is lost on the way."""
    if isinstance(field, ArrayField):
        return list[str]
    return _OUT[_kind(field)]


def _words(field: models.Field) -> str:
    label = str(field.verbose_name)
    if field.choices:
        return f"{label}：" + "、".join(f"{code} {name}" for code, name in field.flatchoices if code)
    return label


def _sent(field: models.Field) -> Any:
    """How a model's field is sent in, with its limits."""
    if isinstance(field, ArrayField):
        text = Annotated[str, StringConstraints(max_length=field.base_field.max_length or 200)]
        return Annotated[list[text], Field(max_length=MOST_ITEMS)]  # type: ignore[valid-type]
    if field.choices:
        return Literal[tuple(dict.fromkeys([*(code for code, _n in field.flatchoices), *([""] if field.blank else [])]))]  # type: ignore[misc]
    if isinstance(field, models.DecimalField):
        return Annotated[Decimal, Field(max_digits=field.max_digits, decimal_places=field.decimal_places)]
    if isinstance(field, models.ForeignKey):
        return Ref
    if isinstance(field, models.PositiveIntegerField | models.PositiveSmallIntegerField):
        return Annotated[int, Field(ge=0, le=WHOLE, strict=True)]
    if isinstance(field, models.BooleanField):
        return Flag
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        return Day
    if isinstance(field, models.JSONField):
        value = Annotated[str, StringConstraints(max_length=500)] | Flag | int | float | None
        return Annotated[dict[Annotated[str, StringConstraints(max_length=60)], value], Field(max_length=MOST_ITEMS)]
    if isinstance(field, models.CharField | models.TextField):
        return Annotated[str, StringConstraints(max_length=field.max_length or 5000)]
    return _OUT[_kind(field)]


def sent(
    name: str, model: type[models.Model], names: Iterable[str], *, required: Iterable[str] = (), base: type[Schema] = Strict, **more: Any
) -> Any:
    """The shape of what is written: fields of a model by name, those of `required` must be there, the others may."""
    parts: dict[str, Any] = {}
    for code in names:
        field: Any = model._meta.get_field(code)
        kind = _sent(field) | None if field.null else _sent(field)
        about = (
            Field(description=_words(field))
            if code in set(required)
            else Field(None, description=_words(field), json_schema_extra=_without_default)
        )
        parts[code] = (kind, about)
    return create_model(name, __base__=base, **parts, **more)


def _without_default(schema: dict[str, Any]) -> None:
    """Left out is not null: the default that pydantic needs is none of the caller's business."""
    schema.pop("default", None)


def page_of(name: str, item: Any) -> Any:
    """The shape of a page of a list."""
    return create_model(
        name,
        __base__=Schema,
        data=(list[item], Field(description="这一页的记录")),
        next=(str | None, Field(None, description="下一页的 cursor；null = 到底了")),
        removed=(list[Removed] | None, Field(None, description="updated_since 之后停用、合并、删除的")),
        until=(datetime | None, Field(None, description="截至这一刻的改动都在里面，下次作 updated_since")),
    )
