"""个人信息清单: every personal field with purpose, ground, how long, who may see it, what erasing does (08-quality privacy)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from guike.oversight.models import PersonalTerms
from guike.platform import access, privacy
from guike.platform.access import Declaration, Reach, Right, Viewer
from guike.platform.privacy import Erase, Personal, Term, Whose
from guike.platform.rights import Rights
from guike.platform.roles import ROLES


@dataclass(frozen=True)
class Line:
    """Fields of one table that are kept for the same reason and seen by the same people."""

    table: str
    fields: tuple[str, ...]
    whose: Any
    purpose: Any
    ground: Any
    term: Any
    seen_by: str
    erase: Any
    why: Any

    def cells(self) -> list[str]:
        """As a row of the exported table."""
        erase = f"{self.erase}：{self.why}" if self.why else str(self.erase)
        words = [self.table, "、".join(self.fields), self.whose, self.purpose, self.ground, self.term, self.seen_by, erase]
        return [str(word) for word in words]


def headings() -> list[str]:
    return [_("资料"), _("字段"), _("谁的"), _("用途"), _("依据（个人信息保护法）"), _("保存多久"), _("谁看得到"), _("删除时")]


def inventory(viewer: Viewer, whose: str = "", text: str = "") -> list[Line]:
    """Every line, or those about some people (`Whose`), or with a word in it."""
    access.require(viewer, "personal_field", "view")
    found = [one for one in privacy.declared() if not whose or one.whose == whose]
    terms = PersonalTerms.objects.first()
    lines = list(_lines(found, viewer.rights, terms.months if terms else {}))
    return [line for line in lines if text.lower() in " ".join(line.cells()).lower()] if text else lines


def about() -> list[tuple[str, Any]]:
    """The people the list can be narrowed to."""
    return [(one.value, one.label) for one in Whose]


def _term(term: Term, own: dict[str, int]) -> str:
    """How long, and the company's own months where it set some."""
    if term.code not in own:
        return str(term.label)
    return _("%(term)s；公司定为 %(n)d 个月") % {"term": term.label, "n": own[term.code]}


def _lines(found: list[Personal], present: Rights, own: dict[str, int]) -> Iterator[Line]:
    def reason(one: Personal) -> tuple[str, ...]:
        # what is worked out from the others goes with them
        erase = Erase.BLANK if one.erase is Erase.DERIVED else one.erase
        return (one.model, one.whose, str(one.purpose), one.ground, one.term.code, _seen_by(one, present), erase, str(one.why))

    # what a person is recognised by stands first, what is only for finding last
    def place(one: Personal) -> tuple[Any, ...]:
        return (list(Whose).index(one.whose), one.model, one.erase is Erase.DERIVED, not one.identifies, *reason(one))

    ordered = sorted(found, key=place)
    for (_model, _whose, _purpose, _ground, _code, seen, erase, why), group in groupby(ordered, key=reason):
        members = list(group)
        first = members[0]
        names = tuple(dict.fromkeys(_name(one) for one in members))
        yield Line(
            str(first.model_class()._meta.verbose_name),
            names,
            first.whose.label,
            first.purpose,
            first.ground.label,
            _term(first.term, own),
            seen,
            Erase(erase).label,
            why,
        )


def _name(one: Personal) -> str:
    """The word on screen; what no screen shows has none."""
    return _("检索用的写法") if one.erase is Erase.DERIVED else _("内部数据") if one.label.isascii() else one.label


def _declaration(model: str) -> Declaration | None:
    return next((one for one in access.declarations().values() if one.model == model), None)


def _seen_by(one: Personal, present: Rights) -> str:
    """Roles that read it in clear, and those that see it veiled, in words."""
    declared = _declaration(one.model)
    if declared is None:
        return _("随所属的记录")
    if one.erase is Erase.DERIVED:
        return _("只用于检索")
    clear, veiled = [], []
    for role in ROLES.shipped:
        if present.granted(role, declared).get("view", Reach.NONE) is Reach.NONE:
            continue
        right = present.right(role, declared, one.column) if one.column in declared.fields else Right.READ
        if right >= Right.READ:
            clear.append(_(ROLES[role]))
        elif right is Right.MASKED:
            veiled.append(_(ROLES[role]))
    parts = [_("明文：%(who)s") % {"who": "、".join(clear)}] if clear else []
    parts += [_("打码：%(who)s") % {"who": "、".join(veiled)}] if veiled else []
    return "；".join(parts) or _("没有人")
