"""Family names that sound otherwise than their characters usually do: 曾 is zeng, 单 is shan, 尉迟 is yuchi (PLT-09)."""

SURNAMES = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "区": "ou", "查": "zha", "任": "ren", "朴": "piao", "尹": "yin",
    "盖": "ge", "缪": "miao", "乐": "yue", "冼": "xian", "洗": "xian", "翟": "zhai", "覃": "qin", "宓": "fu", "员": "yun",
    "晁": "chao", "召": "shao", "繁": "po", "折": "she", "黑": "he", "秘": "bi", "重": "chong", "种": "chong", "乜": "nie",
    "万": "wan", "俞": "yu", "句": "gou", "那": "na", "华": "hua", "逄": "pang", "牟": "mu", "尉": "wei", "葛": "ge",
    "燕": "yan", "纪": "ji", "宁": "ning", "过": "guo", "应": "ying", "柏": "bai", "贲": "ben", "郗": "xi", "祭": "zhai",
    "石": "shi", "车": "che", "谌": "chen", "隗": "wei", "哈": "ha", "曲": "qu", "瞿": "qu", "尧": "yao", "卜": "bu",
}  # fmt: skip
COMPOUND = {
    "尉迟": ("yu", "chi"), "长孙": ("zhang", "sun"), "万俟": ("mo", "qi"), "澹台": ("tan", "tai"), "令狐": ("ling", "hu"),
    "单于": ("chan", "yu"), "皇甫": ("huang", "fu"), "夏侯": ("xia", "hou"), "诸葛": ("zhu", "ge"), "欧阳": ("ou", "yang"),
    "上官": ("shang", "guan"), "司马": ("si", "ma"), "东方": ("dong", "fang"), "独孤": ("du", "gu"), "慕容": ("mu", "rong"),
}  # fmt: skip


def readings(name: str) -> list[str]:
    """The syllables of a family name that needs our own reading; empty where the usual one holds: 单小燕 → ["shan"]."""
    if name[:2] in COMPOUND:
        return list(COMPOUND[name[:2]])
    return [SURNAMES[name[0]]] if name[:1] in SURNAMES else []
