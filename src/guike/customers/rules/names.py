"""Names of customers: what makes two spellings one, how they sound, and how they are found."""

import re
import unicodedata
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from guike.customers.rules.script import SIMPLIFIED
from guike.platform import surnames

#: Words of company names that a dictionary of single characters gets wrong.
WORDS = {
    "重庆": ("chong", "qing"), "长沙": ("chang", "sha"), "长春": ("chang", "chun"), "厦门": ("xia", "men"),
    "大厦": ("da", "sha"), "银行": ("yin", "hang"), "六安": ("lu", "an"), "蚌埠": ("beng", "bu"),
    "乐清": ("yue", "qing"), "台州": ("tai", "zhou"), "丽水": ("li", "shui"), "东莞": ("dong", "guan"),
    "番禺": ("pan", "yu"), "长城": ("chang", "cheng"), "音乐": ("yin", "yue"), "会计": ("kuai", "ji"),
    "重型": ("zhong", "xing"), "长兴": ("chang", "xing"), "长乐": ("chang", "le"), "调味": ("tiao", "wei"),
}  # fmt: skip
#: Characters with several readings, as company names use them: 长城 chang, 商行 hang, 都市 du.
USUAL = {
    "长": "chang",
    "行": "hang",
    "都": "du",
    "重": "zhong",
    "乐": "le",
    "会": "hui",
    "厦": "xia",
    "调": "tiao",
    "车": "che",
    "石": "shi",
}
COMPANY_MARKS = ("公司", "厂", "店", "行", "中心", "社", "院", "部", "集团", "超市", "商场", "酒店", "医院", "学校", "有限")
LEGAL_FORMS = ((re.compile(r"股份有限责任公司|股份公司$"), "股份有限公司"), (re.compile(r"有限责任公司|有限公司公司"), "有限公司"))
CHINESE = re.compile(r"[\u2e80-\U0003ffff]+")
NOISE = re.compile(r"[^\w]|_")
_PAIR = re.compile("|".join(WORDS))
_TRADITIONAL = frozenset(map(chr, SIMPLIFIED))


@lru_cache(maxsize=8192)
def simplified(text: str) -> str:
    """Half width and in simplified characters. Kept, because an import asks several times for each name."""
    text = unicodedata.normalize("NFKC", text)
    return text if _TRADITIONAL.isdisjoint(text) else text.translate(SIMPLIFIED)


@lru_cache(maxsize=8192)
def name_key(name: str) -> str:
    """What two spellings of one name share: width, case, spaces, punctuation, brackets, script and 有限(责任)公司 set aside.

    「温州（瓯泰）閥門有限责任公司」 and 「温州瓯泰阀门有限公司」 share a key. Different legal forms (股份有限公司) do not.
    Equal keys warn of a duplicate; they never merge two customers.
    """
    key = NOISE.sub("", simplified(name).lower())
    for pattern, form in LEGAL_FORMS:
        key = pattern.sub(form, key)
    return key[:120]


def _is_person(name: str) -> bool:
    return 2 <= len(name) <= 4 and not any(mark in name for mark in COMPANY_MARKS)


@lru_cache(maxsize=30_000)
def _syllable(sign: str) -> str:
    return USUAL.get(sign) or lazy_pinyin(sign, style=Style.NORMAL)[0]


def _readings(name: str) -> list[str]:
    readings: list[str] = []
    place = 0
    for pair in _PAIR.finditer(name):
        readings.extend(map(_syllable, name[place : pair.start()]))
        readings.extend(WORDS[pair[0]])
        place = pair.end()
    readings.extend(map(_syllable, name[place:]))
    return readings


def _syllables(name: str, person: bool | None) -> list[str]:
    signs = NOISE.sub("", simplified(name).lower())
    surname = surnames.readings(signs) if signs and (person if person is not None else _is_person(signs)) else []
    return surname + _readings(signs[len(surname) :])


def sounds(name: str, *, person: bool | None = None) -> tuple[str, str]:
    """How a name sounds, without tones or spaces, and its first letters: 贵客 → ("guike", "gk").

    A person's family name is read by our own table: 曾惠 → zenghui. `person` None = guessed from length and company words.
    """
    syllables = _syllables(name, person)
    return "".join(syllables)[:400], "".join([syllable[:1] for syllable in syllables])[:120]


def pinyin(name: str, *, person: bool | None = None) -> str:
    """How a name sounds: 曾惠 → zenghui, 单小燕 → shanxiaoyan."""
    return sounds(name, person=person)[0]


def initials(name: str, *, person: bool | None = None) -> str:
    """First letters of the syllables: 贵客 → gk, 温州瓯泰阀门 → wzotfm."""
    return sounds(name, person=person)[1]


def search_text(*parts: str) -> str:
    """The text a search looks in: lower case, half width, simplified.

    Every Chinese character stands twice: two of them then make four signs, which an index of three-sign pieces can find.
    It begins with a space, so that what begins a word is found behind one.
    """
    joined = " ".join([simplified(part) for part in dict.fromkeys(parts) if part]).lower()
    return CHINESE.sub(_doubled, " " + " ".join(joined.split()))


def _doubled(signs: re.Match[str]) -> str:
    return "".join([sign + sign for sign in signs[0]])


def doubled_initials(letters: str) -> str:
    """Initials as two typed letters find them: gk → GGKK. In capitals, so that nothing else is mistaken for them."""
    return "".join(letter * 2 for letter in letters.upper())


def sought(word: str) -> tuple[str, ...]:
    """What of the search text answers to one typed word; any one of them is enough.

    「温州」 → 「温温州州」 anywhere. Two letters are the beginning of a word, or initials anywhere: gk → " gk", "GGKK". One sign only begins a word.
    An index of three-sign pieces serves each of them.
    """
    text = search_text(word)[1:]
    if len(text) >= 3:
        return (text,)
    return (f" {text}", doubled_initials(text)) if len(text) == 2 and text.isascii() and text.isalpha() else (f" {text}",)
