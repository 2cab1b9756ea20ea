"""The versions in force on a day, parsed: what evaluation, explanation and simulation consult (POL-01)."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from django.db.models import Q
from django.utils.translation import gettext as _

from guike.engine.metrics.measure import columns_read
from guike.engine.metrics.registry import REGISTRY, Registry
from guike.engine.models.policy import Policy, PolicyVersion
from guike.engine.models.regulation import Clause
from guike.engine.policies.catalogue import Catalogue, Face
from guike.engine.policies.compile import Compiling, InForce
from guike.engine.policies.content import Content
from guike.engine.policies.entitlement import filled
from guike.engine.policies.parse import face_of, inputs, needs, parse
from guike.engine.regulations.rules import article
from guike.platform.errors import Refused

T = TypeVar("T")


@lru_cache(maxsize=512)
def _parsed(version_id: int, fingerprint: int, registry: Registry) -> Content:
    tree = PolicyVersion.objects.values_list("content", flat=True).get(pk=version_id)
    return parse(tree, Catalogue(registry)).content


def content_of(version: PolicyVersion, registry: Registry = REGISTRY) -> Content:
    """The parsed content. Published text never changes and is kept in memory; a draft is read anew."""
    if version.status == PolicyVersion.Status.DRAFT:
        return parse(version.content, Catalogue(registry)).content
    return _parsed(version.pk, hash(version.published_at), registry)


_read: ContextVar[dict[tuple[str, date], Any] | None] = ContextVar("guike_rules_read", default=None)


@contextmanager
def rules_read_once() -> Iterator[None]:
    """Every rulebook of one day that is opened inside reads versions and clauses once. For pages and verbs that publish nothing themselves."""
    token = _read.set({}) if _read.get() is None else None
    try:
        yield
    finally:
        if token:
            _read.reset(token)


def _once(what: str, day: date, read: Callable[[], T]) -> T:
    """What was read of a day before, inside `rules_read_once`; read now otherwise."""
    kept = _read.get()
    if kept is None:
        return read()
    if (what, day) not in kept:
        kept[what, day] = read()
    return kept[what, day]


class Rulebook:
    """All versions in force on a day, by policy code. One query, made when first asked."""

    def __init__(self, as_of: date, registry: Registry = REGISTRY):
        self.as_of = as_of
        self.registry = registry

    @cached_property
    def versions(self) -> dict[str, PolicyVersion]:
        return _once("versions", self.as_of, self._versions)

    def _versions(self) -> dict[str, PolicyVersion]:
        found = (
            PolicyVersion.objects.filter(policy__active=True, status=PolicyVersion.Status.PUBLISHED, effective_from__lte=self.as_of)
            .filter(Q(superseded_on=None) | Q(superseded_on__gt=self.as_of))
            .select_related("policy")
            .defer("content", "yaml")
            .order_by("policy_id")
        )
        return {version.policy.code: version for version in found}

    @cached_property
    def catalogue(self) -> Catalogue:
        """Metrics, and the policies in force as they look from outside."""
        return Catalogue(self.registry, {code: face_of(self.content(code)) for code in self.versions})

    @cached_property
    def clauses(self) -> dict[str, str]:
        """Policy code → 《客户管理制度》第十一条: the clause of a document in force that the policy carries out. The first one that names it."""
        return _once("clauses", self.as_of, self._clauses)

    def _clauses(self) -> dict[str, str]:
        rows = Clause.objects.filter(
            Q(version__superseded_on=None) | Q(version__superseded_on__gt=self.as_of),
            version__status="published",
            version__effective_from__lte=self.as_of,
        ).order_by("version_id", "number")
        found: dict[str, str] = {}
        for title, number, carried_by in rows.values_list("version__title", "number", "carried_by"):
            for text in carried_by:
                kind, _colon, rest = text.partition(":")
                if kind == "policy":
                    found.setdefault(rest.partition("/")[0], f"《{title}》{article(number)}")
        return found

    def clause(self, code: str) -> str:
        """Under which clause a policy stands: that of the company's document; where none names it, the one its own text gives."""
        return self.clauses.get(code) or self.versions[code].clause

    def source(self, code: str) -> str:
        """「《客户管理制度》第二十三条（第 2 版）」: where a number of this policy stands; that of its table where it takes its numbers from one."""
        if code not in self.versions:
            return ""
        table = content_of(self.versions[code], self.registry).from_table
        said = table if table in self.versions else code
        return _("%(clause)s（第 %(version)s 版）") % {"clause": self.clause(said), "version": self.versions[said].number}

    def content(self, code: str) -> Content:
        """What a policy says on the day, with the numbers that it takes from the table of entitlements in force."""
        return self.filled(content_of(self.versions[code], self.registry))

    def filled(self, content: Content) -> Content:
        """A content with the numbers of its table as the day has it (POL-10)."""
        table = self.versions.get(content.from_table)
        return filled(content, content_of(table, self.registry) if table else None)

    def resolve(self, code: str) -> InForce | None:
        """The version of a policy that holds on the day, or None."""
        version = self.versions.get(code)
        if version is None:
            return None
        content = self.content(code)
        return InForce(version.policy_id, version.pk, version.number, content, content.mode)

    def holding(self, code: str) -> InForce:
        """The same; refuses with a sentence where the policy is unknown or had no version yet."""
        found = self.resolve(code)
        if found is None:
            raise Refused(self._absence(code), code="not_in_force")
        return found

    def _absence(self, code: str) -> str:
        policy = Policy.objects.filter(code=code).first()
        if policy is None:
            return _("没有制度 %(code)s，现有：%(known)s") % {"code": code, "known": "、".join(sorted(self.versions)) or _("无")}
        return _("《%(title)s》在 %(day)s 没有生效的版本") % {"title": policy.title, "day": self.as_of}

    def compiling(
        self, content: Content, ids: Sequence[int] | None = None, *, counts: bool = False, faces: Mapping[str, Face] | None = None
    ) -> Compiling:
        """The query of a content under this day's rules."""
        catalogue = Catalogue(self.registry, {**self.catalogue.policies, **(faces or {})})
        return Compiling(content, self.as_of, catalogue, self.resolve, ids, counts, self.registry)

    def in_order(self, codes: Sequence[str]) -> list[str]:
        """Policies after those whose outcomes they look at; in the order of the catalogue otherwise."""
        done: list[str] = []

        def visit(code: str, trail: tuple[str, ...]) -> None:
            if code in done or code in trail:
                return
            found = self.resolve(code)
            for needed in needs(found.content) if found else ():
                if needed in codes:
                    visit(needed, (*trail, code))
            done.append(code)

        for code in codes:
            visit(code, ())
        return done

    def reading(self, columns: Collection[str]) -> set[str]:
        """Codes of the policies that read one of these columns of the subject's own record, themselves or by another's outcome."""
        found: set[str] = set()
        for code in self.in_order(list(self.versions)):
            read = inputs(self.content(code))
            metrics = [one for one in read if one in self.registry.metrics]  # neither outcomes of others nor facts of a request
            if found.intersection(needs(self.content(code))) or columns_read(metrics, self.registry).intersection(columns):
                found.add(code)
        return found


def faces_known(registry: Registry = REGISTRY) -> dict[str, Face]:
    """Every policy by its newest version, drafts included: what a text that is being written may refer to."""
    newest = PolicyVersion.objects.filter(policy__active=True).exclude(status="withdrawn").order_by("policy_id", "-number").defer("yaml")
    faces = {}
    for version in newest.distinct("policy_id").select_related("policy"):
        faces[version.policy.code] = face_of(content_of(version, registry))
    return faces
