"""Rights given by the company: changed with a reason, kept as differences, confirmed by a second administrator where that is asked (PLT-01)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from guike.organisation.models import Account, OwnRole, Post, RightsChange, RightsState, RoleRight
from guike.organisation.selectors import roles as words
from guike.organisation.selectors.chain import held_on
from guike.organisation.selectors.rights import present
from guike.platform import clock
from guike.platform.access import Viewer, declarations, require
from guike.platform.errors import Forbidden, Refused, Stale
from guike.platform.rights import ACTION, Cell, Reach, Rights, narrowed, offered_reaches, offered_rights, too_far
from guike.platform.roles import ROLES
from guike.platform.verbs import verb

#: Whoever may do both can give every other right, to himself too: somebody must always be able to.
KEEPING = (("account", "change"), ("role", "change"))


@verb("organisation.change_rights")
def change_rights(
    role: str, wanted: Mapping[Cell, int], *, actor: Viewer, reason: str, seen: Mapping[Cell, int] | None = None
) -> RightsChange:
    """Set cells of one role. `seen` are the values shown to whoever decides: others in the meantime raise `Stale`.

    Refused: a value that means nothing for the object, an action that would reach further than looking, taking the last way to
    administer away. What merely follows from looking at less is narrowed with it.
    """
    rights = _begin(actor, "change")
    cells = consequences(rights, role, wanted)
    for cell, value in (seen or {}).items():
        if words.value_of(rights, cell) != value:
            raise Stale(_("「%(part)s」刚被别人改过，刷新后再改") % {"part": words.part_label(cell)})
    if not cells:
        raise Refused(_("和现在的权限一样，没有要保存的"))
    return _ask("rights", role, {"cells": [_kept(rights, cell, value) for cell, value in sorted(cells.items())]}, actor, reason, rights)


@verb("organisation.reset_rights")
def reset_rights(role: str, *, actor: Viewer, reason: str, object: str = "") -> RightsChange:
    """Back to what is shipped: one object, or the whole role."""
    rights = _begin(actor, "change")
    own = [cell for cell in rights.changed if cell.role == role and object in ("", cell.object) and cell.object in declarations()]
    wanted = {cell: words.shipped_value(rights, cell) for cell in own}
    cells = {cell: value for cell, value in wanted.items() if words.value_of(rights, cell) != value}
    if not cells:
        raise Refused(_("这里和出厂权限一样"))
    return _ask("rights", role, {"cells": [_kept(rights, cell, value) for cell, value in sorted(cells.items())]}, actor, reason, rights)


@verb("organisation.copy_role")
def copy_role(source: str, name: str, *, actor: Viewer, reason: str) -> RightsChange:
    """A role of the company's own that may what `source` may now."""
    rights = _begin(actor, "add")
    _known(source)
    _refuse_name(name)
    content = {"name": name.strip(), "source": words.role_name(source), "from": source}
    return _ask("copy", "", content, actor, reason, rights)


@verb("organisation.rename_role")
def rename_role(role: str, name: str, *, actor: Viewer, reason: str) -> RightsChange:
    rights = _begin(actor, "change")
    own = _own(role)
    _refuse_name(name, except_for=own.pk)
    return _ask("rename", role, {"name": name.strip(), "before": own.name}, actor, reason, rights)


@verb("organisation.close_role")
def close_role(role: str, *, actor: Viewer, reason: str) -> RightsChange:
    """Offer a role of the company's own no more. Refused while somebody holds it."""
    rights = _begin(actor, "change")
    own = _own(role)
    _refuse_held(own)
    return _ask("close", role, {"name": own.name}, actor, reason, rights)


@verb("organisation.reopen_role")
def reopen_role(role: str, *, actor: Viewer, reason: str) -> RightsChange:
    rights = _begin(actor, "change")
    return _ask("reopen", role, {"name": _own(role).name}, actor, reason, rights)


