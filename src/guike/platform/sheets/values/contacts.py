"""Phones, e-mail addresses and social credit codes."""

import re
from dataclasses import dataclass
from typing import Any

from stdnum.cn import uscc

from guike.platform.sheets.problems import CellProblem, gettext_noop
from guike.platform.sheets.values.base import Parser, as_text, half_width
from guike.platform.sheets.values.texts import NOTHING

#: The two shapes that most cells have, taken without a closer look.
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[1-9][0-9]{1,2}-[2-9][0-9]{6,7}")
_ONE = re.compile(
    r"(?P<mobile>(?:\+?\(?0{0,2}86\)?[-\s]?)?1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}(?!\d))"
    r"|(?P<service>[48]00[-\s]?\d{3}[-\s]?\d{4}(?!\d)|[48]00[-\s]?\d{4}[-\s]?\d{3}(?!\d))"
    r"|(?P<landline>(?:\+?\(?0{0,2}86\)?[-\s]?)?\(?(?P<area>0?(?<!\d)(?:10|2\d|[3-9]\d{2})|0\d{2,3})\)?[-\s]*(?P<local>\d{7,8})(?!\d)"
    r"(?:\s*(?:转|ext\.?|x|分机|-|\#)\s*(?P<extension>\d{1,6})(?!\d))?)"
    r"|(?P<abroad>(?:\+|00)(?!86)\d{1,3}[-\s]?\(?\d[\d\s()-]{4,16}\d)"
    r"|(?P<short>(?<!\d)[2-8]\d{6,7}(?!\d)(?:\s*(?:转|ext\.?|x|分机|-|\#)\s*(?P<short_extension>\d{1,6})(?!\d))?)"
    r"|(?P<hotline>(?<!\d)(?:9[56]\d{3,4}|12\d{3}|11\d|12\d)(?!\d))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Phone:
    """One number as kept: 13800138000, 0759-3177312, 400-123-4567; `kind` is mobile, landline, local, service or abroad."""

    number: str
    kind: str
    extension: str = ""

    def __str__(self) -> str:
        return f"{self.number}转{self.extension}" if self.extension else self.number


def phones_in(text: str) -> list[Phone]:
    """Every number in a cell, whatever separates them; refused when digits are left over that belong to no number."""
    if _MOBILE.fullmatch(text):
        return [Phone(text, "mobile")]
    if _LANDLINE.fullmatch(text):
        return [Phone(text, "landline")]
    compact = half_width(text)
    compact = re.sub(r"[‐‑–—−]", "-", compact)
    found, end, rest = [], 0, []
    for match in _ONE.finditer(compact):
        rest.append(compact[end : match.start()])
        end = match.end()
        found.append(_phone(match))
    left = "".join((*rest, compact[end:]))
    if not found or re.search(r"\d", left):
        raise CellProblem(_why_no_phone(compact), value=compact[:40], digits=len(re.sub(r"\D", "", compact)))
    return list(dict.fromkeys(found))


def _phone(match: re.Match) -> Phone:
    digits = re.sub(r"\D", "", match[0])
    if match["mobile"]:
        return Phone(digits[-11:], "mobile")
    if match["landline"]:
        area = match["area"]
        return Phone(f"{area if area.startswith('0') else '0' + area}-{match['local']}", "landline", match["extension"] or "")
    if match["service"]:
        return Phone(f"{digits[:3]}-{digits[3:6]}-{digits[6:]}", "service")
    if match["abroad"]:
        return Phone("+" + digits.removeprefix("00"), "abroad")
    if match["short"]:
        local = re.match(r"\d+", match["short"])
        return Phone(local[0] if local else digits, "local", match["short_extension"] or "")
    return Phone(digits, "service")


def _why_no_phone(text: str) -> str:
    if re.fullmatch(r"\d+(\.\d+)?[eE]\+?\d+", text):
        return gettext_noop("「%(value)s」是科学计数法，号码已丢失，设成文本后重填")
    if re.fullmatch(r"1[3-9]\d*", text) and len(text) != 11:
        return gettext_noop("手机号「%(value)s」有 %(digits)s 位，应为 11 位")
    return gettext_noop("「%(value)s」不是电话号码")


class Phones(Parser):
    """All numbers of a cell as a tuple of `Phone`: mobiles, landlines with extension, several divided by / 、 \\ or blanks."""

    word = gettext_noop("电话")

    def __call__(self, cell: Any) -> tuple[Phone, ...] | None:
        text = as_text(cell)
        return None if text in NOTHING else tuple(phones_in(text))

    def show(self, value: Any) -> Any:
        return "、".join(str(phone) for phone in value) if isinstance(value, tuple | list) else value


class OnePhone(Parser):
    """Exactly one number, as text."""

    word = gettext_noop("电话")

    def __call__(self, cell: Any) -> str | None:
        text = as_text(cell)
        if text in NOTHING:
            return None
        found = phones_in(text)
        if len(found) > 1:
            raise CellProblem(gettext_noop("有 %(count)s 个号码，这一列只放 1 个"), count=len(found), suggestion=str(found[0]))
        return str(found[0])


class Email(Parser):
    """One address; the host in lower case, full-width ＠ and ． understood."""

    word = gettext_noop("邮箱")
    width = 24
    _SHAPE = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}")

    def __call__(self, cell: Any) -> str | None:
        text = half_width(as_text(cell)).replace("。", ".").removeprefix("mailto:")
        if text in NOTHING:
            return None
        if not self._SHAPE.fullmatch(text) or ".." in text:
            raise CellProblem(gettext_noop("「%(value)s」不是邮箱地址"), value=text[:60])
        name, _, host = text.rpartition("@")
        return f"{name}@{host.lower()}"


