"""How what the history keeps of push addresses reads (PLT-02)."""

from guike.platform.telling import chosen, tell
from guike.platform.webhooks import events

tell("webhooks.Webhook", kinds=chosen(lambda: {code: kind.label for code, kind in events.kinds().items()}))
