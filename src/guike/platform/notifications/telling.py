"""How what the history keeps of group robots reads (PLT-02)."""

from guike.platform.notifications import registry
from guike.platform.telling import tell

tell("notifications.Robot", kinds=lambda kept: "、".join(map(registry.label, kept)))
