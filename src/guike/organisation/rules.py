"""What holds for people and departments, without a database: roles, functions, password policy, lockout."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from guike.platform.roles import ROLES, SEPARATED

ROLE_SYNONYMS: dict[str, str] = {
    "销售": "salesperson",
    "销售员": "salesperson",
    "销售代表": "salesperson",
    "销售顾问": "salesperson",
    "置业顾问": "salesperson",
    "客户经理": "salesperson",
    "业务代表": "salesperson",
    "业务经理": "sales_manager",
    "大区经理": "sales_manager",
    "区域经理": "sales_manager",
    "销售主管": "sales_manager",
    "销售总监": "sales_manager",
    "市场": "marketing",
    "市场专员": "marketing",
    "市场部经理": "marketing",
    "市场经理": "marketing",
    "客服专员": "service",
    "客户服务": "service",
    "技术服务": "technician",
    "技术员": "technician",
    "工程师": "technician",
    "会计": "finance",
    "出纳": "finance",
    "财务部": "finance",
    "仓管": "warehouse",
    "仓库": "warehouse",
    "仓储部": "warehouse",
    "库管": "warehouse",
    "分管领导": "executive",
    "副总经理": "executive",
    "分管副总": "executive",
    "总监": "executive",
    "信息员": "clerk",
    "文员": "clerk",
    "助理": "clerk",
}
"""What other people's spreadsheets call the roles."""

FUNCTIONS: dict[str, str] = {
    "sales": "销售",
    "marketing": "市场",
    "service": "客服",
    "technical": "技术支持",
    "finance": "财务",
    "warehouse": "仓储",
    "rnd": "研发",
    "management": "管理",
    "other": "其他",
}
"""Function of a department (ORG-01) → name on screen."""

_FUNCTION_WORDS: tuple[tuple[str, str], ...] = (
    ("销售", "sales"),
    ("业务", "sales"),
    ("大区", "sales"),
    ("片区", "sales"),
    ("区域", "sales"),
    ("办事处", "sales"),
    ("市场", "marketing"),
    ("企划", "marketing"),
    ("客服", "service"),
    ("服务", "service"),
    ("售后", "service"),
    ("技术", "technical"),
    ("工程", "technical"),
    ("财务", "finance"),
    ("仓", "warehouse"),
    ("物流", "warehouse"),
    ("研发", "rnd"),
    ("总经", "management"),
    ("管理", "management"),
    ("行政", "management"),
    ("人事", "management"),
)

PASSWORDS_KEPT = 5
FAILURES_PER_LOGIN = 5
FAILURES_PER_ADDRESS = 30
LOCKED_FOR = timedelta(minutes=15)
#: Knocks at a shut door that are written down within an hour, of one login and of one address; more would let somebody fill the disk.
KNOCKS_PER_HOUR = 20


def role_of(text: str) -> str | None:
    """The role code for what somebody typed: a code, its name or a usual synonym; None when unknown.

    >>> role_of("业务员"), role_of("大区经理"), role_of("administrator")
    ('salesperson', 'sales_manager', 'administrator')
    """
    word = re.sub(r"\s", "", text)
    if word in ROLES:
        return word
    by_name = {name: code for code, name in ROLES.items()}
    return by_name.get(word) or ROLE_SYNONYMS.get(word)


def function_of(department_name: str) -> str:
    """The likely function of a department from its name; `other` when nothing in the name tells.

    >>> function_of("浙南片区"), function_of("财务部"), function_of("党办")
    ('sales', 'finance', 'other')
    """
    return next((code for word, code in _FUNCTION_WORDS if word in department_name), "other")


def split_path(text: str) -> list[str]:
    """The names of a department path as people write it: 「销售部/浙南片区」, also with ／, > or \\."""
    return [name for part in re.split(r"[/／>＞\\]", text) if (name := part.strip())]


def normal_login(text: str) -> str:
    """A login as it is stored: without spaces around, half-width, lower case (「Chen.SY」 and 「chen.sy」 are one)."""
    return unicodedata.normalize("NFKC", text).strip().lower()


@dataclass(frozen=True)
class PasswordProblem:
    """Why a password is refused: `code` for programs, `detail` a number the message needs."""

    code: str
    detail: int = 0


