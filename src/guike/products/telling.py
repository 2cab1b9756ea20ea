"""How what the history keeps of products reads (PLT-02)."""

from guike.platform.telling import Parts, tell

tell("products.Product", custom=Parts(lambda _row, kept: {name: str(value) for name, value in kept.items()}))
