"""The chain of seals over the audit trail: what is hashed, how seals hang together, how a difference is named (PLT-02). Pure.

A *leaf* is the first 16 bytes of the SHA-256 of one row's canonical text; a range of rows is kept as id (8 bytes, signed) and leaf, in the
order of the ids. A *seal* is the SHA-256 of the seal before it and of the digests of its ranges.
"""

import hashlib
import hmac
import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

ID_BYTES, LEAF_BYTES = 8, 16
RECORD = ID_BYTES + LEAF_BYTES
#: What the first seal names as the one before it.
ORIGIN = "0" * 64
#: The id before the first row of a table.
BEFORE_ALL = -(2**63)


@dataclass(frozen=True)
class Range:
    """Rows of one table with `after` < id ≤ `last`, as sealed. `digest` covers the columns' names and every leaf."""

    table: str
    after: int
    last: int
    rows: int
    digest: str


@dataclass(frozen=True)
class Difference:
    """One row that is not what was sealed: altered, removed or inserted."""

    kind: str
    id: int


def digest(columns: Sequence[str], leaves: bytes) -> str:
    """The fingerprint of a range."""
    return hashlib.sha256(json.dumps(list(columns)).encode() + b"\n" + leaves).hexdigest()


def chained(previous: str, number: int, at: str, ranges: Iterable[Range]) -> str:
    """The fingerprint of a seal: the one before it, its number, its time (ISO, UTC) and its ranges in their order."""
    content = [previous, number, at, [[one.table, one.after, one.last, one.rows, one.digest] for one in ranges]]
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()


def signed(key: bytes, text: str) -> str:
    """What only somebody with the instance's key can write beside a text."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def is_signed(key: bytes, text: str, signature: str) -> bool:
    return hmac.compare_digest(signed(key, text), signature)


def unpacked(leaves: bytes) -> dict[int, bytes]:
    """id → leaf."""
    return {
        struct.unpack_from(">q", leaves, place)[0]: leaves[place + ID_BYTES : place + RECORD] for place in range(0, len(leaves), RECORD)
    }


def differences(sealed: Mapping[int, bytes], present: Mapping[int, bytes]) -> list[Difference]:
    """Every row that differs, by id."""
    found = []
    for row in sorted({*sealed, *present}):
        if row not in present:
            found.append(Difference("removed", row))
        elif row not in sealed:
            found.append(Difference("inserted", row))
        elif sealed[row] != present[row]:
            found.append(Difference("altered", row))
    return found
