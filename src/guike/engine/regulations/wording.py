"""A document as YAML: code, title, chapters with clauses; read and checked like a policy's text (POL-09)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from guike.engine.policies.catalogue import Face
from guike.engine.policies.parse import FUNCTIONS
from guike.engine.policies.problems import Problem
from guike.engine.policies.reader import Reader
from guike.engine.policies.yaml_text import Document, read
from guike.engine.regulations import anchors, carriers
from guike.engine.regulations.rules import article

KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
CLAUSES = 300


@dataclass(frozen=True)
class Article:
    """One clause as written."""

    number: int
    key: str
    chapter_number: int
    chapter: str
    title: str
    text: str
    carried_by: tuple[str, ...]


@dataclass(frozen=True)
class Wording:
    """A whole document as far as it could be read, and everything wrong with it."""

    code: str
    title: str
    department: str
    clauses: tuple[Article, ...]
    problems: tuple[Problem, ...] = ()
    tree: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """May it be published? Warnings (a clause without a rule) do not stop it."""
        return not any(problem.fatal for problem in self.problems)


@dataclass(frozen=True)
class Known:
    """What a document may name: policies with their faces and their texts."""

    faces: Mapping[str, Face] = field(default_factory=dict)
    trees: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def parse(text: str, known: Known) -> Wording:
    """Read a YAML text; never raises. Problems carry their lines."""
    document = read(text)
    if document.problem:
        return Wording("", "", "", (), (document.problem,))
    found: list[Problem] = []
    reader = Reader(document.content, "", found)
    head = {"code": _code(reader), "title": reader.text("title", required=True, limit=80)}
    department = reader.choice("department", FUNCTIONS)
    clauses = _chapters(reader, known)
    reader.done()
    return Wording(**head, department=department, clauses=clauses, problems=_placed(found, document), tree=document.content)


def _placed(found: list[Problem], document: Document) -> tuple[Problem, ...]:
    return tuple(problem.at(document.line(problem.path)) for problem in dict.fromkeys(found))


def _code(reader: Reader) -> str:
    code = reader.text("code", required=True, limit=60)
    if code and not KEY.fullmatch(code):
        reader.problem(_("代码「%(code)s」只用小写字母、数字和 -") % {"code": code}, "code")
    return code


def _chapters(reader: Reader, known: Known) -> tuple[Article, ...]:
    found: list[Article] = []
    for place, chapter in enumerate(reader.children("chapters", required=True)):
        title = chapter.text("title", required=True, limit=60)
        for item in chapter.children("clauses", required=True):
            found.append(_clause(item, len(found) + 1, place + 1, title, found, known))
        chapter.done()
    if len(found) > CLAUSES:
        reader.problem(_("一份文件最多 %(n)s 条，分成几份") % {"n": CLAUSES}, "chapters")
    return tuple(found[:CLAUSES])


def _clause(item: Reader, number: int, chapter_number: int, chapter: str, before: list[Article], known: Known) -> Article:
    key = item.text("key", required=True, limit=40)
    if key and not KEY.fullmatch(key):
        item.problem(_("条目代码「%(key)s」只用小写字母、数字和 -") % {"key": key}, "key")
    if any(one.key == key for one in before):
        item.problem(_("条目代码「%(key)s」用了两次") % {"key": key}, "key")
    clause = Article(
        number,
        key or f"clause-{number}",
        chapter_number,
        chapter,
        item.text("title", limit=60),
        item.text("text", required=True, limit=20_000).strip(),
        item.texts("carried_by"),
    )
    _check(item, clause, known)
    item.done()
    return clause


def _check(item: Reader, clause: Article, known: Known) -> None:
    """Numbers that lead nowhere stop a document; a carrier that is not there, or none at all, is told."""
    name = {"article": article(clause.number)}
    for written in anchors.unknown(clause.text, known.trees):
        item.problem(_("%(article)s的 %(written)s 找不到：看制度代码和位置") % {**name, "written": written}, "text")
    if not clause.carried_by:
        item.problem(_("%(article)s没有写由什么执行；由人执行的写 people:部门") % name, fatal=False)
    for text in clause.carried_by:
        carrier = carriers.read(text)
        if carrier is None:
            item.problem(
                _("%(article)s的「%(text)s」读不懂，写成 policy:代码、form:代码、page:代码 或 people:部门") % {**name, "text": text},
                "carried_by",
            )
        elif not carriers.exists(carrier, known.faces):
            item.problem(_("%(article)s的「%(text)s」还没有，补上或改掉") % {**name, "text": text}, "carried_by", fatal=False)
