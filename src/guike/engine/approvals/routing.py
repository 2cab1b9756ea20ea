"""Which way a request goes and who signs: the authority policy in force, its row, its steps as people (POL-02, PLT-05)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from guike.engine.approvals import rules
from guike.engine.metrics.measure import Measuring
from guike.engine.metrics.registry import REGISTRY
from guike.engine.models.decision import Standing
from guike.engine.policies import facts, match
from guike.engine.policies.authority import step_words
from guike.engine.policies.catalogue import OUTCOME, Catalogue
from guike.engine.policies.compile import InForce, row_words
from guike.engine.policies.content import Content, Step
from guike.engine.policies.parse import inputs
from guike.engine.policies.words import input_label, input_value
from guike.engine.rulebook import Rulebook
from guike.organisation.selectors import Directory
from guike.platform.errors import Refused

Values = Mapping[str, Any]


def authority(kind: str, book: Rulebook) -> InForce | None:
    """The authority policy in force for a kind of document on the book's day; the oldest where several claim it."""
    for code, version in book.versions.items():
        if version.policy.kind == "authority":
            found = book.resolve(code)
            if found and found.content.document == kind:
                return found
    return None


@dataclass(frozen=True)
class Route:
    """The way of one request: the row hit, why in words, the values looked at, the steps with the people who sign."""

    place: int
    code: str
    label: str
    reason: str
    values: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    people: tuple[tuple[int, ...], ...]


def measured(content: Content, subject_kind: str, subject_id: int, day: date, given: Values) -> dict[str, Any]:
    """`given` with the values of the metrics and outcomes that the policy asks about, as of the day, as JSON keeps them."""
    asked = [code for code in inputs(content) if not code.startswith(facts.PREFIX)]
    codes = tuple(code for code in asked if not code.startswith(OUTCOME) and code in REGISTRY.metrics and code not in given)
    found = {code: kept(value) for code, value in given.items()}
    if codes:
        with connection.cursor() as cursor:
            cursor.execute(Measuring(codes, subject_kind, day, [subject_id]).sql())
            row = cursor.fetchone()
        found |= {code: kept(value) for code, value in zip(codes, row[1:] if row else (), strict=False)}
    for code in asked:
        if code.startswith(OUTCOME) and code not in found:
            held = Standing.objects.filter(policy__code=code.removeprefix(OUTCOME), subject_kind=subject_kind, subject_id=subject_id)
            found[code] = held.values_list("outcome", flat=True).first() or None
    return found


def kept(value: Any) -> Any:
    """A value as JSON: numbers with all their digits as text, days as text."""
    return str(value) if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else value


def way(content: Content, values: Values, catalogue: Catalogue) -> tuple[int, str]:
    """The row that holds for these values and its words. The last row has no condition, so there is always one."""
    place = match.matching(content, values)[0]
    return place, row_words(content, place, catalogue)


def shown_values(content: Content, values: Values, catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    """What the policy looked at, in words."""
    return tuple((input_label(code, catalogue), input_value(code, values.get(code), catalogue)) for code in inputs(content))


def route(content: Content, values: Values, catalogue: Catalogue, directory: Directory, applicant: int | None, owner: int | None) -> Route:
    """The whole way with people. Refuses where a step has nobody who could sign, with the step and what to do."""
    place, reason = way(content, values, catalogue)
    steps = content.routes[place]
    people = tuple(signers(step, directory, applicant, owner) for step in steps)
    for number, (step, asked) in enumerate(zip(steps, people, strict=True), 1):
        if not asked:
            names = {"title": content.title, "n": number, "who": step_words(step)}
            raise Refused(_("《%(title)s》第 %(n)s 步「%(who)s」现在没有人能批，找管理员补岗位，或改这条制度") % names, code="nobody_signs")
    outcome = content.outcomes[place]
    return Route(place, outcome.code, outcome.label, reason, shown_values(content, values, catalogue), steps, people)


def signers(step: Step, directory: Directory, applicant: int | None, owner: int | None) -> tuple[int, ...]:
    """Who signs a step: never the applicant, whose nearest superior takes the place where nobody else is asked."""
    base = applicant if applicant is not None else owner
    chain = directory.chain(base)
    return rules.substitute(_named(step, directory, chain, owner), applicant, chain)


def _named(step: Step, directory: Directory, chain: Sequence[int], owner: int | None) -> list[int]:
    if step.who == "superior":
        return list(chain[step.level - 1 : step.level] or chain[-1:])
    if step.who == "owner":
        if owner is not None and owner in directory.present:
            return [owner]
        return list(chain[:1]) or [head for head in [directory.heads.get("sales")] if head]
    if step.who == "role":
        return [person for role in step.roles for person in directory.roles.get(role, [])]
    if step.who == "post":
        return list(directory.titles.get(step.post, []))
    if step.who == "head":
        head = directory.heads.get(step.function)
        return [head] if head else []
    person = directory.numbers.get(step.person)
    return [person] if person else []


def copies(steps: Sequence[Step], directory: Directory, applicant: int | None, owner: int | None) -> list[int]:
    """Who only gets a copy (抄送): roles, the owner, the superior that the steps name."""
    chain = directory.chain(applicant if applicant is not None else owner)
    found: list[int] = []
    for step in steps:
        for name in step.copy:
            found += [owner] if name == "owner" and owner else chain[:1] if name == "superior" else directory.roles.get(name, [])
    return list(dict.fromkeys(person for person in found if person != applicant))


def step_of(rule: Mapping[str, Any]) -> Step:
    """The policy's step as it was kept; for one that somebody added, the person named."""
    kept: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in rule.items() if name != "person_id"}
    return Step(**kept)
