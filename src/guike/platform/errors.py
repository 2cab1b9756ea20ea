"""What the product says when it will not do something."""

from django.core.exceptions import PermissionDenied


class Refused(Exception):
    """A business refusal in the user's language: what, where, what to do (interface: every block explains itself).

    `field` names the input at fault; `clause` the policy clause behind the refusal; `releasable_by` who can lift it.
    """

    def __init__(self, message: str, *, field: str | None = None, code: str = "refused", clause: str = "", releasable_by: str = ""):
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code
        self.clause = clause
        self.releasable_by = releasable_by

    def __str__(self) -> str:
        return str(self.message)


class Stale(Refused):
    """Somebody else saved the row in the meantime; nothing was written (08-quality: optimistic locking)."""

    def __init__(self, message: str):
        super().__init__(message, code="stale")


class Forbidden(PermissionDenied):
    """The right is missing: answered with 403 and a sentence that says which."""

    def __init__(self, message: str = ""):
        super().__init__(message)
        self.message = message
