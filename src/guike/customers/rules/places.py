"""Place names at the head of a company's name, by the divisions of GB/T 2260 that python-stdnum carries."""

import re
from functools import cache
from importlib import resources

from guike.customers.rules.script import SIMPLIFIED

#: Ends that a short form goes without: 温州市 = 温州, 内蒙古自治区 = 内蒙古.
_ENDS = re.compile(
    r"(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|[\u4e00-\u9fff]{1,8}族自治[州县旗]|自治[州县]|地区|林区|矿区|新区|省|市|盟|县|旗|区)$"
)
#: Below the counties: 郑口镇, 奎聚街道, 昆山开发区, 张家港保税区.
BELOW = re.compile(
    r"(?:经济技术|高新技术|高新|经济)?开发区|保税区|新区|高新区|[\u4e00-\u9fff]{2,3}?(?:街道|镇|乡)|[\u4e00-\u9fff]{2}街(?=[\u4e00-\u9fff]{4})"
)
#: Words that are counties, but in a company's name more often a brand.
_RATHER_BRANDS = frozenset({"东方", "新华", "和平", "友谊", "青年", "长江", "黄河", "华容", "通达", "新兴", "东兴", "富源"})
_LINE = re.compile(r'^\s*(\d{2,4})\s+(?:province|county)="([^"]+)"')
_YEARS = re.compile(r"\[[^]]*\]")


def _short(full: str) -> str:
    short = _ENDS.sub("", full)
    return short if len(short) >= 2 else full


@cache
def places() -> dict[str, str]:
    """Every name, long and short, of a province, city or county → the code of its province; "" where several provinces have it.

    Districts (区) count under their short form only behind another place, see `districts`.
    """
    found: dict[str, str] = {}
    for province, code, full in _divisions():
        names = {full} if full.endswith("区") and code[2:] != "00" and len(full) <= 4 else {full, _short(full)}
        for name in names - _RATHER_BRANDS:
            known = found.get(name)
            whole = code == "0000"
            found[name] = province if known in (None, province) or whole else ""
    return found


@cache
def districts() -> frozenset[str]:
    """Short forms of districts: 番禺, 福田. A place only behind its city."""
    return frozenset(short for _province, _code, full in _divisions() if full.endswith("区") and len(short := _short(full)) == 2)


@cache
def provinces() -> frozenset[str]:
    """Provinces, long and short: 浙江省, 浙江."""
    return frozenset(name for _province, code, full in _divisions() if code == "0000" for name in (full, _short(full)))


@cache
def _divisions() -> tuple[tuple[str, str, str], ...]:
    rows, province = [], ""
    text = resources.files("stdnum.cn").joinpath("loc.dat").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not (match := _LINE.match(line)):
            continue
        code, names = match.groups()
        if len(code) == 2:
            province, code = code, "0000"
        for full in _YEARS.sub("", names).translate(SIMPLIFIED).split(","):
            if full not in ("市辖区", "市", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"):
                rows.append((province, code, full))
    return tuple(rows)


@cache
def _lengths() -> dict[str, int]:
    """First two characters → the longest name that begins so: most texts are done with one look."""
    found: dict[str, int] = {}
    for name in (*places(), *districts()):
        found[name[:2]] = max(found.get(name[:2], 0), len(name))
    return found


def _longest(begin: str) -> int:
    return _lengths().get(begin, 0)


def leading(name: str) -> tuple[str, str]:
    """(the places at the head of a name, code of the province): 「江苏常州万达」 → 江苏常州, 32."""
    at, province = (2 if name.startswith("中国") and len(name) > 4 else 0), ""
    while at < len(name):
        found = _one(name[at:], behind=at > 0)
        if not found:
            break
        province = province or places().get(found, "")
        at += len(found)
    return name[:at], province


def _one(text: str, *, behind: bool) -> str:
    known = places()
    for length in range(min(_longest(text[:2]), len(text)), 1, -1):
        piece = text[:length]
        if piece in known or (behind and piece in districts()):
            return piece + ("市" if text[length : length + 1] == "市" and not piece.endswith("市") else "")
    if behind and (found := BELOW.match(text)):
        return found[0]
    return ""


def trailing(text: str) -> tuple[str, str]:
    """The same at the end of a text: 「新月能源石家庄」 → 石家庄, 13."""
    known = places()
    for length in range(min(4, len(text) - 2), 1, -1):
        if (piece := text[-length:]) in known:
            return piece, known[piece]
    return "", ""
