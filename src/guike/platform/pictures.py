"""Small pictures from people (logo): only what the picture needs is kept, everything else that was in the file is dropped.

PNG and JPEG only. The file is read part by part and written anew from its drawing parts: no comments, no places, no scripts behind the
end, and what is not wholly a picture is refused. Nothing is decoded here, so that no decoder's weakness is reached.
"""

import zlib
from dataclasses import dataclass

from django.utils.translation import gettext as _

from guike.platform.errors import Refused

LIMIT = 512 * 2**10
#: Pixels of the longer side.
MOST = 2000
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"sRGB", b"gAMA"}
#: JPEG markers without content of their own.
BARE = {0x01, *range(0xD0, 0xD8)}
FRAMES = {0xC0, 0xC1, 0xC2}


@dataclass(frozen=True)
class Picture:
    """A clean picture: its type, size in pixels and bytes."""

    media_type: str
    width: int
    height: int
    data: bytes


class _Broken(Exception):
    """The bytes are not the picture they claim to be."""


def clean(data: bytes, *, field: str = "file") -> Picture:
    """The picture without anything but the picture. Refuses other kinds of file, broken, too large or too big ones."""
    if len(data) > LIMIT:
        raise Refused(_("图片 %(now)d KB，超过 %(most)d KB，缩小后再传") % {"now": len(data) // 1024, "most": LIMIT // 1024}, field=field)
    try:
        if data.startswith(PNG_HEAD):
            picture = _png(data)
        elif data.startswith(b"\xff\xd8"):
            picture = _jpeg(data)
        else:
            raise Refused(_("只收 PNG 或 JPG 图片"), field=field)
    except (_Broken, IndexError):
        raise Refused(_("图片损坏，读不出来，换一张再传"), field=field) from None
    if not (0 < picture.width <= MOST and 0 < picture.height <= MOST):
        size = {"width": picture.width, "height": picture.height, "most": MOST}
        raise Refused(_("图片 %(width)d × %(height)d 像素，长边不超过 %(most)d 像素") % size, field=field)
    return picture


def _png(data: bytes) -> Picture:
    place, kept = len(PNG_HEAD), [PNG_HEAD]
    names: list[bytes] = []
    while not names or names[-1] != b"IEND":
        length, name = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        body, end = data[place + 8 : place + 8 + length], place + 12 + length
        if end > len(data) or len(name) != 4 or zlib.crc32(name + body) != int.from_bytes(data[end - 4 : end], "big"):
            raise _Broken
        names.append(name)
        if name in PNG_KEPT:
            kept.append(data[place:end])
        place = end
    if names[0] != b"IHDR" or b"IDAT" not in names:
        raise _Broken
    head = data[16:24]
    return Picture("image/png", int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big"), b"".join(kept))


def _jpeg(data: bytes) -> Picture:
    place, kept, size = 2, [b"\xff\xd8"], (0, 0)
    while True:
        if data[place] != 0xFF:
            raise _Broken
        marker = data[place + 1]
        if marker in BARE or marker == 0xFF:
            place += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        end = place + 2 + length
        if length < 2 or end > len(data):
            raise _Broken
        if marker in FRAMES:
            size = (int.from_bytes(data[place + 7 : place + 9], "big"), int.from_bytes(data[place + 5 : place + 7], "big"))
        if marker == 0xDA:
            break
        if not (0xE1 <= marker <= 0xEF and marker != 0xEE) and marker != 0xFE:  # APP0 and Adobe's colours stay, comments and Exif go
            kept.append(data[place:end])
        place = end
    close = data.rfind(b"\xff\xd9")
    if close < place or size == (0, 0):
        raise _Broken
    return Picture("image/jpeg", *size, b"".join([*kept, data[place : close + 2]]))
