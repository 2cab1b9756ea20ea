"""Secrets of other systems (passwords, robots' addresses) at rest: sealed with a key made from the instance's own.

A copy of the database alone does not give them away. Sealed under another key they cannot be read: they have to be typed in again.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class Unreadable(ValueError):
    """Sealed with another instance's key."""


def _box() -> Fernet:
    digest = hashlib.sha256(f"guike.sealing:{settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def seal(text: str) -> str:
    """Ciphertext of a text; "" stays ""."""
    return _box().encrypt(text.encode()).decode() if text else ""


def seal_bytes(data: bytes) -> bytes:
    """Ciphertext of a file's bytes."""
    return _box().encrypt(data)


def unseal_bytes(sealed: bytes) -> bytes:
    """The bytes again. Raises Unreadable when the instance's key is another one, or somebody changed them."""
    try:
        return _box().decrypt(sealed)
    except InvalidToken:
        raise Unreadable from None


def unseal(sealed: str) -> str:
    """The text again. Raises Unreadable when the instance's key is another one."""
    if not sealed:
        return ""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unreadable from None
