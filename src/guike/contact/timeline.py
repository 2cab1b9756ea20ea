"""How follow-ups stand on the timeline (architecture: Activity), and which obligations are opened here."""

from guike.contact import cadence as _cadence  # noqa: F401 — tells the engine about the kinds at the start
from guike.contact import rules
from guike.engine.activities import registry

registry.register(
    registry.Kind(
        "follow_up",
        "跟进",
        "notes",
        "contact",
        "follow_up",
        url=lambda pk: f"/contact/{pk}/",
        own=True,
        channel_labels=rules.SHORT,
        channel_icons=rules.ICONS,
    )
)
