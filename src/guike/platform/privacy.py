"""What is known about people: every column that may say something about one, with purpose, ground, how long, and how it is erased (08-quality privacy).

A domain's `personal.py` calls `personal(…)` for the columns that hold data of a person, `texts(…)` for those in which somebody may be
named, `plain(…)` for the rest. A column that nobody declared fails a test. Grounds are those of article 13 of the Personal Information
Protection Law (个人信息保护法).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from guike.platform.references import is_history


class Whose(StrEnum):
    """Whom a column tells of."""

    CONTACT = "contact"
    CUSTOMER = "customer"
    FIND = "find"
    COLLEAGUE = "colleague"
    ANYBODY = "anybody"

    @property
    def label(self) -> Any:
        return _WHOSE[self]


_WHOSE = {
    Whose.CONTACT: _("客户的联系人"),
    Whose.CUSTOMER: _("个人客户"),
    Whose.FIND: _("市场线索里的人"),
    Whose.COLLEAGUE: _("员工"),
    Whose.ANYBODY: _("文字里提到的人"),
}


class Ground(StrEnum):
    """Why the law lets us keep it."""

    CONSENT = "consent"
    CONTRACT = "contract"
    STAFF = "staff"
    LAW = "law"

    @property
    def label(self) -> Any:
        return _GROUNDS[self]


_GROUNDS = {
    Ground.CONSENT: _("取得个人同意（第十三条第一项）"),
    Ground.CONTRACT: _("订立、履行合同所必需（第十三条第二项）"),
    Ground.STAFF: _("人力资源管理所必需（第十三条第二项）"),
    Ground.LAW: _("履行法定义务所必需（第十三条第三项）"),
}


@dataclass(frozen=True)
class Term:
    """How long something is kept: so many months after what; 0 = as long as that lasts."""

    code: str
    label: Any
    months: int = 0


#: After the last dealing with a customer; three years are the time in which claims can be raised (民法典第一百八十八条).
DEALINGS = Term("dealings", _("往来期间和最后一次往来后 3 年（诉讼时效）"), 36)
#: Three years after the deal was completed (电子商务法第三十一条).
CONTRACTS = Term("contracts", _("交易完成后 3 年（电子商务法第三十一条）"), 36)
#: Two years after somebody left (劳动合同法第五十条).
EMPLOYMENT = Term("employment", _("在职期间和离职后 2 年（劳动合同法第五十条）"), 24)
#: Leads that came to nothing.
LEADS = Term("leads", _("最后一次处理后 1 年"), 12)
#: Six months at least (网络安全法), exports three years.
LOGS = Term("logs", _("不少于 6 个月，导出记录 3 年（网络安全法）"), 36)
#: Working copies that go by themselves.
PASSING = Term("passing", _("随所属的记录，过程副本到期自动清除"), 0)
#: As long as the request can be questioned.
REQUESTS = Term("requests", _("办结后 3 年（证明已履行义务）"), 36)

#: What stands where the name of somebody erased must stand.
GONE = "已删除"


class Erase(StrEnum):
    """What happens to a column when its person is erased."""

    BLANK = "blank"
    REPLACED = "replaced"
    DERIVED = "derived"
    TEXT = "text"
    KEPT = "kept"

    @property
    def label(self) -> Any:
        return _ERASE[self]


_ERASE = {
    Erase.BLANK: _("清空"),
    Erase.REPLACED: _("换成「已删除」"),
    Erase.DERIVED: _("随之重新算出"),
    Erase.TEXT: _("把其中的姓名、电话等换成「［已删除］」"),
    Erase.KEPT: _("保留"),
}


@dataclass(frozen=True)
class Personal:
    """One column. `contract`: while a contract must be provable it is locked away instead of lost; `identifies`: the person is found by its value
    ("name", "phone", "code"); `why`: the reason where it is kept; `of_persons`: on a row of kind "company" it is the firm's."""

    model: str
    column: str
    whose: Whose
    purpose: Any
    ground: Ground
    term: Term
    erase: Erase
    contract: bool = False
    identifies: str = ""
    why: Any = ""
    of_persons: bool = False

    def model_class(self) -> type[models.Model]:
        return apps.get_model(self.model)

    def is_of(self, row: Any) -> bool:
        """Does the column tell of a person on this row?"""
        return not (self.of_persons and getattr(row, "kind", "") == "company")

    @property
    def label(self) -> str:
        """The column's word on screen, its code where it has none."""
        column: Any = self.model_class()._meta.get_field(self.column)
        return str(column.verbose_name)


