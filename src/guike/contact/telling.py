"""How what the history keeps of duties to get in touch reads (PLT-02)."""

from guike.contact import rules
from guike.platform.telling import chosen, tell

tell("engine.Obligation", channels=chosen(rules.SHORT))