@verb("organisation.set_two_person")
def set_two_person(on: bool, *, actor: Viewer, reason: str) -> RightsChange:
    """From now on a second administrator confirms every change of rights, or no longer. Asks for two people who can."""
    rights = _begin(actor, "change")
    if on == rights.two_person:
        raise Refused(_("已经是这样"))
    if on and confirmers().count() < 2:
        raise Refused(_("能确认权限变更的只有一人，先让另一个人当管理员或安全管理员"))
    names = {True: str(_("开")), False: str(_("关"))}
    return _ask("two_person", "", {"on": on, "before": names[not on], "after": names[on]}, actor, reason, rights)


@verb("organisation.confirm_rights")
def confirm_change(pk: int, *, actor: Viewer) -> RightsChange:
    """The second administrator agrees: it counts from the next request on. Not the one who asked."""
    _begin(actor, "confirm")
    entry = _waiting(pk)
    if entry.asked_by_id == actor.account_id and not actor.is_system:
        raise Forbidden(_("自己提的权限变更要由另一位管理员确认"))
    _carry_out(entry)
    return _decided(entry, RightsChange.State.DONE, actor)


@verb("organisation.decline_rights")
def decline_change(pk: int, *, actor: Viewer, note: str) -> RightsChange:
    _begin(actor, "confirm")
    return _decided(_waiting(pk), RightsChange.State.DECLINED, actor, note)


@verb("organisation.withdraw_rights")
def withdraw_change(pk: int, *, actor: Viewer) -> RightsChange:
    """Who asked takes it back."""
    _begin(actor, "change")
    entry = _waiting(pk)
    if entry.asked_by_id != actor.account_id:
        raise Forbidden(_("只有提出的人能撤回"))
    return _decided(entry, RightsChange.State.WITHDRAWN, actor)


def consequences(rights: Rights, role: str, wanted: Mapping[Cell, int]) -> dict[Cell, int]:
    """The cells that really change, those narrowed along with looking included. Raises `Refused` for values that make no sense."""
    _known(role)
    changed = {cell: value for cell, value in wanted.items() if _sensible(cell, value) and words.value_of(rights, cell) != value}
    for code in {cell.object for cell in changed if cell.part == ACTION}:
        declaration = declarations()[code]
        actions = dict(rights.granted(role, declaration))
        asked = {cell.name: Reach(value) for cell, value in changed.items() if cell.object == code and cell.part == ACTION}
        far = [action for action in too_far(declaration, {**actions, **asked}) if action in asked]
        if far:
            sees = words.value_label(Cell(role, code, ACTION, "view"), {**actions, **asked}.get("view", Reach.NONE))
            raise Refused(
                _("「%(action)s」不能比「查看」更远，「查看」是%(view)s") % {"action": _(declaration.actions[far[0]]), "view": sees},
                field=f"action-{far[0]}",
            )
        after = narrowed(declaration, {**actions, **asked})
        changed |= {
            Cell(role, code, ACTION, action): extent for action, extent in after.items() if extent != actions.get(action, Reach.NONE)
        }
    return changed


def keeping_roles(rights: Rights) -> list[str]:
    """The roles with which one can give every right there is."""
    return [role for role in ROLES if all(_may(rights, role, *one) for one in KEEPING)]


def able(roles: list[str]) -> QuerySet[Account]:
    """The accounts that can log in with one of these roles today."""
    by_post = held_on(clock.today(), Post.objects.filter(role__in=roles)).values("person_id")
    return Account.objects.filter(is_active=True, person__active=True).filter(Q(roles__overlap=roles) | Q(person_id__in=by_post))


def keepers() -> QuerySet[Account]:
    """Who can administer now."""
    return able(keeping_roles(present()))


def confirmers() -> QuerySet[Account]:
    rights = present()
    return able([role for role in ROLES if _may(rights, role, "role", "confirm")])


