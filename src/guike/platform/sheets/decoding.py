"""Which encoding and delimiter a text table has; a message with the line where neither fits."""

import codecs
import csv
import io
from collections import Counter

from guike.platform.sheets.problems import SheetError, gettext_noop

DELIMITERS = ",\t;|"
ENCODING_NAMES = {
    "utf-8": "UTF-8",
    "gb18030": "GBK",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "big5hkscs": "Big5",
    "cp1252": "Windows-1252",
}


def decode(raw: bytes) -> tuple[str, str]:
    """(text, encoding). Byte-order marks first, then UTF-8, GB18030 and Big5 by what reads as real words."""
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if raw.startswith(mark):
            return _strictly(raw[len(mark) :], encoding), encoding
    if encoding := _wide(raw):
        return _strictly(raw, encoding), encoding
    if b"\0" in raw:
        raise SheetError(gettext_noop("不是文本也不是表格文件，在 Excel 里另存为 .xlsx 再导入"))
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        return _east_asian(raw, error)


def _wide(raw: bytes) -> str:
    """UTF-16 without a mark: every second byte of the Latin characters is zero."""
    sample = raw[:4000]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if len(sample) >= 8 and odd > len(sample) // 20 and even == 0:
        return "utf-16-le"
    if len(sample) >= 8 and even > len(sample) // 20 and odd == 0:
        return "utf-16-be"
    return ""


def _strictly(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].decode(encoding, "replace").count("\n") + 1
        raise SheetError(
            gettext_noop("第 %(line)s 行不是有效的 %(encoding)s 文字。在 Excel 里另存为「CSV UTF-8」或 .xlsx 再导入"),
            line=line,
            encoding=ENCODING_NAMES[encoding],
        ) from None


def _east_asian(raw: bytes, utf8: UnicodeDecodeError) -> tuple[str, str]:
    """GB18030 unless Big5 reads better; nothing that reads as rubbish."""
    best, failures = (0.0, "", ""), [utf8]
    for encoding in ("gb18030", "big5hkscs", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError as error:
            failures.append(error)
            continue
        likeness = _likeness(text, encoding)
        if likeness > best[0]:
            best = (likeness, text, encoding)
    if best[0] >= 0.5:
        return best[1], best[2]
    furthest = max(failures, key=lambda error: error.start)
    line = raw.count(b"\n", 0, furthest.start) + 1
    raise SheetError(
        gettext_noop("第 %(line)s 行的文字既不是 UTF-8 也不是 GBK，读不出来。在 Excel 里另存为「CSV UTF-8」或 .xlsx 再导入"), line=line
    )


def _likeness(text: str, encoding: str) -> float:
    """0–1: the share of the non-ASCII characters that people use in that encoding."""
    wide = [character for character in text[:400_000] if character > "\x7f"]
    if not wide:
        return 1.0
    if encoding == "cp1252":
        return 0.6 * sum(character.isalpha() for character in wide) / len(wide) if len(wide) < len(text) / 10 else 0.0
    usual = {"gb18030": _usual_simplified, "big5hkscs": _usual_traditional}[encoding]
    return sum(count for character, count in Counter(wide).items() if usual(character)) / len(wide)


def _usual_simplified(character: str) -> bool:
    """Level 1 of GB 2312 (the 3,755 usual characters), punctuation and full-width signs."""
    code = character.encode("gb18030")
    return len(code) == 2 and (0xB0 <= code[0] <= 0xD7 or 0xA1 <= code[0] <= 0xA3) and code[1] >= 0xA1


def _usual_traditional(character: str) -> bool:
    """Level 1 of Big5 (the 5,401 usual characters) and its signs."""
    try:
        code = character.encode("big5")
    except UnicodeEncodeError:
        return False
    return len(code) == 2 and 0xA1 <= code[0] <= 0xC6


def delimiter_of(text: str) -> str:
    """The sign between the cells: the one that cuts the first lines into the same number of parts most often."""
    first = text[:200].splitlines()[:1]
    if first and first[0].lower().startswith("sep=") and len(first[0]) == 5:
        return first[0][4]
    sample = text[:40_000]
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        widths = _widths(sample, delimiter)
        usual, times = Counter(width for width in widths if width > 1).most_common(1)[0] if any(w > 1 for w in widths) else (1, 0)
        score = times / max(len(widths), 1) * (1 + min(usual, 20) / 20)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _widths(sample: str, delimiter: str) -> list[int]:
    widths: list[int] = []
    try:
        for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if any(cells):
                widths.append(len(cells))
            if len(widths) >= 40:
                break
    except csv.Error:
        return widths
    return widths[:-1] if len(widths) > 1 and len(sample) == 40_000 else widths
