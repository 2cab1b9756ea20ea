"""How people's names sound, for search by letters: 曾惠 is found by zenghui and by zh."""

from pypinyin import Style, lazy_pinyin

#: Family names that sound otherwise than the character usually does.
SURNAMES = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "区": "ou", "查": "zha", "任": "ren", "朴": "piao", "盖": "ge",
    "缪": "miao", "乐": "yue", "冼": "xian", "翟": "zhai", "覃": "qin", "晁": "chao", "繁": "po", "折": "she", "黑": "he",
    "秘": "bi", "重": "chong", "种": "chong", "万": "wan", "句": "gou", "那": "na", "华": "hua", "尉": "wei", "葛": "ge",
    "燕": "yan", "宁": "ning", "过": "guo", "应": "ying", "柏": "bai", "祭": "zhai", "车": "che", "谌": "chen", "员": "yun",
}  # fmt: skip
COMPOUND = {"尉迟": ("yu", "chi"), "长孙": ("zhang", "sun"), "万俟": ("mo", "qi"), "单于": ("chan", "yu"), "澹台": ("tan", "tai")}


def of_name(name: str) -> str:
    """Syllables together, then their first letters: 「单小燕」 → 「shanxiaoyan sxy」."""
    plain = name.strip().lower()
    head = list(COMPOUND.get(plain[:2], ())) or [SURNAMES[plain[0]] for _ in [0] if plain[:1] in SURNAMES]
    syllables = head + lazy_pinyin(plain[len(head) :], style=Style.NORMAL)
    return f"{''.join(syllables)} {''.join(s[:1] for s in syllables)}"[:160]
