"""Lists for programs: the conditions, search and scope of the pages' lists, pages by keyset, changes since a moment (PLT-07, PRF-1)."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field, create_model

from guike.platform import access, conditions, history
from guike.platform.access import Reach, Viewer
from guike.platform.api import schemas
from guike.platform.api.problems import Problem
from guike.platform.api.resources import Resource, json_answer
from guike.platform.ui.lists import ListPage, keyset
from guike.platform.ui.lists.gathering import gather

MOST, USUAL = 200, 50
SALT = "guike.api.cursor"
CHANGED = "changed_at"


class Asked(Schema):
    """What a list may be asked."""

    q: str | None = Field(None, max_length=100, description="搜索框里能搜的文字")
    where: str | None = Field(
        None, max_length=5000, description='条件，JSON：{"field":"grade","op":"in","value":["A"]}，可用 all、any、not 组合'
    )
    sort: str | None = Field(None, max_length=60, description="列的代码，前面加 - 为倒序；不写按 id")
    fields: str | None = Field(None, max_length=2000, description="只要这些字段，用逗号隔开")
    limit: int = Field(USUAL, ge=1, le=MOST, description="一页多少条")
    cursor: str | None = Field(None, max_length=2000, description="上一页给的 next")


def question_of(resource: Resource) -> Any:
    """The query parameters of a resource's list."""
    more: dict[str, Any] = {
        name: (kind | None, Field(None, description=f"等于，{lookup}")) for name, (lookup, kind) in resource.exact.items()
    }
    if _keeps_changes(resource):
        more["updated_since"] = (schemas.Moment | None, Field(None, description="只要这一刻之后改过的，连同停用和合并的"))
    return create_model(f"{resource.object.title().replace('_', '')}Question", __base__=Asked, **more)


def _keeps_changes(resource: Resource) -> bool:
    return any(field.name == CHANGED for field in resource.model._meta.concrete_fields)


def respond(resource: Resource, viewer: Viewer, asked: Any) -> HttpResponse:
    """A page of a resource's list. Four queries at most, however many rows."""
    names = resource.wanted(viewer, asked.fields)
    since = getattr(asked, "updated_since", None)
    listing = _Listing(resource, viewer, asked, since)
    found = listing.page()
    live = [row for row in found.rows if not listing.is_gone(row)]
    if resource.completed:
        listing.list_page.complete(live)
    body: dict[str, Any] = {"data": [resource.tell(viewer, row, names) for row in live], "next": listing.next_of(found)}
    if since is not None:
        body["removed"] = [*listing.gone(found.rows), *listing.deleted(asked.cursor)]
        body["until"] = listing.until
    return json_answer(body, rows=len(live))


