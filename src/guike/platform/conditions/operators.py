"""One small class per operator: it queries, says itself in words, and checks its operands."""

from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from psycopg import sql

from guike.platform import clock
from guike.platform.conditions.fields import Field, Kind

NUMERIC = (Kind.NUMBER, Kind.MONEY, Kind.PERCENT)
COMPARABLE = (*NUMERIC, Kind.DATE)
DISCRETE = (Kind.CHOICE, Kind.REFERENCE)
#: An id of the database has no more.
ID_DIGITS = 18
SINGLE = tuple(kind for kind in Kind if kind is not Kind.SEVERAL)


def operand(field: Field, value: Any) -> Any:
    """A value as the field's kind has it. Raises `ValueError` with a sentence for the user."""
    if field.kind in NUMERIC:
        try:
            if isinstance(value, bool):
                raise InvalidOperation
            number = Decimal(str(value).replace(",", ""))
        except InvalidOperation:
            raise ValueError(_("「%(label)s」要填数字，现在是「%(value)s」") % {"label": field.label, "value": value}) from None
        if not number.is_finite():
            raise ValueError(_("「%(label)s」要填数字，现在是「%(value)s」") % {"label": field.label, "value": value})
        return number
    if field.kind is Kind.DATE:
        try:
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            raise ValueError(
                _("「%(label)s」要填日期，如 2026-11-22，现在是「%(value)s」") % {"label": field.label, "value": value}
            ) from None
    if field.kind is Kind.FLAG:
        if value not in (True, False, "true", "false"):
            raise ValueError(_("「%(label)s」只能是“是”或“否”") % {"label": field.label})
        return value in (True, "true")
    return _named(field, str(value))


def _named(field: Field, text: str) -> str:
    """A text, one of the choices, or the id of what is referred to."""
    options = field.options() if field.kind in (Kind.CHOICE, Kind.SEVERAL) else {}
    is_id = text.isascii() and text.isdigit() and len(text) <= ID_DIGITS
    if (options and text not in options) or (field.kind is Kind.REFERENCE and not is_id):
        raise ValueError(_("「%(label)s」没有「%(value)s」这一项") % {"label": field.label, "value": text[:80]})
    return text


def shown(field: Field, value: Any) -> str:
    """A value in the user's words: choice labels, units, thousands, yes and no."""
    if field.kind is Kind.FLAG:
        return _("是") if value in (True, "true") else _("否")
    if field.kind in NUMERIC and isinstance(value, Decimal):
        value = f"{value:,f}".replace("-", "−")
    text = field.options().get(str(value), str(value))
    return f"{text} {field.unit}" if field.unit else text


class Operator:
    """`value` is None for operators without operand, a list for those over several."""

    code = ""
    words = ""
    kinds: tuple[Kind, ...] = SINGLE
    operands = 1
    #: Counts from today: for lists only, as a policy is evaluated as of any day.
    relative = False

    def parse(self, field: Field, value: Any) -> Any:
        """The checked operand; raises `ValueError` in the user's words."""
        if value is None or value == "":
            raise ValueError(_("「%(label)s」还没有填值") % {"label": field.label})
        return operand(field, value)

    def q(self, path: str, value: Any) -> Q:
        raise NotImplementedError

    def sql(self, column: sql.Composable, value: Any) -> sql.Composable:
        raise NotImplementedError

    def describe(self, field: Field, value: Any) -> str:
        return f"{field.label} {self.words} {shown(field, value)}"


class Comparison(Operator):
    kinds = COMPARABLE
    lookup = ""
    sign = ""

    def q(self, path: str, value: Any) -> Q:
        return Q(**{f"{path}__{self.lookup}": value})

    def sql(self, column: sql.Composable, value: Any) -> sql.Composable:
        return sql.SQL("({} {} {})").format(column, sql.SQL(self.sign), sql.Literal(value))


class AtLeast(Comparison):
    code, words, lookup, sign = "gte", "≥", "gte", ">="


class MoreThan(Comparison):
    code, words, lookup, sign = "gt", ">", "gt", ">"