def needs_second(rights: Rights, role: str, cells: Mapping[Cell, int], actor: Viewer) -> bool:
    """Must another administrator confirm this? With the setting always; otherwise when somebody widens a role he holds himself.

    Where nobody else could confirm, the change counts at once: it is in the log with its reason.
    """
    if actor.is_system:
        return False
    widens = role in actor.roles and any(value > words.value_of(rights, cell) for cell, value in cells.items())
    return (rights.two_person or widens) and confirmers().exclude(pk=actor.account_id).exists()  # type: ignore[misc]


def refuse_own_gain(person_id: int, added: set[str], actor: Viewer) -> None:
    """Nobody gives himself a role: another administrator does it. Where there is no other, it is allowed, or the door would stay shut."""
    gained = added - actor.roles
    if gained and person_id == actor.person_id and keepers().exclude(pk=actor.account_id).exists():  # type: ignore[misc]
        raise Refused(_("不能给自己加角色「%(role)s」，由另一位管理员来加") % {"role": words.role_name(min(gained))}, code="own_gain")


def refuse_unknown_role(role: str, *, field: str) -> None:
    """A role that may be given: a shipped one, or an open one of the company's own, whose row is held until it is given."""
    if role in ROLES.shipped:
        return
    if not OwnRole.objects.select_for_update(no_key=True).filter(code=role, open=True).exists():
        raise Refused(_("没有角色「%(role)s」") % {"role": words.role_name(role)}, field=field)


# --- asking and carrying out -------------------------------------------------------------------------------------------


def _begin(actor: Viewer, action: str) -> Rights:
    """Authorised, and one change of rights at a time: the state's row is locked. The rights as they are after that."""
    require(actor, "role", action)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO organisation_rightsstate (id, version, two_person) VALUES (1, gen_random_uuid(), false) ON CONFLICT (id) DO NOTHING"
        )
    RightsState.objects.select_for_update().get(pk=1)
    return present()


def _ask(kind: str, role: str, content: dict[str, Any], actor: Viewer, reason: str, rights: Rights) -> RightsChange:
    if not reason.strip():
        raise Refused(_("写一句为什么改"), field="reason")
    cells = {_cell(role, one): one["after"] for one in content.get("cells", ())}
    entry = RightsChange.objects.create(
        kind=kind, role=role, content=content, reason=reason.strip(), asked_by_id=actor.account_id, asked_name=actor.name
    )
    if needs_second(rights, role, cells, actor):
        return entry
    _carry_out(entry)
    return _decided(entry, RightsChange.State.DONE, actor)


def _decided(entry: RightsChange, state: str, actor: Viewer, note: str = "") -> RightsChange:
    entry.state, entry.note, entry.decided_at = state, note.strip(), clock.now()
    entry.decided_by_id, entry.decided_name = actor.account_id, actor.name
    entry.save()
    return entry


def _waiting(pk: int) -> RightsChange:
    entry = RightsChange.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if entry is None or entry.state != RightsChange.State.WAITING:
        raise Refused(_("这项变更已经处理过了"), code="decided")
    return entry


def _carry_out(entry: RightsChange) -> None:
    had = keepers().exists()
    _CARRY[entry.kind](entry)
    if had and not keepers().exists():
        raise Refused(_("这样就没有人能管账号和权限了，至少要留一位"), code="last_administrator")


def _set_cells(entry: RightsChange) -> None:
    rights = present()
    _known(entry.role)
    for one in entry.content["cells"]:
        cell = _cell(entry.role, one)
        if words.value_of(rights, cell) != one["before"]:
            raise Stale(_("「%(part)s」在这期间又改过，让对方重提") % {"part": words.part_label(cell)})
        place: dict[str, Any] = {"role": cell.role, "object": cell.object, "part": cell.part, "name": cell.name}
        if one["after"] == words.shipped_value(rights, cell):
            RoleRight.objects.filter(**place).delete()
        else:
            RoleRight.objects.update_or_create(**place, defaults={"value": one["after"]})