@dataclass(frozen=True)
class Retained:
    """Why the law keeps something of a person, in words, and until when; `blocks`: it is not done yet, so nothing may be erased."""

    words: str
    until: date
    blocks: bool = False


#: Gives one day, or rows, of the person whose id an expression gives: a query to stand inside another.
Of = Callable[[Any], Any]


@dataclass(frozen=True)
class Dealing:
    """Something that happened with people of a kind: its code, its word, the newest day of it for one person (one row, one column)."""

    code: str
    label: Any
    newest: Of


@dataclass(frozen=True)
class People:
    """Persons of one kind (an object's code) that are kept until a term after their last dealing.

    `rows` gives those of whom anything is left, with `since`, the day from which the term runs where nothing happened later.
    `through` names a column with the id of the customer whose dealings are theirs too; NULL: none.
    """

    kind: str
    term: Term
    rows: Callable[[], Any]
    through: str = ""


@dataclass
class _Register:
    columns: dict[tuple[str, str], Personal] = field(default_factory=dict)
    plain: dict[tuple[str, str], str] = field(default_factory=dict)
    rebuilt: dict[str, Callable[[Any], Mapping[str, Any]]] = field(default_factory=dict)
    retained: list[Callable[[str, int], Iterable[Retained]]] = field(default_factory=list)
    people: dict[str, People] = field(default_factory=dict)
    dealings: dict[str, list[Dealing]] = field(default_factory=dict)
    going_on: dict[str, list[Of]] = field(default_factory=dict)
    passing: dict[str, Passing] = field(default_factory=dict)


_register = _Register()


def personal(
    model: str,
    columns: Mapping[str, Erase],
    *,
    whose: Whose,
    purpose: Any,
    ground: Ground,
    term: Term,
    contract: Iterable[str] = (),
    identifies: Mapping[str, str] | None = None,
    why: Any = "",
    of_persons: Iterable[str] = (),
) -> None:
    """Columns that hold data of one person. `contract`: those that prove a contract. What is kept needs a reason."""
    named, proves, theirs = dict(identifies or {}), set(contract), set(of_persons)
    if unknown := (set(named) | proves | theirs) - set(columns):
        raise ValueError(f"{model}: {unknown} are not among the columns")
    if any(erase is Erase.KEPT for erase in columns.values()) and not why:
        raise ValueError(f"{model}: what is kept needs a reason")
    for name, erase in columns.items():
        _register.columns[model.lower(), name] = Personal(
            model, name, whose, purpose, ground, term, erase, name in proves, named.get(name, ""), why if erase is Erase.KEPT else "", name in theirs
        )


def texts(model: str, columns: str, *, purpose: Any, ground: Ground = Ground.CONTRACT, term: Term = DEALINGS) -> None:
    """Columns (names parted by spaces) in which people may be named; erasing takes out the name, number or address and leaves the rest."""
    personal(model, dict.fromkeys(columns.split(), Erase.TEXT), whose=Whose.ANYBODY, purpose=purpose, ground=ground, term=term)


def plain(model: str, columns: str, why: str = "") -> None:
    """Columns (names parted by spaces) that say nothing about a person."""
    for name in columns.split():
        _register.plain[model.lower(), name] = why


def rebuild(model: str, derived: Callable[[Any], Mapping[str, Any]]) -> None:
    """How the columns that follow from others are worked out anew for one row (an instance with its new values)."""
    _register.rebuilt[model.lower()] = derived


def rebuilt(row: models.Model) -> Mapping[str, Any]:
    """What follows from a row's other columns; nothing where the domain declared none."""
    derived = _register.rebuilt.get(row._meta.label_lower)
    return derived(row) if derived else {}


