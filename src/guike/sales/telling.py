"""How what the history keeps of orders and returns reads (PLT-02)."""

from guike.platform.telling import Parts, chosen, tell, tell_reason
from guike.sales import rules

tell("sales.SalesOrder", custom=Parts(lambda _row, kept: {name: str(value) for name, value in kept.items()}))
tell_reason("sales.register_return", chosen(rules.RETURN_REASONS))
