"""Who may do what to which rows and fields: decided here, from one declaration per object, denied by default (PLT-01, CUS-12).

A domain's `access.py` calls `declare(…)` once per object. Pages carry `@page(object, action)`; rows leave the database only
through `rows` and `row`. Out of reach is 404, a missing right is 403.
"""

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.auth.views import redirect_to_login
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.translation import gettext as _

from guike.platform.errors import Forbidden
from guike.platform.rights import SHIPPED, Reach, Right, Rights
from guike.platform.roles import ROLES


@dataclass(frozen=True)
class Viewer:
    """Who is looking: account, person, roles and the departments they stand in (`_tree_` includes those below)."""

    account_id: int | None = None
    person_id: int | None = None
    name: str = ""
    login: str = ""
    roles: frozenset[str] = frozenset()
    department_ids: frozenset[int] = frozenset()
    department_tree_ids: frozenset[int] = frozenset()
    is_system: bool = False
    preferences: Mapping[str, str] = field(default_factory=dict, compare=False, hash=False)
    rights: Rights = field(default=SHIPPED, repr=False)

    def stands_as(self, *codes: str) -> bool:
        """Does one hold one of these roles, or a role of the company's own made from it? For what is shown; no right hangs on it."""
        return bool({self.rights.base(role) for role in self.roles}.intersection(codes)) or self.has_role(*codes)

    def has_role(self, *codes: str) -> bool:
        return bool(self.roles.intersection(codes))


ANONYMOUS = Viewer()
SYSTEM = Viewer(name="系统", is_system=True)


@dataclass(frozen=True)
class Scope:
    """Where a row says whose it is. Paths are ORM lookups; `through` borrows the scope of the object it hangs on."""

    owner: str | None = None
    department: str | None = None
    shared: str | None = None
    through: tuple[str, str] | None = None
    everyone: bool = False


class Grant:
    """What one role may do: action → reach. `Grant(view=Reach.BELOW, change=Reach.OWN)`."""

    def __init__(self, **actions: Reach):
        self.actions = actions


@dataclass(frozen=True)
class FieldRule:
    """A field not everybody reads: the right by default and by role.

    `mask` names how it is veiled (phone, email, account, all; "" = a veil tells nothing, so it is not offered); `writable` False for what
    is worked out or written elsewhere.
    """

    label: str
    default: Right = Right.HIDDEN
    rights: Mapping[str, Right] = field(default_factory=dict)
    mask: str = "all"
    writable: bool = True


def open_field(label: str, *, mask: str = "", writable: bool = True) -> FieldRule:
    """A field that everybody who sees the row reads as shipped, and that the administrator may keep from a role."""
    return FieldRule(label, Right.WRITE if writable else Right.READ, mask=mask, writable=writable)


@dataclass(frozen=True)
class Declaration:
    code: str
    model: str
    label: str
    scope: Scope
    grants: Mapping[str, Grant]
    fields: Mapping[str, FieldRule]
    actions: Mapping[str, str]

    def model_class(self) -> type[models.Model]:
        return apps.get_model(self.model)


#: Actions every object may use, with the word on screen; a declaration may add its own.
ACTIONS = {"view": "查看", "add": "新建", "change": "修改", "delete": "删除", "import": "导入", "export": "导出", "reveal": "查看明文"}
_declared: dict[str, Declaration] = {}


def declare(
    code: str,
    *,
    model: str,
    label: str,
    scope: Scope,
    grants: Mapping[str, Grant],
    fields: Mapping[str, FieldRule] | None = None,
    actions: Mapping[str, str] | None = None,
) -> None:
    """The one declaration of an object. Unknown roles or actions raise, so a typing error cannot open or close a door unseen."""
    known = {**ACTIONS, **(actions or {})}
    for role, grant in grants.items():
        if role not in ROLES:
            raise ValueError(f"{code}: unknown role {role}")
        if unknown := set(grant.actions) - set(known):
            raise ValueError(f"{code}: unknown action {unknown}")
    _declared[code] = Declaration(code, model, label, scope, dict(grants), dict(fields or {}), known)


def declarations() -> Mapping[str, Declaration]:
    """All objects, for the page that explains the roles and for the tests that walk them."""
    return _declared


