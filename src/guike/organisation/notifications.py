"""Who reads messages, who holds a role, which days are worked: what the platform's messages ask the organisation."""

from collections.abc import Iterable

from guike.organisation import selectors
from guike.organisation.calendar import selectors as calendar
from guike.platform.notifications import registry


def _holders(role: str) -> Iterable[int]:
    return selectors.people_with_role(role).values_list("pk", flat=True)


registry.provide_viewer(selectors.viewer_for)
registry.provide_holders(_holders)
registry.provide_workdays(calendar.is_workday)
