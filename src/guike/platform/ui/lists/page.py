"""The list itself. A domain subclasses `ListPage`, declares, and its view calls `respond`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from guike.platform import access, conditions
from guike.platform.access import Reach, Right, Viewer, field_right
from guike.platform.conditions import Choices, FieldSet, Kind
from guike.platform.ui.lists import bulk, export, keyset, panels, saved, state
from guike.platform.ui.lists.cells import Veil
from guike.platform.ui.lists.columns import Action, BulkAction, Column, Group, Phone, Quick, View
from guike.platform.ui.lists.state import BadState, NotReadable, State

Extra = Mapping[str, Any] | None


class ListPage:
    """What a list of one object is. One instance serves one request: `CustomerList().respond(request)`.

    Attributes a domain sets: `object` (access code), `title`, `unit` (measure word), `columns`, `fields` (FieldSet), `quick`, `views`,
    `groups`, `bulk`, `phone`, `default_sort`, `empty_text`, `empty_action` (Action), `search_hint`, `code` when one object has several lists;
    `unread`, the fields that no column shows, which a page therefore leaves in the database.
    """

    object: str = ""
    code: str = ""
    title: str | Promise = ""
    unit: str | Promise = ""
    icon: str = ""
    columns: Sequence[Column] = ()
    fields: FieldSet = FieldSet(())
    quick: Sequence[Quick] = ()
    views: Sequence[View] = ()
    groups: Sequence[Group] = ()
    bulk: Sequence[BulkAction] = ()
    phone: Phone | None = None
    default_sort: str = "-pk"
    empty_text: str | Promise = ""
    empty_action: Action | None = None
    search_hint: str | Promise = ""
    searchable: bool = False
    unread: Sequence[str] = ()
    page_size: int = 30
    cap: int = 5_000
    template: str = "ui/lists/page.html"

    viewer: Viewer

    # --- what a domain may replace -------------------------------------------------------------------------------------

    def queryset(self, viewer: Viewer) -> QuerySet:
        """The rows in sight, with the annotations that columns show."""
        return access.rows(viewer, self.object)

    def search(self, rows: QuerySet, text: str, viewer: Viewer) -> QuerySet:
        """Rows that the text in the list's own search box finds."""
        raise NotImplementedError("set searchable = True only with a search()")

    def row_url(self, row: Any) -> str:
        """Where a row leads; "" when nowhere."""
        return ""

    def cell_url(self) -> str:
        """Where a cell with `edit` is edited, with {pk} and {name}: a page of the domain made by `inplace.respond`; "" = nowhere."""
        return ""

    # --- the answer ----------------------------------------------------------------------------------------------------

    def respond(self, request: HttpRequest, actions: Sequence[Action] = (), extra: Extra = None) -> HttpResponse:
        """The page, its part for htmx, a tool's sheet, an export, or the result of a bulk action."""
        self.viewer = request.viewer  # type: ignore[attr-defined]
        try:
            wanted = self.state(request)
            if request.method == "POST":
                return bulk.respond(self, request, wanted)
            tool = self._tool(request)
            return tool(request, wanted) if tool else self._list(request, wanted, actions, extra)
        except BadState as problem:
            return render(request, "ui/400.html", {"message": str(problem), "problem": problem}, status=403 if problem.way else 400)

    def _tool(self, request: HttpRequest) -> Callable[[HttpRequest, State], HttpResponse] | None:
        if "export" in request.GET:
            return lambda asked, wanted: export.respond(self, asked, wanted)
        if "counts" in request.GET:
            return self._view_counts
        if "panel" in request.GET:
            return lambda asked, wanted: panels.respond(self, asked, wanted)
        return None

    def _list(self, request: HttpRequest, wanted: State, actions: Sequence[Action], extra: Extra) -> HttpResponse:
        from guike.platform.ui.lists.context import list_context

        template = "ui/lists/body.html" if getattr(request.htmx, "target", None) == "gk-list" else self.template  # type: ignore[attr-defined]
        context = list_context(self, request, wanted, actions)
        response = render(request, template, {**context, **(extra or {})})
        response.headers["Vary"] = ", ".join(filter(None, [response.headers.get("Vary"), "HX-Request"]))
        return response

    def _view_counts(self, request: HttpRequest, wanted: State) -> HttpResponse:
        """How many rows each view has, at most 999+; asked for after the page."""
        counts = {}
        for entry in self.all_views:
            if entry["counted"] and self._may_ask(state := self.state_of_view(entry["code"])):
                rows = self.filtered(state)
                found = rows.order_by().values("pk")[:1000].count()
                counts[entry["code"]] = "999+" if found > 999 else found
        return JsonResponse(counts)

    def _may_ask(self, wanted: State) -> bool:
        """Does a view ask only by fields that the viewer may read? Its number of rows would tell what it asks."""
        asked = {*conditions.fields_in(dict(wanted.where)), *(code for code, values in wanted.quick.items() if values)}
        return all(code in self.usable_fields for code in asked)

    # --- what the viewer may use ---------------------------------------------------------------------------------------

    @cached_property
    def veil(self) -> Veil:
        return Veil(self.viewer, self.object)

    @cached_property
    def usable_columns(self) -> list[Column]:
        """Columns the viewer may see at least veiled."""
        return [c for c in self.columns if self.veil.of(c) > Right.HIDDEN]

    @cached_property
    def usable_fields(self) -> FieldSet:
        """Fields the viewer may ask about: asking by a veiled field would reveal it."""
        rights = {f.code: min(field_right(self.viewer, self.object, name) for name in {f.code, f.lookup}) for f in self.fields}
        readable = self.fields.without(code for code, right in rights.items() if right < Right.READ)
        return FieldSet(replace(f, relative=f.relative or f.kind is Kind.DATE, choices=self._asked_once(f.choices)) for f in readable)

    @cached_property
    def usable_quick(self) -> list[Quick]:
        return [q for q in self.quick if q.code in self.usable_fields]

    @staticmethod
    def _asked_once(choices: Choices | Callable[[], Choices]) -> Choices | Callable[[], Choices]:
        """Choices that are read from somewhere, read at most once for this answer: a condition asks for them with every value."""
        return cache(lambda: tuple(choices())) if callable(choices) else choices

    @cached_property
    def usable_groups(self) -> dict[str, Group]:
        """What the viewer may group by: a veiled field would be told by its groups."""
        return {g.code: g for g in self.groups if min(self.veil.right(g.path), self.veil.right(g.code)) >= Right.READ}

    @cached_property
    def usable_bulk(self) -> list[BulkAction]:
        return [action for action in self.bulk if access.allowed(self.viewer, *action.access)]

    @cached_property
    def may_export(self) -> bool:
        return access.allowed(self.viewer, self.object, "export")

    @property
    def selectable(self) -> bool:
        """Are rows ticked: is there anything to do to several?"""
        return bool(self.usable_bulk) or self.may_export

    @property
    def list_code(self) -> str:
        return self.code or self.object

    def view_at(self, code: str) -> View | None:
        return next((view for view in self.shipped_views if view.code == code), None)

    @cached_property
    def shipped_views(self) -> list[View]:
        views = self.views or (View("all", _("全部"), counted=False),)
        return [v for v in views if not v.roles or self.viewer.stands_as(*v.roles)]

    @cached_property
    def saved_views(self) -> list[Any]:
        return list(saved.views_for(self.viewer, self.list_code))

    @cached_property
    def opening_view(self) -> str:
        """The view that an address without one opens: the viewer's own choice, else the first."""
        chosen = saved.opening_view(self.viewer, self.list_code)
        return chosen if chosen and any(view["code"] == chosen for view in self.all_views) else self.shipped_views[0].code

    @property
    def all_views(self) -> list[dict[str, Any]]:
        """Shipped and saved views as tabs."""
        shipped = [{"code": v.code, "label": v.label, "counted": v.counted} for v in self.shipped_views]
        return shipped + [{"code": f"s{v.pk}", "label": v.name, "counted": True} for v in self.saved_views]

    # --- state ---------------------------------------------------------------------------------------------------------

    def state(self, request: HttpRequest) -> State:
        """What the address asks for, checked against what the list and the viewer have. Raises BadState."""
        base = self.state_of_view(request.GET.get("view") or self.opening_view)
        wanted = state.read(request.GET, base, [q.code for q in self.quick])
        self.check(wanted)
        return wanted

    def state_of_view(self, code: str) -> State:
        """The state that a shipped or saved view alone gives."""
        shipped = self.view_at(code)
        if shipped:
            return State(code, sort=self._sort_in(shipped.sort), columns=self._shown_in(shipped))
        kept = next((v for v in self.saved_views if f"s{v.pk}" == code), None)
        if kept is None:
            if owner := saved.owner_of_hidden(self.list_code, code):
                raise BadState(_("这个视图没有共享给你，可让%(owner)s共享") % {"owner": f" {owner} " if owner[0].isascii() else owner})
            raise BadState(_("没有「%(view)s」这个视图，可能已被删除") % {"view": code[:40]})
        found = state.restored(code, kept.kept)
        known = {c.code for c in self.usable_columns}
        columns = tuple(c for c in found.columns if c in known) or self._shown_in(self.shipped_views[0])
        sort = self._sort_in(found.sort)
        return replace(found, view=code, sort=sort, columns=columns, group=found.group if found.group in self.usable_groups else "")

    def left_out(self, wanted: State) -> list[str]:
        """Labels of what a shared view shows or sorts by and this viewer may not read: said above the list."""
        kept = next((v for v in self.saved_views if f"s{v.pk}" == wanted.view), None)
        if kept is None or kept.account_id == self.viewer.account_id:
            return []
        found = state.restored(wanted.view, kept.kept)
        known = {c.code for c in self.usable_columns}
        labels = {c.code: str(c.label) for c in self.columns}
        hidden = [labels[code] for code in found.columns if code not in known and code in labels]
        sort = found.sort.lstrip("-")
        return hidden + [labels[sort] for _ in [0] if sort in labels and sort not in self._sorts and labels[sort] not in hidden]

    @cached_property
    def opening_sort(self) -> str:
        """The list's own order; the newest first for somebody who may not read what it goes by."""
        name = self.default_sort.lstrip("-")
        governing = next((c for c in self.columns if name in (c.code, c.sort)), None)
        hidden = self.veil.veiled(governing) if governing else self.veil.right(name) < Right.READ
        return "-pk" if hidden else self.default_sort

    def _sort_in(self, sort: str) -> str:
        """The sort of a view, as far as this viewer may sort by it."""
        return sort if sort.lstrip("-") in self._sorts else self.opening_sort

    def _shown_in(self, view: View) -> tuple[str, ...]:
        known = {c.code for c in self.usable_columns}
        chosen = [c for c in view.columns if c in known] or [c.code for c in self.usable_columns if c.shown]
        return tuple(dict.fromkeys([c.code for c in self.usable_columns if c.fixed] + chosen))

    @cached_property
    def _sorts(self) -> dict[str, Column]:
        """Columns one may sort by; a veiled one would reveal its order."""
        return {c.code: c for c in self.usable_columns if c.sort and not self.veil.veiled(c)}

    def check(self, wanted: State) -> None:
        """Refuse columns, sorts and conditions that the list does not have or the viewer may not use."""
        known = {c.code for c in self.usable_columns}
        for code in wanted.columns:
            if code not in known:
                self._refuse_unreadable(
                    code, [c for c in self.columns if c.code == code], columns=_less(wanted.columns, code), wanted=wanted
                )
                raise BadState(_("没有「%(name)s」这一列，或不在可见范围内") % {"name": code[:40]})
        if wanted.sort.lstrip("-") not in self._sorts and wanted.sort != self.opening_sort:
            self._refuse_unreadable(
                wanted.sort.lstrip("-"), [c for c in self.columns if c.sort and self.veil.veiled(c)], sort=self.opening_sort, wanted=wanted
            )
            raise BadState(_("不能按「%(name)s」排序") % {"name": wanted.sort.lstrip("-")[:40]})
        if wanted.group and wanted.group not in self.usable_groups:
            raise BadState(_("不能按「%(name)s」分组") % {"name": wanted.group[:40]})
        for code, values in wanted.quick.items():
            if values and code not in self.usable_fields:
                self._refuse_unreadable(code, self.fields, quick={**wanted.quick, code: ()}, wanted=wanted)
                raise BadState(_("不能按「%(name)s」筛选") % {"name": code[:40]})
        for code in sorted(conditions.fields_in(dict(wanted.where))):
            if code not in self.usable_fields:
                self._refuse_unreadable(code, self.fields, where={}, wanted=wanted)
        found = conditions.problems(self.tree(wanted), self.usable_fields)
        if found:
            raise BadState(_("条件有误：%(problem)s") % {"problem": found[0]})

    @staticmethod
    def _refuse_unreadable(code: str, declared: Iterable[Any], *, wanted: State, **without: Any) -> None:
        """Say plainly that a field exists and is not for this viewer, and offer the address without it."""
        label = next((str(one.label) for one in declared if one.code == code), "")
        if label:
            if "columns" in without:
                message = _("这个链接要看「%(label)s」，你的岗位看不到这个字段") % {"label": label}
            elif "sort" in without:
                message = _("这个链接按「%(label)s」排序，你的岗位看不到这个字段") % {"label": label}
            else:
                message = _("这个链接按「%(label)s」筛选，你的岗位看不到这个字段。不用它也能打开，名单会和分享的人看到的不同") % {
                    "label": label
                }
            raise NotReadable(message, label, wanted.url(**without))

    def tree(self, wanted: State) -> dict[str, Any]:
        """The conditions typed or clicked as one tree, without the view's own."""
        parts = [self.quick_tree(code, values) for code, values in wanted.quick.items() if values]
        parts += [dict(wanted.where)] if wanted.where else []
        return {"all": parts} if parts else {}

    def quick_tree(self, code: str, values: Sequence[str]) -> dict[str, Any]:
        """One quick filter as a condition."""
        quick = next(q for q in self.quick if q.code == code)
        field = self.fields.get(code)
        op = "any_of" if field and field.kind is Kind.SEVERAL else "in"
        return quick.where(values) if quick.where else {"field": code, "op": op, "value": list(values)}

    def nothing_found(self, sought: str) -> str:
        """What stands where the rows would be when the conditions leave none; a list says more where it knows why."""
        return _("没有符合这些条件的记录")

    # --- rows ----------------------------------------------------------------------------------------------------------

    def filtered(self, wanted: State) -> QuerySet:
        """The rows of a state, unordered."""
        rows = self.queryset(self.viewer).filter(self._view_condition(wanted))
        if wanted.q and self.searchable:
            rows = self.search(rows, wanted.q, self.viewer)
        tree = self.tree(wanted)
        return rows.filter(conditions.to_q(tree, self.usable_fields)) if tree else rows

    def _view_condition(self, wanted: State) -> Q:
        code = wanted.view
        if kept := next((v for v in self.saved_views if f"s{v.pk}" == code), None) if code.startswith("s") else None:
            code = kept.base
        view = self.view_at(code)
        where: Any = view.where(self.viewer) if view and callable(view.where) else view.where if view else {}
        return where if isinstance(where, Q) else conditions.to_q(where, self.fields)

    def order(self, rows: QuerySet, sort: str) -> keyset.Order:
        """The sort field behind a column's code (or the default sort as declared)."""
        column = self._sorts.get(sort.lstrip("-"))
        path = column.sort if column else sort.lstrip("-")
        sign = "-" if sort.startswith("-") else ""
        try:
            return keyset.order_of(rows, sign + path, column.nullable if column else None)
        except FieldDoesNotExist:
            raise BadState(_("不能按「%(name)s」排序") % {"name": sort.lstrip("-")[:40]}) from None

    def page(self, rows: QuerySet, wanted: State) -> keyset.Page:
        """The page of rows a state asks for, along the sort's index."""
        after, before = self.edges(rows, wanted)
        found = keyset.page(self.read(rows, wanted), self.order(rows, wanted.sort), self.page_size, after=after, before=before)
        self.complete(found.rows)
        return found

    def complete(self, rows: Sequence[Any]) -> None:
        """Put on the rows of a page what their own query does not tell: one more query for all of them."""

    def edges(self, rows: QuerySet, wanted: State) -> tuple[keyset.Cursor | None, keyset.Cursor | None]:
        """After and before which row. Raises BadState."""
        order = self.order(rows, wanted.sort)
        try:
            after = keyset.cursor(wanted.after, order) if wanted.after else None
            return after, keyset.cursor(wanted.before, order) if wanted.before else None
        except keyset.BadCursor:
            raise BadState(_("翻页标记已失效，回到第一页再翻")) from None

    def read(self, rows: QuerySet, wanted: State) -> QuerySet:
        """The rows with all that the shown columns need, and nothing else."""
        return self.with_relations(rows, wanted).defer(*self.unread)

    def with_relations(self, rows: QuerySet, wanted: State) -> QuerySet:
        """Join what the shown columns reach through relations, so that no row asks again."""
        needed = {*wanted.columns, *self._phone_codes()}
        paths = {c.source.rpartition("__")[0] for c in self.usable_columns if c.code in needed and "__" in c.source and not c.render}
        joins = sorted(p for p in paths if p and _is_forward(rows.model, p))
        return rows.select_related(*joins) if joins else rows

    def _phone_codes(self) -> set[str]:
        phone = self.phone
        return {phone.title, phone.seal, phone.figure, phone.note, *phone.second} if phone else set()

    def narrows(self, wanted: State) -> bool:
        """Does anything keep rows out: a search, a condition, a view, the viewer's reach?"""
        asked = wanted.q or self.tree(wanted) or self._view_condition(wanted)
        return bool(asked) or access.reach(self.viewer, self.object, "view") < Reach.ALL


def _less(codes: Sequence[str], code: str) -> tuple[str, ...]:
    return tuple(one for one in codes if one != code)


def _is_forward(model: Any, path: str) -> bool:
    for part in path.split("__"):
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:
            return False
        if not (field.many_to_one or field.one_to_one):
            return False
        model = field.related_model
    return True
