"""Files that belong to records: bytes once in the instance folder, named by their SHA-256; rows tell whose they are."""

import hashlib
import os
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from guike.platform import clock, sealing
from guike.platform.access import Viewer
from guike.platform.errors import Refused
from guike.platform.models import Attachment

LIMIT = 20 * 2**20
#: Shown in the browser as they are; everything else is only offered for download.
INLINE = {"image/png", "image/jpeg", "image/webp", "application/pdf"}
REFUSED_ENDINGS = {".exe", ".bat", ".cmd", ".com", ".js", ".vbs", ".html", ".htm", ".svg", ".sh", ".ps1", ".msi", ".jar"}


def path_of(sha256: str) -> Path:
    """Where the bytes with this SHA-256 lie."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256


def sealed_path_of(sha256: str) -> Path:
    """Where the bytes lie where files are kept encrypted (CUS-12)."""
    return path_of(sha256).with_suffix(".sealed")


def is_there(sha256: str) -> bool:
    """Are the bytes on the disk, in clear or encrypted?"""
    return path_of(sha256).exists() or sealed_path_of(sha256).exists()


def opened(sha256: str) -> BinaryIO:
    """The bytes to be read, whichever way they are kept. FileNotFoundError; `sealing.Unreadable` under another instance's key."""
    sealed = sealed_path_of(sha256)
    return BytesIO(sealing.unseal_bytes(sealed.read_bytes())) if sealed.exists() else path_of(sha256).open("rb")


def _write(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    name = digest.hexdigest()
    if not is_there(name):
        target = sealed_path_of(name) if settings.SEAL_FILES else path_of(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(f".{os.getpid()}")
        with partial.open("wb") as out:
            if settings.SEAL_FILES:
                out.write(sealing.seal_bytes(b"".join(upload.chunks())))
            else:
                out.writelines(upload.chunks())
        partial.replace(target)
    return name


def attach(upload: UploadedFile, subject_kind: str, subject_id: int, *, actor: Viewer, note: str = "") -> Attachment:
    """Keep an upload with a record. Refuses what is too large, empty or a program. The caller has authorised the record."""
    name = Path(upload.name or "file").name[-200:]
    if upload.size is None or upload.size == 0:
        raise Refused(_("「%(name)s」是空文件") % {"name": name}, field="file")
    if upload.size > LIMIT:
        raise Refused(_("「%(name)s」超过 20 MB，压缩后再传") % {"name": name}, field="file")
    if Path(name).suffix.lower() in REFUSED_ENDINGS:
        raise Refused(_("不接收 %(ending)s 文件，可打包成 zip 再传") % {"ending": Path(name).suffix}, field="file")
    return Attachment.objects.create(
        subject_kind=subject_kind,
        subject_id=subject_id,
        name=name,
        size=upload.size,
        sha256=_write(upload),
        media_type=(upload.content_type or "application/octet-stream")[:100],
        note=note,
        uploaded_by_id=actor.account_id,
        uploaded_at=clock.now(),
    )


def of(subject_kind: str, subject_id: int) -> list[Attachment]:
    """A record's files, newest first. The caller has authorised the record."""
    found = Attachment.objects.filter(subject_kind=subject_kind, subject_id=subject_id, removed_at=None)
    return list(found.select_related("uploaded_by").order_by("-uploaded_at"))
