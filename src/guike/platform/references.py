"""What refers to a record, so that two records can become one: foreign keys found by themselves, pairs of kind and id, and what a domain
declares to be treated otherwise in its `references.py`.

A reference that nobody declares moves along. Rows that the database refuses at the survivor (a unique key, an overlap) are altered as
declared, else stay where they are.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, Model, Q

#: Names under which a row says by kind and id what it belongs to.
KIND, ID = "subject_kind", "subject_id"


@dataclass(frozen=True)
class Treatment:
    """How rows of one model follow a record that is merged away.

    `stays`: these rows keep pointing at the merged-away record (True = all). `closing`: what is written to those that stay and fit
    `closes`. `on_collision(row, merged)`: what a row changes so that the survivor can take it. `why` is read by people.
    """

    stays: bool | Q = False
    closes: Q | None = None
    closing: Mapping[str, Any] | None = None
    on_collision: Callable[[Model, Model], Mapping[str, Any]] | None = None
    why: str = ""


@dataclass(frozen=True)
class Reference:
    """One column of one model that holds the id of a record. `kind` is set where a second column tells the kind."""

    model: type[Model]
    column: str
    kind: str = ""
    treatment: Treatment = Treatment()

    def rows_of(self, pk: int) -> Q:
        """The condition for rows that point at a record."""
        return Q(**{self.column: pk}) & (Q(**{KIND: self.kind}) if self.kind else Q())


_declared: dict[tuple[str, str], Treatment] = {}
_no_reference: dict[tuple[str, str], str] = {}


def declare(model: str, column: str, **treatment: Any) -> None:
    """Say how rows of a model (`"sales.SalesOrder"`) follow by one column (`"customer_id"`)."""
    _declared[(model.lower(), column)] = Treatment(**treatment)


def declare_no_reference(model: str, column: str, why: str) -> None:
    """A column that looks like a reference and is none that a merge has to follow."""
    _no_reference[(model.lower(), column)] = why


def treatment(model: type[Model], column: str) -> Treatment:
    return _declared.get((model._meta.label_lower, column), Treatment())


def is_explained(model: type[Model], column: str) -> bool:
    """Has somebody said what this column is?"""
    key = (model._meta.label_lower, column)
    return key in _declared or key in _no_reference


def is_history(model: type[Model]) -> bool:
    """Tables that the history triggers write keep what was true."""
    return any(field.name == "pgh_id" for field in model._meta.fields)


def _tables() -> Iterator[type[Model]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and not is_history(model):
            yield model


def to(target: type[Model], kind: str = "") -> list[Reference]:
    """Every column that may hold the id of a record of `target`, whichever domain it belongs to; `kind` is its code in pairs."""
    found = []
    for model in _tables():
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.related_model is target:
                found.append(Reference(model, field.attname, "", treatment(model, field.attname)))
        if kind and has_subject(model):
            found.append(Reference(model, ID, kind, treatment(model, ID)))
    return found


def has_subject(model: type[Model]) -> bool:
    """Does a row say by kind and id what it belongs to?"""
    return {KIND, ID} <= {field.name for field in model._meta.concrete_fields}


def unexplained() -> list[str]:
    """Columns that look like ids of records, follow no merge and that nobody explained: "engine.Activity.source_id"."""
    found = []
    for model in _tables():
        if not model.__module__.startswith("guike."):
            continue
        for field in model._meta.concrete_fields:
            looks = not field.is_relation and not field.primary_key and field.name.endswith(("_id", "_ids", "customer", "customers"))
            if looks and not (field.name == ID and has_subject(model)) and not is_explained(model, field.attname):
                found.append(f"{model._meta.label}.{field.attname}")
    return found