def password_problems(
    password: str, *, personal: Sequence[str], common: frozenset[str], length: int = 10, classes: int = 3
) -> list[PasswordProblem]:
    """What is wrong with a new password (PLT-01); empty when it may be used.

    At least `length` characters; `classes` of the 4 classes lower case, upper case, digit, other (a Chinese character is "other"); not a
    password that everybody tries, decorated or not; none of the `personal` words (login, name, its pinyin, phone) in it.
    """
    problems = []
    if len(password) < length:
        problems.append(PasswordProblem("short", length))
    if _classes(password) < classes:
        problems.append(PasswordProblem("plain", classes))
    lowered = password.lower()
    if lowered in common or _stem(lowered) in common or _repeats(lowered, common):
        problems.append(PasswordProblem("common"))
    if any(len(word) >= (3 if word.isascii() else 2) and word.lower() in lowered for word in personal):
        problems.append(PasswordProblem("personal"))
    return problems


def _classes(password: str) -> int:
    kinds = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")
    return sum(1 for kind in kinds if re.search(kind, password))


def _repeats(password: str, common: frozenset[str]) -> bool:
    """A few characters, or a password that everybody tries, written again and again: 「aaaaaaaaaaaa」, 「passwordpassword」."""
    again = re.fullmatch(r"(.+?)\1+", password)
    return again is not None and (len(again[1]) <= 3 or again[1] in common)


def _stem(password: str) -> str:
    """The word somebody decorated: 「p@ssw0rd2026!」 → 「password」."""
    undecorated = re.sub(r"[0-9\W_]+$", "", password)
    return undecorated.translate(str.maketrans("@013457$!", "aoleastsi"))


@dataclass(frozen=True)
class Guard:
    """Failures counted for one login or one address, and until when it is shut."""

    failures: int
    last_failure: datetime | None
    locked_until: datetime | None


def locked(guard: Guard, now: datetime) -> bool:
    """Is the door shut at this moment?"""
    return guard.locked_until is not None and now < guard.locked_until


def after_failure(guard: Guard, now: datetime, limit: int) -> Guard:
    """The count after one more failure: `limit` failures shut the door for 15 minutes; older ones are forgotten.

    >>> from datetime import datetime
    >>> now = datetime(2026, 11, 24, 9)
    >>> after_failure(Guard(4, now, None), now, 5).locked_until
    datetime.datetime(2026, 11, 24, 9, 15)
    """
    fresh = guard.last_failure is not None and now - guard.last_failure < LOCKED_FOR and guard.locked_until is None
    failures = (guard.failures if fresh else 0) + 1
    return Guard(failures, now, now + LOCKED_FOR if failures >= limit else None)


def login_is_usable(login: str) -> bool:
    """2–60 letters (Chinese ones too), digits and . _ - @."""
    return bool(re.fullmatch(r"[\w.@-]{2,60}", login))


_ROLE_BY_FUNCTION = {
    "sales": "salesperson",
    "marketing": "marketing",
    "service": "service",
    "technical": "technician",
    "rnd": "technician",
    "finance": "finance",
    "warehouse": "warehouse",
}
_LEADS = ("经理", "主管", "总监", "主任", "部长")


def likely_role(title: str, function: str) -> str:
    """The role for a post whose sheet does not say one: by the title, else by the department's function; a clerk where nothing tells.

    Never an administrator's role or `executive`: those must be written down.

    >>> likely_role("综合代表", "sales"), likely_role("大区经理", "sales"), likely_role("会计", "finance"), likely_role("", "other")
    ('salesperson', 'sales_manager', 'finance', 'clerk')
    """
    known = role_of(title)
    if known and known not in ("administrator", "executive", *SEPARATED):
        return known
    if function == "sales" and any(word in title for word in _LEADS):
        return "sales_manager"
    return _ROLE_BY_FUNCTION.get(function, "clerk")


SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "Mac"), ("Linux", "Linux"))
BROWSERS = (
    (r"wxwork/", "企业微信"), (r"MicroMessenger/", "微信"), (r"DingTalk/", "钉钉"), (r"Lark/", "飞书"), (r"Edg\w*/", "Edge"), (r"Firefox/", "Firefox"),
    (r"(?:Chrome|CriOS)/", "Chrome"), (r"Safari/", "Safari"),
)  # fmt: skip


def device_name(agent: str) -> str:
    """「Windows · Edge」 from what a browser says of itself; what it says, shortened, where that tells nothing.

    >>> device_name("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0")
    'Windows · Edge'
    """
    system = next((name for word, name in SYSTEMS if word in agent), "")
    browser = next((name for pattern, name in BROWSERS if re.search(pattern, agent)), "")
    return " · ".join(part for part in (system, browser) if part) or agent[:40]
