"""What is there already, so that the wizard can be left and continued."""

from __future__ import annotations

from dataclasses import dataclass

from guike.customers import selectors as customers
from guike.engine import selectors as engine
from guike.engine.services.packs import DEFAULT_PACKS, packs
from guike.organisation import selectors as organisation
from guike.platform.access import Viewer


@dataclass(frozen=True)
class Standing:
    """How far the company is: what each step would add to."""

    company: str
    departments: int
    people: int
    policies: int
    customers: int

    @property
    def done(self) -> set[str]:
        found = {"company": self.company, "people": self.people > 1, "packs": self.policies, "customers": self.customers}
        return {step for step, there in found.items() if there}


@dataclass(frozen=True)
class PackChoice:
    """A pack as offered: its words, its policies by title, whether the company has it."""

    code: str
    title: str
    story: str
    policies: tuple[str, ...]
    installed: bool
    suggested: bool


def standing(viewer: Viewer) -> Standing:
    """Counts of what the administrator has set up. Few rows each, or capped by the counting selector."""
    return Standing(
        company=organisation.company().name,
        departments=organisation.departments_for(viewer).count(),
        people=organisation.people_for(viewer).count(),
        policies=len(installed_codes(viewer)),
        customers=customers.customers(viewer).order_by()[:100_000].count(),
    )


def installed_codes(viewer: Viewer) -> set[str]:
    """Codes of the policies that the company has."""
    return {listed.policy.code for listed in engine.policies(viewer)}


def pack_choices(viewer: Viewer) -> list[PackChoice]:
    """Every pack shipped, with what it brings; the usual ones are suggested while nothing is installed."""
    have = installed_codes(viewer)
    choices = []
    for pack in packs().values():
        contents = [document.content for document in pack.documents]
        codes = {str(content["code"]) for content in contents}
        titles = tuple(str(content["title"]) for content in contents)
        suggested = not have and pack.code in DEFAULT_PACKS
        choices.append(PackChoice(pack.code, pack.title, pack.story, titles, codes <= have, suggested))
    return choices