class AtMost(Comparison):
    code, words, lookup, sign = "lte", "≤", "lte", "<="


class LessThan(Comparison):
    code, words, lookup, sign = "lt", "<", "lt", "<"


class Is(Operator):
    code, words = "eq", "是"

    def q(self, path: str, value: Any) -> Q:
        return Q(**{path: value})

    def sql(self, column: sql.Composable, value: Any) -> sql.Composable:
        return sql.SQL("({} = {})").format(column, sql.Literal(value))


class IsNot(Operator):
    """Also true where nothing is on file: an empty grade is not A."""

    code, words = "ne", "不是"

    def q(self, path: str, value: Any) -> Q:
        return ~Q(**{path: value}) | Q(**{f"{path}__isnull": True})

    def sql(self, column: sql.Composable, value: Any) -> sql.Composable:
        return sql.SQL("({} IS DISTINCT FROM {})").format(column, sql.Literal(value))


class Several(Operator):
    operands = 2
    kinds: tuple[Kind, ...] = (*DISCRETE, Kind.TEXT, *NUMERIC)

    def parse(self, field: Field, value: Any) -> list[Any]:
        if not isinstance(value, list | tuple) or not value:
            raise ValueError(_("「%(label)s」至少选一项") % {"label": field.label})
        return [operand(field, item) for item in value]

    def describe(self, field: Field, value: Any) -> str:
        return f"{field.label} {self.words} {'、'.join(shown(field, item) for item in value)}"


class In(Several):
    code, words = "in", "属于"

    def q(self, path: str, value: Any) -> Q:
        return Q(**{f"{path}__in": value})

    def sql(self, column: sql.Composable, value: Any) -> sql.Composable:
        return sql.SQL("({} IN ({}))").format(column, sql.SQL(", ").join(map(sql.Literal, value)))


class NotIn(Several):
    """Also true where nothing is on file."""

    code, words = "not_in", "不属于"

    def q(self, path: str, value: Any) -> Q:
        return ~Q(**{f"{path}__in": value}) | Q(**{f"{path}__isnull": True})

    def sql(self, column: sql.Composable, value: Any) -> sql.Composable:
        return sql.SQL("({0} IS NULL OR {0} NOT IN ({1}))").format(column, sql.SQL(", ").join(map(sql.Literal, value)))


class Between(Operator):
    """Both ends belong to it."""

    code, words, kinds, operands = "between", "介于", COMPARABLE, 2

    def parse(self, field: Field, value: Any) -> list[Any]:
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise ValueError(_("「%(label)s」要填起止两个值") % {"label": field.label})
        low, high = (operand(field, item) for item in value)
        if low > high:
            raise ValueError(_("「%(label)s」的起点大于终点") % {"label": field.label})
        return [low, high]

    def q(self, path: str, value: Any) -> Q:
        return Q(**{f"{path}__range": value})

    def sql(self, column: sql.Composable, value: Any) -> sql.Composable:
        return sql.SQL("({} BETWEEN {} AND {})").format(column, *map(sql.Literal, value))

    def describe(self, field: Field, value: Any) -> str:
        return f"{field.label} {shown(field, value[0])}～{shown(field, value[1])}"


class Contains(Operator):
    code, words, kinds = "contains", "含", (Kind.TEXT,)

    def q(self, path: str, value: Any) -> Q:
        return Q(**{f"{path}__icontains": value})

    def sql(self, column: sql.Composable, value: Any) -> sql.Composable:
        escaped = value.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        return sql.SQL("({} ILIKE {})").format(column, sql.Literal(f"%{escaped}%"))


class NoOperand(Operator):
    operands = 0

    def parse(self, field: Field, value: Any) -> None:
        return None

    def describe(self, field: Field, value: Any) -> str:
        return f"{field.label}{self.words}"


class IsEmpty(NoOperand):
    code, words = "empty", "未填"

    def q(self, path: str, value: Any) -> Q:
        return Q(**{f"{path}__isnull": True})

    def sql(self, column: sql.Composable, value: Any) -> sql.Composable:
        return sql.SQL("({} IS NULL)").format(column)