@dataclass
class _Listing:
    resource: Resource
    viewer: Viewer
    asked: Any
    since: datetime | None

    def __post_init__(self) -> None:
        self.list_page: ListPage = self.resource.list_page(self.viewer)
        self.until = safe_moment() if self.since else None
        self.rows, self.narrowed = self._filtered()
        self.order = self._order()

    # --- which rows ----------------------------------------------------------------------------------------------------

    def _filtered(self) -> tuple[QuerySet, bool]:
        rows = self._everything() if self.since else self.resource.rows(self.viewer)
        narrowed = access.reach(self.viewer, self.resource.object, "view") < Reach.ALL
        if self.asked.q:
            if not self.list_page.searchable:
                raise Problem(422, "no_search", _("这个列表不能搜索"), field="q")
            rows, narrowed = self.list_page.search(rows, self.asked.q.strip(), self.viewer), True
        for name, (lookup, _kind) in self.resource.exact.items():
            if (value := getattr(self.asked, name)) is not None:
                rows, narrowed = rows.filter(**{lookup: value}), True
        if self.asked.where:
            rows, narrowed = rows.filter(self._conditions()), True
        if self.since:
            rows = rows.filter(**{f"{CHANGED}__gte": self.since})
        return rows, narrowed and not self.since

    def _everything(self) -> QuerySet:
        """Also what was removed: whoever synchronises has to hear of it."""
        model: Any = self.resource.model
        manager = model.everything if hasattr(model, "everything") else model._default_manager
        within = access.within(self.viewer, self.resource.object, "view")
        return manager.filter(within).select_related(*self.resource.related)

    def _conditions(self) -> models.Q:
        try:
            tree = json.loads(self.asked.where)
        except (ValueError, RecursionError):
            raise Problem(422, "where", _("where 不是 JSON"), field="where") from None
        fields = self.list_page.usable_fields
        if found := conditions.problems(tree, fields):
            raise Problem(422, "where", _("条件有误：%(problem)s") % {"problem": found[0]}, field="where")
        return conditions.to_q(tree, fields)

    # --- in which order ------------------------------------------------------------------------------------------------

    def _order(self) -> keyset.Order:
        if self.since:
            if self.asked.sort:
                raise Problem(422, "sort", _("updated_since 按改动时间排，不能再用 sort"), field="sort")
            return keyset.order_of(self.rows, CHANGED, False)
        sort = self.asked.sort or "id"
        if sort.lstrip("-") == "id":
            return keyset.order_of(self.rows, "-pk" if sort.startswith("-") else "pk")
        columns = {c.code: c for c in self.list_page.usable_columns if c.sort and not self.list_page.veil.veiled(c)}
        column = columns.get(sort.lstrip("-"))
        if column is None:
            raise Problem(422, "sort", _("不能按「%(name)s」排序") % {"name": sort.lstrip("-")[:40]}, field="sort")
        try:
            return keyset.order_of(self.rows, ("-" if sort.startswith("-") else "") + column.sort, column.nullable)
        except FieldDoesNotExist:
            raise Problem(422, "sort", _("不能按「%(name)s」排序") % {"name": sort.lstrip("-")[:40]}, field="sort") from None

    # --- pages ---------------------------------------------------------------------------------------------------------

    @property
    def question(self) -> str:
        """What a cursor belongs to: another question or another account cannot go on with it."""
        exact = {name: str(getattr(self.asked, name)) for name in self.resource.exact}
        told = [self.resource.code, self.viewer.account_id, self.asked.q, self.asked.where, self.asked.sort, str(self.since), exact]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]

    def page(self) -> keyset.Page:
        after = self._cursor() if self.asked.cursor else None
        found = gather(self.rows, self.rows, self.order, self.asked.limit, ListPage.cap, after=after).page if self.narrowed else None
        return found or keyset.page(self.rows, self.order, self.asked.limit, after=after)

    def _cursor(self) -> keyset.Cursor:
        try:
            question, token = signing.loads(self.asked.cursor, salt=SALT)
            if question == self.question:
                return keyset.cursor(token, self.order)
        except (signing.BadSignature, keyset.BadCursor, ValueError, TypeError):
            pass
        raise Problem(422, "cursor", _("cursor 不属于这个查询，从第一页重新开始"), field="cursor")

    def next_of(self, found: keyset.Page) -> str | None:
        if not found.has_next or not found.rows:
            return None
        last = found.rows[-1]
        mark = keyset.Cursor(keyset.sort_value(last, self.order.path), last.pk, found.before + len(found.rows) - 1)
        return signing.dumps([self.question, mark.token()], salt=SALT)

    # --- what is there no more -----------------------------------------------------------------------------------------

    def is_gone(self, row: Any) -> bool:
        return bool(self.resource.gone and getattr(row, self.resource.gone) is not None)

    def gone(self, rows: Any) -> list[dict[str, Any]]:
        """Rows of this page taken out of use; into which other one they were merged, where that is in sight."""
        found = [row for row in rows if self.is_gone(row)]
        into = {row.merged_into_id for row in found if getattr(row, "merged_into_id", None)}
        seen = set(access.rows(self.viewer, self.resource.object).filter(pk__in=into).values_list("pk", flat=True)) if into else set()
        return [self._told(row, seen) for row in found]

    def _told(self, row: Any, seen: set[int]) -> dict[str, Any]:
        merged = getattr(row, "merged_into_id", None)
        told = {"id": row.pk, "number": getattr(row, self.resource.number, None), "removed_at": getattr(row, self.resource.gone)}
        return {**told, "merged_into": merged if merged in seen else None}

    def deleted(self, cursor: str | None) -> list[dict[str, Any]]:
        """Rows deleted altogether (an import undone), on the first page; told to those who see every row, as it can no longer be
        said whose a deleted row was."""
        if cursor or access.reach(self.viewer, self.resource.object, "view") < Reach.ALL or not history.is_tracked(self.resource.model):
            return []
        events: Any = history.event_model(self.resource.model)._default_manager
        found = events.filter(pgh_label="delete", pgh_created_at__gte=self.since).values_list("pgh_obj_id", "pgh_created_at")
        return [{"id": pk, "number": None, "removed_at": at, "merged_into": None} for pk, at in found.order_by("pgh_id")[:10_000]]


def safe_moment() -> datetime:
    """The moment up to which every change is committed: what is written now carries a later mark, or began before and still runs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT LEAST(now(), min(xact_start)) FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL"
            " AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]
