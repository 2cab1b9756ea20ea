"""When a licence is in order, runs out soon, or has run out (CUS-13)."""

from datetime import date

#: A licence that ends within so many days is to be renewed; the policy's own number decides what becomes due.
SOON = 30


def certificate_fault(issued_on: date | None, expires_on: date | None, today: date) -> str:
    """`issued_later` (after today), `ends_before_issue`, or "". One that has expired may be noted: that is what the alert is for."""
    if issued_on and issued_on > today:
        return "issued_later"
    if issued_on and expires_on and expires_on < issued_on:
        return "ends_before_issue"
    return ""


def certificate_state(expires_on: date | None, today: date) -> str:
    """`valid`, `soon` (within 30 days, the last day included) or `expired` (from the day after its last); without end always valid."""
    if expires_on is None or (expires_on - today).days > SOON:
        return "valid"
    return "soon" if expires_on >= today else "expired"
