"""The instance's key in a backup: in clear, under a passphrase, or not at all."""

import base64
import json
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from guike.launcher.messages import Stop

COST = 2**15


def of_instance(home: Path) -> str:
    """The key that the instance seals with; empty where it has none yet."""
    if named := os.environ.get("GUIKE_SECRET_KEY"):
        return named
    path = home / "secret.key"
    return path.read_text().strip() if path.exists() else ""


def _box(passphrase: str, salt: bytes, cost: int) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(Scrypt(salt=salt, length=32, n=cost, r=8, p=1).derive(passphrase.encode())))


def sealed(key: str, passphrase: str) -> bytes:
    """The key under a passphrase (scrypt, then Fernet)."""
    salt = secrets.token_bytes(16)
    token = _box(passphrase, salt, COST).encrypt(key.encode()).decode()
    return json.dumps({"kdf": "scrypt", "n": COST, "r": 8, "p": 1, "salt": salt.hex(), "token": token}).encode()


def unsealed(data: bytes, passphrase: str) -> str:
    """The key again; Stop under another passphrase."""
    said = json.loads(data)
    try:
        return _box(passphrase, bytes.fromhex(said["salt"]), said["n"]).decrypt(said["token"].encode()).decode()
    except InvalidToken:
        raise Stop("口令不对，备份里的密钥打不开。换口令再试，或用 --without-key 不要密钥（加密的附件和邮箱密码会读不出来）。") from None


def write(home: Path, key: str) -> None:
    """Become the instance with this key."""
    building = home / f"secret.key.{os.getpid()}"
    building.touch(mode=0o600)
    building.write_text(key, encoding="utf-8")
    building.replace(home / "secret.key")
