"""What the engine itself asks to be signed: proposed grades and overrides (POL-11). The pool's exception is connected by `customers.services.exceptions`."""

from guike.engine.approvals import registry
from guike.engine.services import signatures

registry.register(
    registry.Kind(
        "grade", approved=signatures.grade_approved, rejected=signatures.grade_rejected, dropped=signatures.nothing, past=signatures.past_grades
    )
)
registry.register(registry.Kind("override", approved=signatures.override_approved, past=signatures.past_overrides))
