"""Quality campaigns (08-quality): many cases against a real server, repeatable by a seed, each with a control that must fail.

A campaign is a module of this folder with `NAME`, `WHAT` and `run(size, seed) -> Outcome` (`size`: short, full or a number of cases); it is found
by itself. It works in a database and a home of its own. `ALONE = True`: it starts whole instances itself (living.py), which it may kill.
`CHECKOUT = True`: it is tests at their long size (_checkout.py). Nothing of the product imports this package.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

SIZES = ("short", "full")


def counted(counts: Mapping[str, int], size: str) -> int:
    """How many cases a size is: short, full, or a number that somebody named."""
    return counts[size] if size in counts else int(size)


@dataclass
class Outcome:
    """What a campaign found: cases tried, failures in words; controls run without the guard, and how many failed as they should."""

    cases: int = 0
    failures: list[str] = field(default_factory=list)
    controls: int = 0
    controls_failed_as_they_should: int = 0
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """No failure, and no control that let its fault through unseen."""
        return not self.failures and self.controls == self.controls_failed_as_they_should


@dataclass(frozen=True)
class Campaign:
    """One campaign by name."""

    name: str
    what: str
    run: Callable[[str, int], Outcome]
    alone: bool = False
    checkout: bool = False


def campaigns() -> Mapping[str, Campaign]:
    """Every campaign of this folder."""
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__) if not found.name.startswith("_")]
    return {
        module.NAME: Campaign(
            module.NAME, module.WHAT, module.run, getattr(module, "ALONE", False), getattr(module, "CHECKOUT", False)
        )
        for module in modules
        if hasattr(module, "NAME")
    }
