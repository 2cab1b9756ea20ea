"""Keeping, sharing and dropping views. A view belongs to who saved it; a shared one is seen by all, changed by its owner."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from guike.platform import clock
from guike.platform.access import Viewer
from guike.platform.errors import Refused
from guike.platform.ui.models import SavedView

MOST = 50


def account_of(viewer: Viewer) -> int:
    """The account behind a viewer; 0, which owns nothing, for nobody and the system."""
    return viewer.account_id or 0


def visible_views(viewer: Viewer, list_code: str) -> QuerySet[SavedView]:
    """The viewer's own views of a list and the shared ones."""
    return SavedView.objects.filter(Q(account_id=account_of(viewer)) | Q(shared=True), list_code=list_code)


@transaction.atomic
def save_view(*, actor: Viewer, list_code: str, name: str, base: str, kept: Mapping[str, Any], shared: bool = False) -> SavedView:
    """Keep the present state under a name. Refused for an empty or used name, and past fifty views of one list."""
    name = name.strip()
    if not name:
        raise Refused(_("视图要有名称"), field="name")
    own = SavedView.objects.filter(account_id=account_of(actor), list_code=list_code)
    if own.count() >= MOST:
        raise Refused(_("一个列表最多存 %(n)s 个视图，先删掉不用的") % {"n": MOST}, field="name")
    try:
        with transaction.atomic():
            return SavedView.objects.create(
                list_code=list_code,
                name=name,
                account_id=account_of(actor),
                base=base,
                kept=dict(kept),
                shared=shared,
                updated_at=clock.now(),
            )
    except IntegrityError:
        raise Refused(_("已有叫「%(name)s」的视图，换个名称") % {"name": name}, field="name") from None


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
    return view.name


def _own(actor: Viewer, pk: int) -> SavedView:
    view = SavedView.objects.select_for_update().filter(pk=pk, account_id=account_of(actor)).first()
    if view is None:
        raise Refused(_("这个视图不是你存的，可另存为自己的视图"))
    return view
