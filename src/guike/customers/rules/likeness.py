"""How likely two records are one customer, and why (CUS-07). Points and reasons; nothing is ever merged by points alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from guike.customers.rules import places
from guike.customers.rules.names import name_key, pinyin
from guike.customers.rules.parts import NameParts, split_name
from guike.customers.rules.phones import phone_key

#: Reason → (points, words).
REASONS: dict[str, tuple[int, str]] = {
    "code": (100, "信用代码相同"),
    "old_number": (95, "旧注册号相同"),
    "name": (90, "名称相同"),
    "former": (80, "与曾用名相同"),
    "sound": (75, "名称读音相同"),
    "brand": (75, "同地同字号同行业"),
    "brand_sound": (65, "同地同行业，字号同音"),
    "short": (65, "简称与字号相同"),
    "brand_nowhere": (60, "字号、行业相同，一方没写地名"),
    "brand_like": (55, "同地同行业，字号差一字"),
    "brand_place": (50, "同地同字号，行业不同"),
    "person_name": (45, "姓名相同"),
    "phone": (70, "电话相同"),
    "address": (40, "地址相同"),
}
#: What speaks against: reason → (the most points that remain, words).
AGAINST: dict[str, tuple[int, str]] = {
    "codes_differ": (40, "信用代码不同，是两个法人"),
    "branch": (45, "一方是分支机构"),
    "kinds_differ": (40, "一方是企业，一方是个人"),
}
#: Pairs from these points on are shown by the scan, and while somebody types.
SUSPICIOUS, WORTH_A_LOOK = 60, 40
_BRANCHES = ("分公司", "分店", "分厂", "门市部", "销售部", "经营部", "专柜")


@dataclass(frozen=True)
class Identity:
    """What a record says about who it is, ready to compare."""

    kind: str
    key: str
    sound: str
    parts: NameParts
    brand: str
    brand_sound: str
    former: frozenset[str]
    short: str
    code: str
    old_number: str
    phones: frozenset[str]
    address: str


@dataclass(frozen=True)
class Likeness:
    """0–100 and the reasons, the strongest first; `against` holds what lowers it."""

    score: int
    reasons: tuple[str, ...] = ()
    against: tuple[str, ...] = ()

    @property
    def words(self) -> list[str]:
        """The reasons as one reads them."""
        return [REASONS[code][1] for code in self.reasons] + [AGAINST[code][1] for code in self.against]


def identity(
    *,
    name: str,
    kind: str = "company",
    short_name: str = "",
    former_names: Sequence[str] = (),
    uscc: str = "",
    registration_number: str = "",
    phones: Sequence[str] = (),
    address: str = "",
) -> Identity:
    """Make a record comparable; texts in whatever width and script."""
    parts = split_name(name) if kind != "person" else NameParts()
    return Identity(
        kind=kind,
        key=name_key(name),
        sound=pinyin(name, person=kind == "person"),
        parts=parts,
        brand=name_key(parts.brand),
        brand_sound=pinyin(parts.brand, person=False) if parts.brand else "",
        former=frozenset(map(name_key, former_names)),
        short=name_key(short_name),
        code=uscc,
        old_number=registration_number,
        phones=frozenset(key for number in phones if len(key := phone_key(number)) >= 7),
        address=name_key(address) if len(address) >= 8 else "",
    )


def likeness(one: Identity, other: Identity) -> Likeness:
    """Compare two records. Independent reasons add up as 1 − Π(1 − points): same name and same phone 90 + 70 → 97."""
    reasons = [reason for reason in (_codes(one, other), _names(one, other), _phones(one, other), _addresses(one, other)) if reason]
    if not any(reason != "address" for reason in reasons):
        return Likeness(0)
    doubt = 1.0
    for reason in reasons:
        doubt *= 1 - REASONS[reason][0] / 100
    against = tuple(_against(one, other))
    score = min([round(100 * (1 - doubt)), *(AGAINST[code][0] for code in against)])
    return Likeness(score, tuple(sorted(reasons, key=lambda reason: -REASONS[reason][0])), against)


def _codes(one: Identity, other: Identity) -> str:
    if one.code and one.code == other.code:
        return "code"
    return "old_number" if one.old_number and one.old_number == other.old_number else ""


def _phones(one: Identity, other: Identity) -> str:
    return "phone" if one.phones & other.phones else ""


def _addresses(one: Identity, other: Identity) -> str:
    return "address" if one.address and one.address == other.address else ""


def _names(one: Identity, other: Identity) -> str:
    if not one.key or not other.key:
        return ""
    if one.key == other.key:
        return "person_name" if "person" in (one.kind, other.kind) and len(one.key) <= 4 else "name"
    if one.key in other.former or other.key in one.former:
        return "former"
    if one.kind == other.kind == "person":
        return ""
    if one.sound == other.sound and len(one.key) >= 4:
        return "sound"
    return _brands(one, other)


def _brands(one: Identity, other: Identity) -> str:
    """Same or alike brand, told apart by place and trade."""
    if _is_short(one, other) or _is_short(other, one):
        return "short"
    if len(one.brand) < 2 or len(other.brand) < 2:
        return ""
    same_place, nowhere = _places(one.parts, other.parts)
    same_trade = _trades_agree(one.parts.trade, other.parts.trade)
    if one.brand == other.brand:
        return "brand" if same_place and same_trade else "brand_nowhere" if nowhere and same_trade else "brand_place" if same_place else ""
    if not (same_place and same_trade):
        return ""
    if one.brand_sound == other.brand_sound:
        return "brand_sound"
    return "brand_like" if _one_sign_apart(one.brand, other.brand) else ""


def _is_short(one: Identity, other: Identity) -> bool:
    """One was entered by its short name alone: 「瓯泰阀门」 or 「温州瓯泰」 for 温州瓯泰阀门有限公司."""
    if one.short and one.short == other.key:
        return True
    return not one.parts.form and len(one.brand) >= 2 and len(one.key) >= 4 and other.key.startswith(one.key) and bool(other.parts.form)


def _places(one: NameParts, other: NameParts) -> tuple[bool, bool]:
    """(same place, one side names none). A city lies in its province: 浙江 and 温州 agree, 温州 and 杭州 do not."""
    if not one.place or not other.place:
        return False, True
    heads = one.place.rstrip("市省县区"), other.place.rstrip("市省县区")
    inside = heads[0].startswith(heads[1]) or heads[1].startswith(heads[0]) or heads[0].endswith(heads[1]) or heads[1].endswith(heads[0])
    province_only = bool({one.place, other.place} & places.provinces())
    return inside or (province_only and one.province == other.province != ""), False


def _trades_agree(one: str, other: str) -> bool:
    return one == other or bool(one and other and (one.startswith(other) or other.startswith(one)))


def _one_sign_apart(one: str, other: str) -> bool:
    """Three signs or more, of which exactly one differs, is missing or too many."""
    if min(len(one), len(other)) < 3 or abs(len(one) - len(other)) > 1:
        return False
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    short, long = sorted((one, other), key=len)
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def _against(one: Identity, other: Identity) -> list[str]:
    found = []
    if one.code and other.code and one.code != other.code:
        found.append("codes_differ")
    if one.kind != other.kind:
        found.append("kinds_differ")
    if one.key != other.key and (one.parts.form in _BRANCHES) != (other.parts.form in _BRANCHES) and one.parts.form and other.parts.form:
        found.append("branch")
    return found
