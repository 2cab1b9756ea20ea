"""How values look on a screen: amounts, dates, phones, relative days. Pure text in, text out (interface.md, mock/notes.md)."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from guike.platform import clock, masks, money

NOTHING = "—"
WEEKDAYS = (
    gettext_noop("周一"),
    gettext_noop("周二"),
    gettext_noop("周三"),
    gettext_noop("周四"),
    gettext_noop("周五"),
    gettext_noop("周六"),
    gettext_noop("周日"),
)
NEAR = {0: gettext_noop("今天"), 1: gettext_noop("昨天"), -1: gettext_noop("明天")}
MOBILE = re.compile(r"1\d{10}")


def _decimal(value: object) -> Decimal | None:
    try:
        return None if value in (None, "") else Decimal(str(value))
    except InvalidOperation:
        return None


def yuan(value: object) -> str:
    """¥1,234,567.00; `—` for nothing."""
    amount = _decimal(value)
    return NOTHING if amount is None else money.yuan(amount)


def wan(value: object, digits: int = 1) -> str:
    """612.4 for 6,124,000 yuan, without the unit; `—` for nothing and for zero (a list shows zero as `—`)."""
    amount = _decimal(value)
    return NOTHING if not amount else money.wan(amount, digits)


def number(value: object, digits: int | None = None) -> str:
    """1,234,567 or with `digits` decimals; a minus is −; trailing zeros of a Decimal are dropped when `digits` is not given."""
    amount = _decimal(value)
    if amount is None:
        return NOTHING
    if digits is None:
        amount = amount.normalize()
        digits = max(0, -int(amount.as_tuple().exponent))
    return f"{amount:,.{digits}f}".replace("-", "−")


def percent(value: object, digits: int = 0) -> str:
    """82% for 0.82."""
    amount = _decimal(value)
    return NOTHING if amount is None else f"{amount * 100:,.{digits}f}%".replace("-", "−")


def as_day(value: date | datetime | None) -> date | None:
    """The business day of a date or an aware moment."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def day(value: date | datetime | None) -> str:
    """2026-11-22"""
    found = as_day(value)
    return found.isoformat() if found else NOTHING


def short_day(value: date | datetime | None) -> str:
    """11-22 in this year, 2025-11-22 otherwise."""
    found = as_day(value)
    if found is None:
        return NOTHING
    return f"{found:%m-%d}" if found.year == clock.today().year else found.isoformat()


def day_and_note(value: date | datetime | None) -> tuple[str, str]:
    """The two lines of a timeline's day: 11-13 and 周五; of another year 11-13 and 2025."""
    found = as_day(value)
    if found is None:
        return NOTHING, ""
    return f"{found:%m-%d}", weekday(found) if found.year == clock.today().year else str(found.year)


def weekday(value: date | datetime | None) -> str:
    """周日"""
    found = as_day(value)
    return _(WEEKDAYS[found.weekday()]) if found else ""


def moment(value: datetime | None) -> str:
    """11-22 17:20, with the year when it is another one."""
    if value is None:
        return NOTHING
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{short_day(local)} {local:%H:%M}"


def ago(value: date | datetime | None) -> str:
    """11 天前 / 昨天 / 今天 / 明天 / 3 天后; `—` for never."""
    found = as_day(value)
    if found is None:
        return NOTHING
    days = (clock.today() - found).days
    if days in NEAR:
        return _(NEAR[days])
    return _("%(days)s 天前") % {"days": f"{days:,}"} if days > 0 else _("%(days)s 天后") % {"days": f"{-days:,}"}


def phone(value: object) -> str:
    """138 0013 8000; anything that is not a mainland mobile number stays as typed."""
    text = str(value or "").strip()
    digits = text.replace(" ", "").replace("-", "").removeprefix("+86")
    return f"{digits[:3]} {digits[3:7]} {digits[7:]}" if MOBILE.fullmatch(digits) else text or NOTHING


def masked(value: object) -> str:
    """138****8000"""
    text = str(value or "").replace(" ", "")
    return masks.phone(text) if text else NOTHING
