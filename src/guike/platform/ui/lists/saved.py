"""Keeping, sharing, renaming and dropping views. A view belongs to who saved it; others see it when it is shared, its owner changes it."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from guike.platform import clock
from guike.platform.access import Viewer
from guike.platform.errors import Refused
from guike.platform.kept import kept
from guike.platform.ui.models import OpeningView, SavedView

MOST = 50


def account_of(viewer: Viewer) -> int:
    """The account behind a viewer; 0, which owns nothing, for nobody and the system."""
    return viewer.account_id or 0


def visible_views(viewer: Viewer, list_code: str) -> QuerySet[SavedView]:
    """The viewer's own views of a list, those of the teams they stand in or lead, and those for everybody."""
    own = Q(account_id=account_of(viewer))
    team = Q(audience=SavedView.Audience.TEAM, teams__overlap=_teams(viewer))
    return SavedView.objects.filter(own | team | Q(audience=SavedView.Audience.EVERYONE), list_code=list_code)


def _teams(viewer: Viewer) -> list[int]:
    return sorted(viewer.department_ids | viewer.department_tree_ids)


def owner_of_hidden(list_code: str, code: str) -> str:
    """Who saved a view that is not shared with everybody; "" when there is none of that code."""
    found = SavedView.objects.filter(list_code=list_code, pk=code[1:]).first() if code[1:].isdigit() and code[0] == "s" else None
    return found.saved_by or _("保存它的人") if found else ""


@kept("views")
def views_for(viewer: Viewer, list_code: str) -> tuple[SavedView, ...]:
    """The saved views as tabs of a list."""
    return tuple(visible_views(viewer, list_code))


@kept("views")
def opening_view(viewer: Viewer, list_code: str) -> str:
    """The code of the view with which the list opens for this viewer; "" = the first."""
    found = OpeningView.objects.filter(account_id=account_of(viewer), list_code=list_code).values_list("view", flat=True).first()
    return found or ""


@transaction.atomic
def open_with(*, actor: Viewer, list_code: str, view: str) -> None:
    """Let the list open with this view from now on; "" = with the first again."""
    key: dict[str, Any] = {"account_id": account_of(actor), "list_code": list_code}
    if view:
        OpeningView.objects.update_or_create(**key, defaults={"view": view[:40]})
    else:
        OpeningView.objects.filter(**key).delete()


@transaction.atomic
def save_view(*, actor: Viewer, list_code: str, name: str, base: str, kept: Mapping[str, Any], audience: str = "mine") -> SavedView:
    """Keep the present state under a name. Refused for an empty or used name, and past fifty views of one list."""
    name = _checked_name(name)
    own = SavedView.objects.filter(account_id=account_of(actor), list_code=list_code)
    if own.count() >= MOST:
        raise Refused(_("一个列表最多存 %(n)s 个视图，先删掉不用的") % {"n": MOST}, field="name")
    view = SavedView(list_code=list_code, account_id=account_of(actor), base=base, kept=dict(kept))
    _write(view, name, audience, actor)
    return view


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused(_("视图要有名称"), field="name")
    return name[:30]


def _write(view: SavedView, name: str, audience: str, actor: Viewer) -> None:
    view.name, view.audience = name, audience if audience in SavedView.Audience.values else SavedView.Audience.MINE
    view.teams, view.saved_by, view.updated_at = _teams(actor), actor.name[:60], clock.now()
    if view.audience == SavedView.Audience.TEAM and not view.teams:
        raise Refused(_("账号没有所在部门，不能共享给团队，可选「给所有人」"), field="audience")
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise Refused(_("已有叫「%(name)s」的视图，换个名称") % {"name": name}, field="name") from None


@transaction.atomic
def rename_view(*, actor: Viewer, pk: int, name: str, audience: str) -> SavedView:
    """Give one's own view another name, and say who may see it."""
    view = _own(actor, pk)
    view.version += 1
    _write(view, _checked_name(name), audience, actor)
    return view


@transaction.atomic
def change_view(*, actor: Viewer, pk: int, kept: Mapping[str, Any]) -> SavedView:
    """Overwrite one's own view with the present state."""
    view = _own(actor, pk)
    view.kept = dict(kept)
    view.version += 1
    view.updated_at = clock.now()
    view.save(update_fields=["kept", "version", "updated_at"])
    return view


@transaction.atomic
def drop_view(*, actor: Viewer, pk: int) -> str:
    """Delete one's own view; gives back its name."""
    view = _own(actor, pk)
    view.delete()
    OpeningView.objects.filter(list_code=view.list_code, view=f"s{pk}").delete()
    return view.name


def _own(actor: Viewer, pk: int) -> SavedView:
    view = SavedView.objects.select_for_update().filter(pk=pk, account_id=account_of(actor)).first()
    if view is None:
        raise Refused(_("这个视图不是你存的，可另存为自己的视图"))
    return view


def drop_views_but_of(accounts: Any) -> int:
    """Views that somebody kept for themselves go with their account: those of none of these (ids, or a query of them). Returns how many."""
    return SavedView.objects.filter(audience=SavedView.Audience.MINE).exclude(account_id__in=accounts).delete()[0]
