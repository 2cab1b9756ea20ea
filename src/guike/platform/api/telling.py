"""How what the history keeps of keys reads (PLT-02)."""

from guike.platform.api import scopes
from guike.platform.telling import chosen, tell

tell("api.ApiKey", scopes=chosen(scopes.known))
