"""What the shell shows about the company and the person; the layers above provide it, the kit does not import them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from guike.platform.access import ANONYMOUS, ROLES, Viewer

SHEET_TARGET = "gk-sheet-body"
#: The small sheet in which a picker makes a new row; the form that asked stays open below it.
QUICK_TARGET = "gk-quick-body"
THEMES = ("light", "dark", "auto")
DENSITIES = ("comfortable", "compact")


@dataclass
class _Providers:
    company_name: Callable[[], str] = lambda: ""
    help: Callable[[str], str] = lambda path: ""
    card: Callable[[HttpRequest], str] = lambda request: ""
    company_logo: Callable[[], str] = lambda: ""
    user_line: Callable[[Viewer], str] = lambda viewer: "、".join(ROLES[r] for r in sorted(viewer.roles) if r in ROLES)
    clause_href: Callable[[str], str] = lambda name: ""
    keep_preferences: Callable[[Viewer, dict[str, str]], None] = lambda viewer, chosen: None


_providers = _Providers()


def provide_preference_keeper(keep: Callable[[Viewer, dict[str, str]], None]) -> None:
    """Who keeps theme, density and language with the account, so that they hold on every device."""
    _providers.keep_preferences = keep


def keep_preferences(viewer: Viewer, chosen: dict[str, str]) -> None:
    _providers.keep_preferences(viewer, chosen)


def provide_company_name(name: Callable[[], str]) -> None:
    """Who tells the company's name under the brand."""
    _providers.company_name = name


def provide_help(address: Callable[[str], str]) -> None:
    """Who tells where the handbook helps with the page at an address (PLT-12)."""
    _providers.help = address


def help_address(path: str) -> str:
    return _providers.help(path)


def provide_card(card: Callable[[HttpRequest], str]) -> None:
    """Who draws a small card over whole pages, empty where there is nothing to say: the guided tour (PLT-12)."""
    _providers.card = card


def card(request: HttpRequest) -> str:
    return _providers.card(request)


def provide_company_logo(url: Callable[[], str]) -> None:
    """Who tells the address of the company's mark; empty = the program's own."""
    _providers.company_logo = url


def company_logo() -> str:
    return _providers.company_logo()


def provide_user_line(line: Callable[[Viewer], str]) -> None:
    """Who tells the small line under the user's name: 浙南片区 · 业务员 (parts joined by the caller with ` · `)."""
    _providers.user_line = line


def provide_clause_href(href: Callable[[str], str]) -> None:
    """Who tells where a named clause (《客户管理制度》第十六条) can be read; empty where nowhere."""
    _providers.clause_href = href


def clause_href(name: str) -> str:
    return _providers.clause_href(name) if name else ""


def company_name() -> str:
    return _providers.company_name()


def user_line(viewer: Viewer) -> str:
    return _providers.user_line(viewer)


def viewer_of(request: HttpRequest | None) -> Viewer:
    """The viewer the sign-in middleware put on the request; nobody otherwise."""
    return getattr(request, "viewer", None) or ANONYMOUS


def in_sheet(request: HttpRequest | None) -> bool:
    """True when htmx asks for the page to be shown in the sheet: the same view then answers with a fragment."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and getattr(htmx, "target", None) in (SHEET_TARGET, QUICK_TARGET)


def in_quick(request: HttpRequest | None) -> bool:
    """True when a picker asks for the page in order to make a new row."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and getattr(htmx, "target", None) == QUICK_TARGET


def preference(request: HttpRequest | None, name: str, choices: tuple[str, ...]) -> str:
    """A display preference: the account's, else the browser's cookie, else the first choice."""
    chosen = viewer_of(request).preferences.get(name) or (request.COOKIES.get(f"gk_{name}") if request else None)
    return chosen if chosen in choices else choices[0]