@dataclass(frozen=True, slots=True)
class Registration:
    """A company's number: the 18-character social credit code (`uscc`), or the 15-digit registration number used before 2015 (`old`)."""

    number: str
    kind: str

    def __str__(self) -> str:
        return self.number


class Uscc(Parser):
    """A 统一社会信用代码 with its check character; an old 15-digit number is taken and marked as such (CUS-01)."""

    word = gettext_noop("统一社会信用代码")
    width = 22
    #: Old registration numbers: 15 digits; those of farmers' cooperatives carry NA and may end in X.
    _OLD = re.compile(r"\d{15}|\d{6}NA\d{6}[\dX]")
    #: Letters the code never uses, and the digit they are mistaken for.
    LOOKALIKES = {"O": "0", "I": "1", "Z": "2", "S": "5", "V": "U"}

    def __call__(self, cell: Any) -> Registration | None:
        text = re.sub(r"[\s\-]", "", half_width(as_text(cell))).upper()
        if not text or text in NOTHING:
            return None
        if self._OLD.fullmatch(text):
            return Registration(text, "old")
        if uscc.is_valid(text):
            return Registration(text, "uscc")
        raise self._problem(text)

    def _problem(self, text: str) -> CellProblem:
        if len(text) != 18:
            return CellProblem(gettext_noop("有 %(length)s 位，应为 18 位"), length=len(text))
        for place, letter in enumerate(text, start=1):
            if digit := self.LOOKALIKES.get(letter):
                mended = "".join(self.LOOKALIKES.get(each, each) for each in text)
                words = {"place": place, "letter": letter, "digit": digit}
                suggestion = mended if uscc.is_valid(mended) else ""
                return CellProblem(gettext_noop("第 %(place)s 位是字母 %(letter)s，应为 %(digit)s？"), suggestion=suggestion, **words)
            if not (letter.isascii() and letter.isalnum()):
                return CellProblem(gettext_noop("第 %(place)s 位「%(letter)s」不该出现"), place=place, letter=letter)
        return CellProblem(gettext_noop("校验位不对，逐位核对「%(value)s」"), value=text)

    def show(self, value: Any) -> Any:
        return str(value) if value else value
