"""A person's request: its states, its time, why it may be refused, what the law holds back (个人信息保护法 第四十四至五十条). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


def _(text: str) -> str:
    """Marks a word for the catalogues; pages translate it."""
    return text


REQUEST_STATES = {
    "open": _("处理中"),
    "waiting": _("待复核"),
    "erasing": _("删除中"),
    "done": _("已办结"),
    "refused": _("已拒绝"),
}
#: What may follow what. `erasing` goes back where the work failed.
MOVES: dict[str, frozenset[str]] = {
    "open": frozenset({"waiting", "erasing", "done", "refused"}),
    "waiting": frozenset({"open", "erasing"}),
    "erasing": frozenset({"done", "open"}),
    "done": frozenset(),
    "refused": frozenset(),
}
#: A request may be refused for these reasons only, and the person is told which (第五十条).
REFUSALS = {
    "identity": _("核对不了身份"),
    "nothing": _("没有这个人的资料"),
    "secret": _("法律规定要保密或不必告知（第十八条、第四十五条）"),
    "held": _("法定保存期没满（第四十七条）"),
    "others": _("会损害他人权益"),
    "repeated": _("没有新情况的重复请求"),
    "current": _("又有往来，没有到期"),
    "stopped": _("本公司停办"),
}
#: Nobody's request is refused so: only what the company itself began because a term was over.
OWN_REFUSALS = frozenset({"current", "stopped"})
#: Working days within which a request is answered, and how many before the end are reminded of.
WORKDAYS = 15
REMIND_DAYS = 5


def may_become(state: str, wanted: str) -> bool:
    return wanted in MOVES[state]


def request_moves_sql() -> str:
    """The table of moves as the database enforces it."""
    branches = " ".join(
        f"WHEN '{old}' THEN NEW.state IN ({', '.join(repr(one) for one in sorted(found))})" for old, found in MOVES.items() if found
    )
    return (
        f"IF NOT (CASE OLD.state {branches} ELSE false END) THEN RAISE EXCEPTION 'request % cannot move from % to %', NEW.id, OLD.state,"
        " NEW.state USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
    )


@dataclass(frozen=True)
class Pause:
    """One legal reason to keep until a day. `everything`: a hold placed by hand keeps all that was known, a contract only what proves it."""

    words: str
    until: date
    everything: bool = False
    hold_id: int | None = None


def kept_until(pauses: Iterable[Pause], proves_contract: bool, today: date) -> Pause | None:
    """What holds a column back the longest, None where it may go at once. A contract holds only what proves it; a day that is over holds nothing.

    >>> order = Pause("订单", date(2029, 3, 1))
    >>> kept_until([order], True, date(2026, 11, 26)) == order, kept_until([order], False, date(2026, 11, 26))
    (True, None)
    """
    holding = [one for one in pauses if one.until >= today and (one.everything or proves_contract)]
    return max(holding, key=lambda one: (one.until, one.everything), default=None)


def why_not_erase(*, checked: bool, state: str, other_open: int, open_orders: int) -> str:
    """The code of what stands against erasing now; "" where nothing does."""
    if not may_become(state, "erasing"):
        return "state"
    if not checked:
        return "identity"
    if other_open:
        return "requests"
    if open_orders:
        return "orders"
    return ""
