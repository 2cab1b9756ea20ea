"""Headers as people write them, brought to one form: 「*客户名称（必填）」, 「客户 名称」 and 「客戶名稱」 are the same header."""

import re
import unicodedata

#: Traditional characters that occur in headers, with their simplified forms.
_TRADITIONAL = str.maketrans(
    "戶稱號碼電話聯繫係絡編類別產業負責員區縣鎮門時間開賬帳稅務額數單價訂貨發機構職備註說級經銷齡書證採購預計實際營範圍傳網郵億萬幣與關鍵標籤來狀態歲個離創訪問題處權",
    "户称号码电话联系系络编类别产业负责员区县镇门时间开账账税务额数单价订货发机构职备注说级经销龄书证采购预计实际营范围传网邮亿万币与关键标签来状态岁个离创访问题处权",
)
_BRACKETS = re.compile(r"[(\[{〔【［<《].*?[)\]}〕】］>》]")
_MARKS = re.compile(r"[\s*＊#:：,，、.。;；!！?？'\"“”‘’·/\\|_\-—–~～&]+")
_WORDS = re.compile(r"(?:必填项?|选填项?|非必填|必录|可空)$")


def normalise(header: object) -> str:
    """One form per header: half-width, simplified, lower case; without blanks, line breaks, stars, signs, brackets and units."""
    text = unicodedata.normalize("NFKC", str(header or "")).translate(_TRADITIONAL).lower()
    without = _BRACKETS.sub("", text)
    bare = _WORDS.sub("", _MARKS.sub("", without))
    return bare or _MARKS.sub("", re.sub(r"[(\[{〔【［<《)\]}〕】］>》]", "", text))


def is_starred(header: object) -> bool:
    """The header carries a mark that the column must be filled."""
    text = str(header or "")
    return bool(re.search(r"[*＊]|必填|必录", text)) and "非必填" not in text