class IsFilled(NoOperand):
    code, words = "filled", "已填"

    def q(self, path: str, value: Any) -> Q:
        return Q(**{f"{path}__isnull": False})

    def sql(self, column: sql.Composable, value: Any) -> sql.Composable:
        return sql.SQL("({} IS NOT NULL)").format(column)


class AnyOf(Several):
    """A list on file that shares a word with the list asked for."""

    code, words, kinds = "any_of", "含任一", (Kind.SEVERAL,)

    def q(self, path: str, value: Any) -> Q:
        return Q(**{f"{path}__overlap": value})

    def sql(self, column: sql.Composable, value: Any) -> sql.Composable:
        return sql.SQL("({} && {}::varchar[])").format(column, sql.Literal(list(value)))


class AllOf(AnyOf):
    code, words = "all_of", "含全部"

    def q(self, path: str, value: Any) -> Q:
        return Q(**{f"{path}__contains": value})

    def sql(self, column: sql.Composable, value: Any) -> sql.Composable:
        return sql.SQL("({} @> {}::varchar[])").format(column, sql.Literal(list(value)))


class NoneOf(AnyOf):
    code, words = "none_of", "不含"

    def q(self, path: str, value: Any) -> Q:
        return ~Q(**{f"{path}__overlap": value})

    def sql(self, column: sql.Composable, value: Any) -> sql.Composable:
        return sql.SQL("(NOT {} && {}::varchar[])").format(column, sql.Literal(list(value)))


class HasNone(NoOperand):
    code, words, kinds = "none", "一个也没有", (Kind.SEVERAL,)

    def q(self, path: str, value: Any) -> Q:
        return Q(**{path: []})

    def sql(self, column: sql.Composable, value: Any) -> sql.Composable:
        return sql.SQL("({} = '{{}}')").format(column)


class Days(Operator):
    """So many days from today; a date not on file is neither."""

    kinds = (Kind.DATE,)
    relative = True

    def parse(self, field: Field, value: Any) -> int:
        text = str("" if value is None else value).strip()
        if not text.isdecimal() or int(text) > 36500:
            raise ValueError(_("「%(label)s」要填天数，如 30，现在是「%(value)s」") % {"label": field.label, "value": text})
        return int(text)

    def describe(self, field: Field, value: Any) -> str:
        return f"{field.label}{self.words} {value} {_('天')}"


class DaysPast(Days):
    code, words = "days_past", "已过超过"

    def q(self, path: str, value: Any) -> Q:
        return Q(**{f"{path}__lt": clock.today() - timedelta(days=value)})


class WithinPast(Days):
    code, words = "within_past", "在最近"

    def q(self, path: str, value: Any) -> Q:
        return Q(**{f"{path}__gte": clock.today() - timedelta(days=value), f"{path}__lte": clock.today()})


class WithinNext(Days):
    code, words = "within_next", "在今后"

    def q(self, path: str, value: Any) -> Q:
        return Q(**{f"{path}__gte": clock.today(), f"{path}__lte": clock.today() + timedelta(days=value)})


class Overdue(NoOperand):
    code, words, kinds, relative = "overdue", "早于今天", (Kind.DATE,), True

    def q(self, path: str, value: Any) -> Q:
        return Q(**{f"{path}__lt": clock.today()})


OPERATORS: dict[str, Operator] = {
    operator.code: operator
    for operator in (
        AtLeast(),
        MoreThan(),
        AtMost(),
        LessThan(),
        Is(),
        IsNot(),
        In(),
        NotIn(),
        Between(),
        Contains(),
        IsEmpty(),
        IsFilled(),
        AnyOf(),
        AllOf(),
        NoneOf(),
        HasNone(),
        Overdue(),
        DaysPast(),
        WithinPast(),
        WithinNext(),
    )
}


def for_kind(kind: Kind, *, relative: bool = False) -> list[Operator]:
    """The operators that a field of this kind offers; those that count from today for lists."""
    return [one for one in OPERATORS.values() if kind in one.kinds and (relative or not one.relative)]
