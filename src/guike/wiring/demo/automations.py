"""Two automations that the demo company runs (PLT-13)."""

from datetime import date
from typing import Any

from guike.engine.automations import services
from guike.engine.automations.services.hearing import look_at_day

AUTOMATIONS: list[tuple[str, str, dict[str, Any]]] = [
    (
        "A 级客户逾期三天告诉上级",
        "customer.late",
        {
            "params": {"kind": "cadence", "days": 3},
            "where": {"all": [{"field": "grade", "op": "in", "value": ["A"]}]},
            "pause": 7,
            "actions": [{"code": "notify", "params": {"who": "superior", "text": "例行联系逾期三天以上，问一下原因"}}],
        },
    ),
    (
        "老客户久未下单回访",
        "customer.day",
        {
            "params": {},
            "where": {
                "all": [
                    {"field": "grade", "op": "in", "value": ["A", "B"]},
                    {"field": "last_purchase", "op": "days_past", "value": 90},
                ]
            },
            "pause": 60,
            "actions": [{"code": "obligation", "params": {"who": "owner", "title": "问久未下单的原因", "days": 5}}],
        },
    ),
]


def make_automations(marketing: Any, today: date) -> None:
    """Write them, switch them on, and let them look at today; the worker acts when the demo runs."""
    for name, trigger, content in AUTOMATIONS:
        kept = services.add_automation(name, trigger, content, actor=marketing)
        services.switch(kept.pk, True, actor=marketing)
        look_at_day(kept.pk, today)