def reach(viewer: Viewer, code: str, action: str) -> Reach:
    """How far this viewer's right to an action goes; NONE where no role grants it."""
    declaration = _declared[code]
    if action not in declaration.actions:
        raise ValueError(f"{code} has no action {action}")
    if viewer.is_system:
        return Reach.ALL
    rights = viewer.rights
    return max((rights.granted(role, declaration).get(action, Reach.NONE) for role in viewer.roles), default=Reach.NONE)


def allowed(viewer: Viewer, code: str, action: str) -> bool:
    """May the viewer do this to any row at all?"""
    return reach(viewer, code, action) > Reach.NONE


def require(viewer: Viewer, code: str, action: str) -> None:
    """Raise `Forbidden` with a sentence that names the missing right."""
    if not allowed(viewer, code, action):
        declaration = _declared[code]
        raise Forbidden(
            _("没有%(action)s%(object)s的权限，可找管理员开通") % {"action": _(declaration.actions[action]), "object": declaration.label}
        )


def within(viewer: Viewer, code: str, action: str, prefix: str = "") -> Q:
    """The condition that keeps a queryset within reach; `prefix` when the object is reached through a relation."""
    extent = reach(viewer, code, action)
    scope = _declared[code].scope
    if extent is Reach.NONE:
        return Q(pk__in=[])
    if extent is Reach.ALL or scope.everyone:
        return Q()
    if scope.through:
        parent, path = scope.through
        return within(viewer, parent, "view", f"{prefix}{path}__") & _own_reach(viewer, parent, extent, f"{prefix}{path}__")
    return _own_reach(viewer, code, extent, prefix)


def _own_reach(viewer: Viewer, code: str, extent: Reach, prefix: str) -> Q:
    scope = _declared[code].scope
    if scope.through:
        parent, path = scope.through
        return _own_reach(viewer, parent, extent, f"{prefix}{path}__")
    condition = Q(pk__in=[])
    if scope.owner:
        condition |= Q(**{f"{prefix}{scope.owner}": viewer.person_id}) if viewer.person_id else Q()
    if scope.shared and viewer.person_id:
        condition |= _shared_with(viewer, scope, prefix)
    if scope.department and extent >= Reach.DEPARTMENT:
        departments = viewer.department_tree_ids if extent >= Reach.BELOW else viewer.department_ids
        condition |= Q(**{f"{prefix}{scope.department}__in": departments})
    return condition


def rows(viewer: Viewer, code: str, action: str = "view") -> models.QuerySet:
    """The one door to rows: those of the object that the viewer may do `action` to; none where the right is missing."""
    return _declared[code].model_class()._default_manager.filter(within(viewer, code, action))


def row(viewer: Viewer, code: str, pk: Any, action: str = "view", *, lock: bool = False) -> Any:
    """One row, or `Http404` when out of sight, or `Forbidden` when seen but not allowed. `lock` takes it FOR UPDATE."""
    declaration = _declared[code]
    seen = rows(viewer, code, "view") if "view" in declaration.actions else rows(viewer, code, action)
    if lock:
        seen = seen.select_for_update(of=("self",))
    found = seen.filter(pk=pk).first()
    if found is None:
        require(viewer, code, "view")
        raise Http404(_("没有找到这条%(object)s，或不在可见范围内") % {"object": declaration.label})
    if action != "view":
        require(viewer, code, action)
        if not rows(viewer, code, action).filter(pk=pk).exists():
            raise Forbidden(
                _("这条%(object)s不归你负责，不能%(action)s") % {"object": declaration.label, "action": _(declaration.actions[action])}
            )
    return found


@dataclass(frozen=True)
class Grounds:
    """Why a row lies within somebody's reach: it is theirs, shared with them, of their department, or below it."""

    own: bool = False
    shared: bool = False
    department: bool = False
    below: bool = False

    def reached_by(self, extent: Reach) -> bool:
        """Does a right of this reach get there?"""
        needed = {Reach.NONE: False, Reach.ALL: True, Reach.OWN: self.own or self.shared}
        needed[Reach.DEPARTMENT] = self.own or self.shared or self.department
        needed[Reach.BELOW] = needed[Reach.DEPARTMENT] or self.below
        return needed[extent]


