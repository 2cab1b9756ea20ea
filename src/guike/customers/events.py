"""Facts that customers tell; who listens stands in `wiring/reactions.py`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CustomersAdded:
    """New customers stand in the books, typed or imported."""

    customer_ids: tuple[int, ...]


@dataclass(frozen=True)
class CustomerChanged:
    """Fields of a customer or of its people changed: what is computed from them may change too."""

    customer_id: int
    fields: frozenset[str]


@dataclass(frozen=True)
class CustomersUpdated:
    """A file changed many customers at once, or was undone."""

    customer_ids: tuple[int, ...]


@dataclass(frozen=True)
class OwnersChanged:
    """Customers went to another owner (None = public pool); open work follows them. `by_id`: the person who did it."""

    customer_ids: tuple[int, ...]
    owner_id: int | None
    by_id: int | None = None


@dataclass(frozen=True)
class StagesMoved:
    """Customers entered another stage of their life (CUS-05)."""

    customer_ids: tuple[int, ...]


@dataclass(frozen=True)
class CustomersMerged:
    """Customers took others into themselves, or stand apart again: everything computed about them may be otherwise now (CUS-07)."""

    customer_ids: tuple[int, ...]
