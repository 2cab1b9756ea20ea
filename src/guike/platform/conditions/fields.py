"""What a condition may speak about. Names not in the set do not exist: an allow-list, not a filter of bad ones."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"
    FLAG = "flag"
    CHOICE = "choice"
    REFERENCE = "reference"
    SEVERAL = "several"


Choices = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Field:
    """One thing to ask about: `path` is its ORM lookup (defaults to the code), `unit` is printed after numbers.

    `relative`: may be asked counting from today; only where a condition is read on the day it is asked (lists), never in a policy.
    """

    code: str
    label: str
    kind: Kind = Kind.TEXT
    path: str = ""
    unit: str = ""
    choices: Choices | Callable[[], Choices] = ()
    relative: bool = False

    @property
    def lookup(self) -> str:
        return self.path or self.code

    def options(self) -> dict[str, str]:
        """Value → label of a choice; empty when free."""
        listed = self.choices() if callable(self.choices) else self.choices
        return {str(value): str(label) for value, label in listed}


class FieldSet:
    """The fields of one object, by code, in the order shown."""

    def __init__(self, fields: Iterable[Field]):
        self._fields = {field.code: field for field in fields}

    def __iter__(self) -> Iterator[Field]:
        return iter(self._fields.values())

    def __contains__(self, code: str) -> bool:
        return code in self._fields

    def get(self, code: str) -> Field | None:
        return self._fields.get(code)

    def without(self, codes: Iterable[str]) -> "FieldSet":
        """The same set less some fields, e.g. those hidden from a viewer."""
        dropped = set(codes)
        return FieldSet(field for field in self if field.code not in dropped)
