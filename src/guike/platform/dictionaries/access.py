"""Everybody reads words; the administrator, marketing and the clerk keep them (PLT-13)."""

from guike.platform.access import Grant, Reach, Scope, declare
from guike.platform.roles import ROLES

KEEPS = Grant(view=Reach.ALL, add=Reach.ALL, change=Reach.ALL, **{"import": Reach.ALL, "export": Reach.ALL})

declare(
    "dictionary",
    model="dictionaries.DictionaryEntry",
    label="字典",
    scope=Scope(everyone=True),
    grants={
        **{role: Grant(view=Reach.ALL) for role in ROLES},
        "marketing": KEEPS,
        "clerk": KEEPS,
        "administrator": KEEPS,
        "system_admin": KEEPS,
    },
)