def grounds(viewer: Viewer, code: str, pk: Any) -> Grounds:
    """On which grounds this viewer's reach could get to a row, whatever their rights. For explanations; shows no row."""
    scope, prefix = _declared[code].scope, ""
    while scope.through:
        parent, path = scope.through
        scope, prefix = _declared[parent].scope, f"{prefix}{path}__"
    found = _declared[code].model_class()._default_manager.filter(pk=pk)

    def has(condition: Q) -> bool:
        return found.filter(condition).exists()

    own = bool(scope.owner and viewer.person_id) and has(Q(**{f"{prefix}{scope.owner}": viewer.person_id}))
    shared = bool(scope.shared and viewer.person_id) and has(_shared_with(viewer, scope, prefix))
    department = bool(scope.department) and has(Q(**{f"{prefix}{scope.department}__in": viewer.department_ids}))
    below = bool(scope.department) and has(Q(**{f"{prefix}{scope.department}__in": viewer.department_tree_ids}))
    return Grounds(own, shared, department, below)


def _shared_with(viewer: Viewer, scope: Scope, prefix: str) -> Q:
    shared_model, row_column, person_column = (scope.shared or "").split(":")
    rows_shared = apps.get_model(shared_model).objects.filter(**{person_column: viewer.person_id}).values(row_column)
    return Q(**{f"{prefix}pk__in": rows_shared})


def field_right(viewer: Viewer, code: str, name: str) -> Right:
    """What the viewer gets of a field; a field without a rule may be read and written by whoever may change the row."""
    declaration = _declared[code]
    rule = declaration.fields.get(name)
    if rule is None or viewer.is_system:
        return Right.WRITE
    rights = viewer.rights
    return max((rights.right(role, declaration, name) for role in viewer.roles), default=rule.default)


def reads(viewer: Viewer, code: str, *names: str) -> bool:
    """May the viewer read all of these fields in clear?"""
    return all(field_right(viewer, code, name) >= Right.READ for name in names)


def hidden_fields(viewer: Viewer, code: str) -> frozenset[str]:
    """Fields this viewer must never meet, in no page, sort, filter, export or history."""
    return frozenset(name for name in _declared[code].fields if field_right(viewer, code, name) is Right.HIDDEN)


# --- pages -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PageAccess:
    """What a URL declares: `public`, `signed_in`, an object's action (`row` names the URL part that is the row's id), or `api`: for each
    method what the key's scope and its owner must allow (`platform.api.gate`).
    """

    kind: str
    object: str = ""
    action: str = ""
    row: str = ""
    operations: Mapping[str, Any] = field(default_factory=dict, compare=False, hash=False)


def _mark(view: Callable, access: PageAccess) -> Callable:
    view.access = access  # type: ignore[attr-defined]
    return view


def public(view: Callable) -> Callable:
    """Open to everybody: log-in, health, the error pages."""
    return _mark(view, PageAccess("public"))


def _viewer(request: HttpRequest) -> Viewer:
    return getattr(request, "viewer", ANONYMOUS)


def _to_login(request: HttpRequest) -> HttpResponse:
    if getattr(request, "htmx", False):
        return HttpResponse(status=401, headers={"HX-Redirect": f"/login/?next={request.path}"})
    return redirect_to_login(request.get_full_path())


#: What pages are asked with. A view that tells "posted" from "anything else" would take a PUT for a look.
METHODS = ("GET", "HEAD", "OPTIONS", "POST")


def _by_method(view: Callable, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return view(request, *args, **kwargs) if request.method in METHODS else HttpResponseNotAllowed(METHODS)


def signed_in(view: Callable) -> Callable:
    """For every login, whatever the role."""

    @functools.wraps(view)
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _viewer(request).account_id:
            return _to_login(request)
        return _by_method(view, request, *args, **kwargs)

    return _mark(check, PageAccess("signed_in"))


def page(code: str, action: str = "view", *, row: str = "") -> Callable[[Callable], Callable]:
    """For those who may do `action` to the object; the row itself is checked by the selector or service behind the view."""

    def decorate(view: Callable) -> Callable:
        @functools.wraps(view)
        def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            viewer = _viewer(request)
            if not viewer.account_id:
                return _to_login(request)
            require(viewer, code, action)
            return _by_method(view, request, *args, **kwargs)

        return _mark(check, PageAccess("page", code, action, row))

    return decorate


def visible(viewer: Viewer, code: str, names: Iterable[str]) -> list[str]:
    """Those of `names` that the viewer may at least see veiled."""
    hidden = hidden_fields(viewer, code)
    return [name for name in names if name not in hidden]
