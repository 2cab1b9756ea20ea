"""What a request for approval brings along besides its subject's metrics: the facts that an authority policy may ask about (POL-02).

Declared here for all kinds; `documents` says which of them a kind of document brings. Percentages are 12.5, not 0.125; amounts are yuan.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from guike.engine.metrics.declare import Metric, ValueKind
from guike.platform.roles import ROLES

PREFIX = "request."


@dataclass(frozen=True, kw_only=True)
class Fact(Metric):
    """A value that the request itself gives; `subject` is empty, it may stand beside the metrics of any subject."""

    subject: str = ""


@dataclass(frozen=True)
class Document:
    """A kind of document that may need signatures: its word, the facts it brings, the subject it is about."""

    code: str
    label: Any
    facts: tuple[str, ...] = ()
    subject: str = "customer"
    icon: str = "checkup-list"


#: Every request brings these.
ALWAYS = ("request.applicant_role",)
MONEY, PERCENT, DAYS, NUMBER, TEXT, FLAG = (
    ValueKind.MONEY,
    ValueKind.PERCENT,
    ValueKind.DAYS,
    ValueKind.NUMBER,
    ValueKind.TEXT,
    ValueKind.FLAG,
)


class OfRoles(Sequence[tuple[str, Any]]):
    """The roles there are now, the company's own among them: they come and go while the program runs."""

    def __len__(self) -> int:
        return len(ROLES)

    def __getitem__(self, place: Any) -> Any:
        return tuple((code, _(name)) for code, name in ROLES.items())[place]


_facts: dict[str, Fact] = {
    fact.code: fact
    for fact in (
        Fact(code="request.applicant_role", label=_("申请人角色"), value=TEXT, choices=OfRoles()),
        Fact(code="request.amount", label=_("申请金额"), value=MONEY),
        Fact(code="request.discount", label=_("折扣"), value=PERCENT),
        Fact(code="request.deviation", label=_("偏离幅度"), value=PERCENT),
        Fact(code="request.days", label=_("申请天数"), value=DAYS),
        Fact(code="request.rows", label=_("行数"), value=NUMBER, unit="行"),
        Fact(code="request.rows_day", label=_("24 小时内行数"), value=NUMBER, unit="行"),
        Fact(code="request.direction", label=_("升降"), value=TEXT, choices=(("up", _("升")), ("down", _("降")), ("same", _("不变")))),
        Fact(code="request.steps", label=_("升降级数"), value=NUMBER, unit="级"),
        Fact(code="request.from", label=_("原结果"), value=TEXT),
        Fact(code="request.to", label=_("申请结果"), value=TEXT),
        Fact(code="request.policy", label=_("所依制度"), value=TEXT),
        Fact(code="request.is_primary", label=_("主等级"), value=FLAG),
        Fact(code="request.times", label=_("本年第几次"), value=NUMBER, unit="次"),
    )
}
_documents: dict[str, Document] = {}


def register_fact(*facts: Fact) -> None:
    """Add a fact of an upper domain's document; its code begins with `request.`."""
    for fact in facts:
        if not fact.code.startswith(PREFIX):
            raise ValueError(f"{fact.code}: facts of requests begin with {PREFIX}")
        _facts[fact.code] = fact


def register_document(document: Document) -> None:
    """Make a kind of document known to authority policies. Raises for facts that nobody declared."""
    if unknown := [code for code in document.facts if code not in _facts]:
        raise ValueError(f"{document.code}: unknown facts {unknown}")
    _documents[document.code] = document


def fact(code: str) -> Fact | None:
    return _facts.get(code)


def document(code: str) -> Document | None:
    return _documents.get(code)


def documents() -> dict[str, Document]:
    return dict(_documents)


def facts_of(code: str) -> tuple[Fact, ...]:
    """The facts that a kind of document brings."""
    found = _documents.get(code)
    return tuple(_facts[one] for one in (*ALWAYS, *(found.facts if found else ())))


for _builtin in (
    Document(
        "grade",
        _("等级建议"),
        ("request.direction", "request.steps", "request.from", "request.to", "request.policy", "request.is_primary"),
        icon="stairs",
    ),
    Document(
        "override",
        _("人工调整"),
        ("request.days", "request.direction", "request.steps", "request.from", "request.to", "request.policy", "request.is_primary"),
        icon="adjustments",
    ),
    Document("pool_exception", _("公海例外"), ("request.days", "request.times"), icon="shield-check"),
    Document("export", _("批量导出"), ("request.rows", "request.rows_day"), icon="download"),
):
    register_document(_builtin)
