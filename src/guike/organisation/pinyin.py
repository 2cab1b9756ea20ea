"""How people's names sound, for search by letters: 曾惠 is found by zenghui and by zh."""

from pypinyin import Style, lazy_pinyin

from guike.platform import surnames


def of_name(name: str) -> str:
    """Syllables together, then their first letters: 「单小燕」 → 「shanxiaoyan sxy」."""
    plain = name.strip().lower()
    head = surnames.readings(plain)
    syllables = head + lazy_pinyin(plain[len(head) :], style=Style.NORMAL)
    return f"{''.join(syllables)} {''.join(s[:1] for s in syllables)}"[:160]
