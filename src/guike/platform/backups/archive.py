"""The file itself: a ZIP that is written in one go and ends with the SHA-256 of everything before.

    guike-backup.txt   what this is and how to get it back
    database.dump      pg_dump's custom format
    files/…            the files folder
    secret.key[.sealed]
    manifest.json      versions, counts and digests a table, checksums a file

Any unzip opens it. The digest at the end tells a changed byte from a file that was cut off.
"""

import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from guike.launcher.messages import Stop

FORMAT = 1
FIRST, DUMP, MANIFEST, KEY, SEALED_KEY, FILES = (
    "guike-backup.txt",
    "database.dump",
    "manifest.json",
    "secret.key",
    "secret.key.sealed",
    "files/",
)
MARK = b"guike-backup/1 sha256:"
DIGEST = 64  # hexadecimal digits
PIECE = 2**20
WORDS = """\
贵客的备份。恢复：装好同版本或更新的贵客，运行  guike restore 这个文件
先验一遍：guike verify 这个文件

数据库是 pg_dump 的 custom 格式（database.dump），没有贵客也能用 pg_restore 取出；files 是附件，manifest.json 是每张表的行数和校验值。
"""
Progress = Callable[[str, int], None]


class _Digesting:
    """A file to write to that cannot go back; holds the last 64 bytes until it knows what they are to be."""

    def __init__(self, out: IO[bytes]):
        self._out, self._digest, self._held, self.size = out, hashlib.sha256(), b"", 0

    def write(self, data: bytes) -> int:
        held = self._held + bytes(data)
        self._held = held[-DIGEST:]
        self._put(held[:-DIGEST])
        return len(data)

    def _put(self, data: bytes) -> None:
        self._digest.update(data)
        self._out.write(data)
        self.size += len(data)

    def flush(self) -> None:
        self._out.flush()

    def seal(self) -> str:
        digest = self._digest.hexdigest()
        self._out.write(digest.encode())
        self.size += DIGEST
        return digest


class Writing:
    """An archive being written: entries one after the other, each with its size and SHA-256."""

    def __init__(self, zipped: zipfile.ZipFile):
        self._zip = zipped
        self.entries: dict[str, dict[str, Any]] = {}

    def add(self, name: str, source: IO[bytes] | bytes, told: Callable[[int], None] = lambda _bytes: None) -> dict[str, Any]:
        """Copy a stream into an entry, piece by piece."""
        digest, size = hashlib.sha256(), 0
        with self._zip.open(zipfile.ZipInfo(name), "w", force_zip64=True) as out:
            for piece in [source] if isinstance(source, bytes) else iter(lambda: source.read(PIECE), b""):
                out.write(piece)
                digest.update(piece)
                size += len(piece)
                told(size)
        self.entries[name] = {"size": size, "sha256": digest.hexdigest()}
        return self.entries[name]


@contextmanager
def writing(path: Path, about: dict[str, Any]) -> Iterator[Writing]:
    """A new archive at `path`, there whole or not at all; `about` becomes its manifest and gets the `size` of the whole.

    Whoever may read it has everything: it is closed to others from its first byte on.
    """
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    try:
        with open(partial, "wb") as out:
            digesting = _Digesting(out)
            with zipfile.ZipFile(digesting, "w", zipfile.ZIP_STORED) as zipped:  # type: ignore[call-overload]
                zipped.comment = MARK + b"0" * DIGEST
                archive = Writing(zipped)
                archive.add(FIRST, WORDS.encode())
                yield archive
                archive.add(MANIFEST, json.dumps({"format": FORMAT, **about, "entries": archive.entries}, ensure_ascii=False).encode())
            about["sha256"], about["size"] = digesting.seal(), digesting.size
            _to_disk(out)
        partial.replace(path)
    except OSError as problem:
        raise Stop(f"写不了备份 {path}（{problem.strerror}）。检查磁盘空间和权限。") from problem
    finally:
        partial.unlink(missing_ok=True)


def _to_disk(out: IO[bytes]) -> None:
    out.flush()
    os.fsync(out.fileno())


class Reading:
    """An archive whose every byte is known to be as it was written."""

    def __init__(self, path: Path, zipped: zipfile.ZipFile):
        self.path, self._zip = path, zipped
        self.manifest: dict[str, Any] = json.loads(zipped.read(MANIFEST))
        self.names = frozenset(zipped.namelist())

    def open(self, name: str) -> IO[bytes]:
        return self._zip.open(name)

    def read(self, name: str) -> bytes:
        return self._zip.read(name)

    def wrong_entries(self, told: Progress = lambda _what, _n: None) -> list[str]:
        """Names that the manifest lists and the archive lacks, or that have other bytes."""
        listed = self.manifest["entries"]
        wrong = sorted(set(listed) - self.names)
        for number, name in enumerate(sorted(set(listed) & self.names), 1):
            with self._zip.open(name) as entry:
                if hashlib.file_digest(entry, "sha256").hexdigest() != listed[name]["sha256"]:  # type: ignore[arg-type]
                    wrong.append(name)
            told("核对文件", number)
        return wrong


@contextmanager
def reading(path: Path, told: Progress = lambda _what, _n: None) -> Iterator[Reading]:
    """Open a backup. Raises Stop, saying which of the ways a file can be wrong it is."""
    _check_whole(path, told)
    with zipfile.ZipFile(path) as zipped:
        archive = Reading(path, zipped)
        if archive.manifest["format"] > FORMAT:
            raise Stop(f"{path} 是更新版本的贵客（{archive.manifest['program']}）做的备份，这一版读不了。先升级程序。")
        yield archive


def _check_whole(path: Path, told: Progress) -> None:
    if not path.is_file():
        raise Stop(f"没有文件 {path}")
    digest, size = hashlib.sha256(), path.stat().st_size
    try:
        with open(path, "rb") as file:
            head = file.read(256)
            if not (head.startswith(b"PK\x03\x04") and FIRST.encode() in head):
                raise Stop(f"{path} 不是贵客的备份文件")
            file.seek(max(size - DIGEST - len(MARK), 0))
            mark, said = file.read(len(MARK)), file.read()
            if mark != MARK:
                raise Stop(f"{path} 不完整：结尾缺失，可能是复制中断或磁盘写满。换一份备份，或重新复制。")
            file.seek(0)
            for start in range(0, size - DIGEST, PIECE):
                digest.update(file.read(min(PIECE, size - DIGEST - start)))
                told("核对文件", start + PIECE)
    except OSError as problem:
        raise Stop(f"读不了 {path}（{problem.strerror}）") from problem
    if digest.hexdigest().encode() != said:
        raise Stop(f"{path} 已损坏：内容和校验值不符。换一份备份，或重新复制。")
