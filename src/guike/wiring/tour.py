"""The guided tour learns who plays whom where this instance is the demo (PLT-12)."""

from guike.wiring.demo.tour import parts
from guike.workspace.tour import cast

cast.provide(parts)
