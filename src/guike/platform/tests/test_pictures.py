"""Pictures that people upload are written anew from their drawing parts only."""

import struct
import zlib

import pytest

from guike.platform import pictures
from guike.platform.errors import Refused


def part(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width=2, height=2, extra=b"", tail=b""):
    """A grey picture of that size; `extra` stands among its parts, `tail` behind its end."""
    head = part(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = b"".join(b"\x00" + b"\x80" * min(width, 50) for _row in range(min(height, 50)))
    return pictures.PNG_HEAD + head + extra + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"") + tail


def jpeg(width=2, height=3, extra=b"", tail=b""):
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    scan = b"\xff\xda" + struct.pack(">H", 8) + b"\x01\x01\x00\x00\x3f\x00" + b"\x12\x34"
    return b"\xff\xd8" + b"\xff\xe0" + struct.pack(">H", 4) + b"JF" + extra + frame + scan + b"\xff\xd9" + tail


def test_what_is_no_picture_is_dropped_from_a_png():
    found = pictures.clean(png(extra=part(b"tEXt", b"Comment\x00<script>alert(1)</script>"), tail=b"<?php system($_GET[1]);"))
    assert (found.media_type, found.width, found.height) == ("image/png", 2, 2)
    assert b"script" not in found.data and b"php" not in found.data
    assert pictures.clean(found.data).data == found.data == png()


def test_what_is_no_picture_is_dropped_from_a_jpeg():
    places = b"\xff\xe1" + struct.pack(">H", 12) + b"Exif\x00\x00GPS!" + b"\xff\xfe" + struct.pack(">H", 10) + b"<script>"
    found = pictures.clean(jpeg(extra=places, tail=b"PK\x03\x04"))
    assert (found.media_type, found.width, found.height) == ("image/jpeg", 2, 3)
    assert found.data == jpeg()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "只收 PNG 或 JPG"),
        (b"GIF89a" + b"\x00" * 50, "只收 PNG 或 JPG"),
        (b"", "只收 PNG 或 JPG"),
        (pictures.PNG_HEAD, "损坏"),
        (png()[:-6], "损坏"),
        (png().replace(b"IDAT", b"IDAX"), "损坏"),
        (jpeg()[:-2], "损坏"),
        (b"\xff\xd8\xff\xe0\x00\x00", "损坏"),
        (b"\xff\xd8" + b"\xff" * 20, "损坏"),
        (png(width=2001), "2001 × 2 像素"),
        (png(width=0), "像素"),
        (png(tail=b"x" * pictures.LIMIT), "超过 512 KB"),
    ],
)
def test_what_is_no_clean_small_picture_is_refused(data, said):
    with pytest.raises(Refused, match=said):
        pictures.clean(data)