def retain(find: Callable[[str, int], Iterable[Retained]]) -> Callable[[str, int], Iterable[Retained]]:
    """Register what the law keeps of a person, by kind and id: orders, invoices."""
    _register.retained.append(find)
    return find


def retained(kind: str, pk: int) -> list[Retained]:
    """Every reason to keep something of this person."""
    return [one for find in _register.retained for one in find(kind, pk)]


def people(kind: str, term: Term, *, through: str = "") -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Register a kind of persons whose data end by themselves; the function gives them (`People.rows`)."""

    def decorate(rows: Callable[[], Any]) -> Callable[[], Any]:
        _register.people[kind] = People(kind, term, rows, through)
        return rows

    return decorate


def dealing(kind: str, code: str, label: Any) -> Callable[[Of], Of]:
    """Register what counts as a dealing with persons of a kind: `f(id)` is a query of its newest day."""

    def decorate(newest: Of) -> Of:
        _register.dealings.setdefault(kind, []).append(Dealing(code, label, newest))
        return newest

    return decorate


def going_on(kind: str) -> Callable[[Of], Of]:
    """Register what is not done yet with persons of a kind: `f(id)` is a query that finds it. While it finds something no term runs."""

    def decorate(find: Of) -> Of:
        _register.going_on.setdefault(kind, []).append(find)
        return find

    return decorate


def kept_people() -> list[People]:
    """Every kind of persons with a term, in order of registration."""
    return list(_register.people.values())


def dealings(kind: str) -> list[Dealing]:
    return _register.dealings.get(kind, [])


def unfinished(kind: str) -> list[Of]:
    return _register.going_on.get(kind, [])


@dataclass(frozen=True)
class Passing:
    """What passes by itself: how long it is kept, in words, and the nightly work that clears it."""

    model: str
    after: Any
    clears: Callable[[], Any]


def passes(after: Any, *models: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Register nightly work (`jobs.daily`) as what clears these tables of what is over age."""

    def decorate(work: Callable[[], Any]) -> Callable[[], Any]:
        _register.passing.update({model.lower(): Passing(model, after, work) for model in models})
        return work

    return decorate


def passing() -> list[Passing]:
    """What passes by itself and what clears it."""
    return list(_register.passing.values())


def declared() -> list[Personal]:
    """Every personal column, by table."""
    return sorted(_register.columns.values(), key=lambda one: (one.whose == Whose.ANYBODY, one.model))


def columns_of(model: type[models.Model]) -> list[Personal]:
    """The personal columns of a model."""
    return [one for (label, _name), one in _register.columns.items() if label == model._meta.label_lower]


#: Kinds of columns that can hold a word about somebody. Numbers, flags, moments and keys cannot.
TELLING = (models.CharField, models.TextField, models.JSONField, ArrayField, models.BinaryField, models.GenericIPAddressField, models.FileField)


def is_telling(column: Any) -> bool:
    """Can a column of this kind say something about a person? A choice from a fixed list only where it is declared."""
    return isinstance(column, TELLING) and not (column.choices and not isinstance(column, ArrayField))


def tables() -> list[type[models.Model]]:
    """Our own tables; histories repeat what their tables declare."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model.__module__.startswith("guike.") and ".tests." not in model.__module__ and not is_history(model)
    ]


def unexplained() -> list[str]:
    """Columns of which nobody said whether they are personal: "customers.Contact.nickname"."""
    known = _register.columns.keys() | _register.plain.keys()
    return [
        f"{model._meta.label}.{column.name}"
        for model in tables()
        for column in model._meta.concrete_fields
        if is_telling(column) and not column.primary_key and (model._meta.label_lower, column.name) not in known
    ]


def wrong() -> list[str]:
    """Declarations of columns that are not there, or that are declared both ways."""
    there = {(model._meta.label_lower, column.name) for model in apps.get_models(include_auto_created=True) for column in model._meta.concrete_fields}
    said = _register.columns.keys() | _register.plain.keys()
    both = _register.columns.keys() & _register.plain.keys()
    return [".".join(key) for key in sorted((said - there) | both)]
