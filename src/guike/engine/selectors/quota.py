"""How full a quota's groups are (CUS-06)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from guike.engine.policies.content import Content
from guike.engine.policies.quota import Group, Taken, quota_groups, taken_by_person
from guike.engine.rulebook import Rulebook
from guike.platform import clock
from guike.platform.access import Viewer, require
from guike.platform.errors import Refused


def quota_state(viewer: Viewer, policy_code: str, as_of: date | None = None) -> list[Group]:
    """Every group with its count, cap and room; the fullest first. Refuses a policy of another kind."""
    require(viewer, "policy", "view")
    book = Rulebook(as_of or clock.today())
    content = book.holding(policy_code).content
    if content.kind != "quota":
        raise Refused(f"《{content.title}》不是配额制度")
    return quota_groups(book, content)


def quota_room(policy_code: str, keys: tuple[str, ...], as_of: date | None = None) -> int | None:
    """How many more subjects the group may have under the tightest cap; None where the policy is not in force.

    A group without subjects has the whole cap. `keys` are ids or texts in the order of the policy's `per`.
    """
    book = Rulebook(as_of or clock.today())
    found = book.resolve(policy_code)
    if found is None or found.content.kind != "quota":
        return None
    rooms = [group.room for group in quota_groups(book, found.content) if group.keys == keys]
    return min([*rooms, *(() if rooms else (cap.cap for cap in found.content.caps))], default=None)


@dataclass(frozen=True)
class Full:
    """A cap in force that a person's taking over would break: which policy and clause, what it says then, who may let it pass (role codes)."""

    taken: Taken
    policy: str
    title: str
    clause: str
    version: int
    refuses: bool
    release: tuple[str, ...]


def _named(book: Rulebook, content: Content, outcome: str) -> tuple[str, int]:
    """Clause and version of the quota, or of the table where the number comes from there."""
    code = content.from_table if outcome and content.from_table in book.versions else content.code
    return book.clause(code), book.versions[code].number


def full_for(person_id: int, coming: Sequence[int], subject_kind: str = "customer", as_of: date | None = None) -> list[Full]:
    """The caps per person that would be broken if somebody took these subjects over; empty = there is room (CUS-06).

    The caller holds a lock on the person, so that two takings at once are counted one after the other.
    """
    book = Rulebook(as_of or clock.today())
    found = []
    for code, version in book.versions.items():
        if version.policy.kind != "quota" or version.policy.subject_kind != subject_kind:
            continue
        content = book.content(code)
        if "owner" in content.per:
            over = [one for one in taken_by_person(book, content, person_id, coming) if one.over]
            found += [
                Full(one, code, content.title, *_named(book, content, one.outcome), content.when_full == "refuse", content.release) for one in over
            ]
    return found