def _copy(entry: RightsChange) -> None:
    source, rights = entry.content["from"], present()
    own = rights.own.get(source)
    _refuse_name(entry.content["name"])
    made = OwnRole.objects.create(code=f"new-{entry.pk}", name=entry.content["name"], base=own.base if own else source)
    made.code = f"own-{made.pk}"
    made.save(update_fields=["code"])
    copied = [(cell, value) for cell, value in rights.changed.items() if cell.role == source]
    RoleRight.objects.bulk_create([RoleRight(role=made.code, object=c.object, part=c.part, name=c.name, value=v) for c, v in copied])
    entry.role = made.code


def _rename(entry: RightsChange) -> None:
    own = _own(entry.role)
    _refuse_name(entry.content["name"], except_for=own.pk)
    own.name = entry.content["name"]
    own.version += 1
    own.save(update_fields=["name", "version"])


def _close(entry: RightsChange) -> None:
    own = _own(entry.role)
    _refuse_held(own)
    own.open = False
    own.save(update_fields=["open"])


def _reopen(entry: RightsChange) -> None:
    OwnRole.objects.filter(code=entry.role).update(open=True)


def _set_two_person(entry: RightsChange) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE organisation_rightsstate SET version = gen_random_uuid(), two_person = %s", [entry.content["on"]])


_CARRY: dict[str, Callable[[RightsChange], None]] = {
    "rights": _set_cells,
    "copy": _copy,
    "rename": _rename,
    "close": _close,
    "reopen": _reopen,
    "two_person": _set_two_person,
}


# --- pieces ----------------------------------------------------------------------------------------------------------


def _kept(rights: Rights, cell: Cell, value: int) -> dict[str, Any]:
    before = int(words.value_of(rights, cell))
    return {"object": cell.object, "part": cell.part, "name": cell.name, "before": before, "after": int(value)}


def _cell(role: str, one: Mapping[str, Any]) -> Cell:
    return Cell(role, one["object"], one["part"], one["name"])


def _sensible(cell: Cell, value: int) -> bool:
    declaration = declarations().get(cell.object)
    if declaration is None or cell not in set(words.cells_of(cell.role, declaration)):
        raise Refused(_("「%(object)s」没有这项权限可设") % {"object": words.object_label(cell.object)})
    reaches = offered_reaches(declaration, declarations().__getitem__)
    offered: list[int] = list(reaches) if cell.part == ACTION else list(offered_rights(declaration, cell.name))
    if value not in offered:
        raise Refused(_("「%(part)s」不能设成这个范围") % {"part": words.part_label(cell)}, field=f"{cell.part}-{cell.name}")
    return True


def _may(rights: Rights, role: str, code: str, action: str) -> bool:
    return rights.granted(role, declarations()[code]).get(action, Reach.NONE) is Reach.ALL


def _known(role: str) -> None:
    if role not in ROLES:
        raise Refused(_("没有角色「%(role)s」") % {"role": role}, field="role")


def _own(role: str) -> OwnRole:
    own = OwnRole.objects.select_for_update().filter(code=role).first()
    if own is None:
        raise Refused(_("出厂角色的名称固定，复制成自己的角色再改"))
    return own


def _refuse_name(name: str, except_for: int = 0) -> None:
    wanted = name.strip()
    if not wanted or len(wanted) > 20:
        raise Refused(_("角色名称写 1～20 个字"), field="name")
    taken = wanted in ROLES.shipped.values() or wanted in ROLES.shipped
    if taken or OwnRole.objects.filter(name=wanted).exclude(pk=except_for).exists():
        raise Refused(_("已有角色叫「%(name)s」，换一个") % {"name": wanted}, field="name")


def _refuse_held(own: OwnRole) -> None:
    day = clock.today()
    by_post = Post.objects.filter(role=own.code, person__active=True).filter(Q(ends_on=None) | Q(ends_on__gte=day)).count()
    held = by_post + Account.objects.filter(roles__contains=[own.code], is_active=True).count()
    if held:
        raise Refused(_("还有 %(n)s 人是「%(name)s」，先给他们换角色") % {"n": held, "name": own.name})
