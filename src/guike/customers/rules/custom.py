"""Values of the company's own fields (PLT-13)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

YES = frozenset({"是", "有", "y", "yes", "true", "1", "√", "对"})
NO = frozenset({"否", "无", "n", "no", "false", "0", "×", "不"})


def _number(text: str) -> str:
    try:
        value = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        raise ValueError("要填数字") from None
    if not value.is_finite():
        raise ValueError("要填数字")
    return format(value.normalize(), "f")


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text.replace("/", "-").replace(".", "-")[:10]).isoformat()
    except ValueError:
        raise ValueError("要填日期，如 2026-11-22") from None


def _flag(text: str) -> bool:
    if text.lower() in YES:
        return True
    if text.lower() in NO:
        return False
    raise ValueError("只能填“是”或“否”")


def _choice(text: str, choices: Sequence[str]) -> str:
    if text not in choices:
        raise ValueError(f"只能选 {'、'.join(choices)}")
    return text


def custom_value(kind: str, value: object, choices: Sequence[str] = ()) -> object:
    """The value as stored in JSON: text, decimal text, ISO date, one of the choices, or a flag; None for a blank.

    「1,200.50」 as a number → "1200.5". ValueError with a sentence for the user when the value does not fit.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if kind == "flag":
        return value if isinstance(value, bool) else _flag(str(value).strip())
    text = str(value).strip()
    if kind == "number":
        return _number(text)
    if kind == "date":
        return _date(text)
    return _choice(text, choices) if kind == "choice" else text
