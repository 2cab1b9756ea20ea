"""「Why can she see this」, 「why was he refused」: the decision of `platform.access` taken apart into sentences (PLT-01)."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from guike.organisation import registry
from guike.organisation.models import Account, Department, Person
from guike.organisation.selectors import roles
from guike.organisation.selectors.rights import present
from guike.organisation.selectors.standing import Source, headed, sources
from guike.organisation.selectors.viewers import viewer_for
from guike.platform import access
from guike.platform.access import Declaration, Grounds, Viewer, declarations
from guike.platform.rights import ACTION, FIELD, Cell, Reach, Rights
from guike.platform.roles import ROLES

#: People named as those who can help; more would be a list nobody reads.
NAMED = 3


@dataclass(frozen=True)
class Answer:
    """Yes or no, the reasons a sentence each, what of the fields is seen, and for a no who can change it."""

    allowed: bool
    verdict: str
    reasons: tuple[str, ...] = ()
    fields: tuple[tuple[str, str, str], ...] = ()
    remedies: tuple[str, ...] = ()
    roles: tuple[tuple[str, str, str], ...] = field(default=())


def explain(person: Person, code: str, action: str, pk: int | None = None) -> Answer:
    """Whether a person may do `action` to an object, or to one row of it, and why. Decides as `access.rows` does: it asks it."""
    declaration = declarations()[code]
    account = Account.objects.select_related("person").filter(person=person).first()
    if account is None or not account.is_active or not person.active:
        return _shut(person, account)
    viewer = viewer_for(account)
    found = sources(person)
    lines = tuple(_role_lines(viewer.rights, found, declaration, action))
    extent = access.reach(viewer, code, action)
    if pk is None or extent is Reach.NONE:
        return _of_object(person, viewer, declaration, action, lines)
    return _of_row(person, viewer, declaration, action, pk, lines)


def _shut(person: Person, account: Account | None) -> Answer:
    if not person.active:
        why = _("%(name)s已离职，什么都打不开") % {"name": person.name}
    elif account is None:
        why = _("%(name)s没有账号，在「人员与部门」里给他开一个") % {"name": person.name}
    else:
        why = _("%(name)s的账号已停用，在「账号」里开通") % {"name": person.name}
    return Answer(False, str(why))


def _of_object(person: Person, viewer: Viewer, declaration: Declaration, action: str, lines: tuple) -> Answer:
    """The right as such: which roles give it how far, or that none does."""
    extent = access.reach(viewer, declaration.code, action)
    told = {"name": person.name, "action": _(declaration.actions[action]), "object": declaration.label}
    if extent:
        reach = roles.value_label(Cell("", declaration.code, ACTION, action), extent)
        verdict = _("%(name)s能%(action)s%(object)s，范围：%(reach)s") % {**told, "reach": reach}
        return Answer(True, verdict, fields=_fields(viewer, declaration), roles=lines)
    verdict = _("%(name)s不能%(action)s%(object)s：没有一个角色给了这项权限") % told
    return Answer(False, verdict, remedies=_who_grants(declaration, action), roles=lines)


def _of_row(person: Person, viewer: Viewer, declaration: Declaration, action: str, pk: int, lines: tuple) -> Answer:
    code = declaration.code
    told = {"name": person.name, "action": _(declaration.actions[action]), "object": declaration.label}
    if not declaration.model_class()._default_manager.filter(pk=pk).exists():
        return Answer(False, _("没有编号 %(pk)s 的%(object)s") % {"pk": pk, "object": declaration.label}, roles=lines)
    may = access.rows(viewer, code, "view").filter(pk=pk).exists() and access.rows(viewer, code, action).filter(pk=pk).exists()
    grounds = access.grounds(viewer, code, pk)
    reasons = [*_reasons(viewer, declaration, grounds, pk), *registry.own_grounds(code, viewer, pk)]
    if may:
        fields = _fields(viewer, declaration)
        return Answer(True, _("%(name)s能%(action)s这条%(object)s") % told, tuple(reasons), fields, roles=lines)
    extent = access.reach(viewer, code, action)
    reach = roles.value_label(Cell("", code, ACTION, action), extent)
    verdict = _("%(name)s不能%(action)s这条%(object)s：权限只到「%(reach)s」，它不在里面") % {**told, "reach": reach}
    if not reasons:
        reasons = [_("不是本人负责，也没有设为协同人，不在任职的部门里")]
    return Answer(False, verdict, tuple(reasons), remedies=_remedies(declaration, action, grounds, extent), roles=lines)


def _role_lines(rights: Rights, found: list[Source], declaration: Declaration, action: str) -> list[tuple[str, str, str]]:
    """Role, where it comes from, how far it lets."""
    lines = []
    for one in found:
        extent = rights.granted(one.role, declaration).get(action, Reach.NONE)
        cell = Cell(one.role, declaration.code, ACTION, action)
        words = roles.value_label(cell, extent)
        shipped = roles.shipped_value(rights, cell)
        if shipped != extent:
            words = _("%(now)s（出厂是%(shipped)s）") % {"now": words, "shipped": roles.value_label(cell, shipped)}
        lines.append((roles.role_name(one.role), one.words, words))
    return lines


def _reasons(viewer: Viewer, declaration: Declaration, grounds: Grounds, pk: int) -> list[str]:
    """On which grounds the row lies near this person."""
    found = []
    root, hangs = _root(declaration)
    if hangs:
        found.append(_("%(object)s跟着它的%(root)s走") % {"object": declaration.label, "root": root.label})
    if root.scope.everyone:
        return [*found, _("%(object)s不分是谁的，有权限就看得到全部") % {"object": declaration.label}]
    if grounds.own:
        found.append(_("本人负责"))
    if grounds.shared:
        found.append(_("被设为协同人"))
    if grounds.department or grounds.below:
        found.append(_department_words(viewer, declaration, grounds, pk))
    return [str(one) for one in found]


def _root(declaration: Declaration) -> tuple[Declaration, bool]:
    """The object whose owner and department count."""
    found = declaration
    while found.scope.through:
        found = declarations()[found.scope.through[0]]
    return found, found is not declaration


def _department_words(viewer: Viewer, declaration: Declaration, grounds: Grounds, pk: int) -> str:
    path, scope = "", declaration.scope
    while scope.through:
        path, scope = f"{path}{scope.through[1]}__", declarations()[scope.through[0]].scope
    place = declaration.model_class()._default_manager.filter(pk=pk).values_list(f"{path}{scope.department}", flat=True).first()
    department = Department.objects.filter(pk=place).first() if place else None
    if department is None:
        return str(_("在任职的部门里"))
    if grounds.department:
        return str(_("它属于%(place)s，任职或负责的正是这个部门") % {"place": department.name})
    above = [pk_ for pk_ in department.ancestor_ids if pk_ in viewer.department_ids]
    names = dict(Department.objects.filter(pk__in=department.ancestor_ids).values_list("pk", "name"))
    way = (
        " › ".join(names[one] for one in department.ancestor_ids[department.ancestor_ids.index(above[0]) :] if one in names)
        if above
        else ""
    )
    return str(_("它属于%(place)s，在任职或负责的部门之下：%(way)s") % {"place": department.name, "way": way})


def _fields(viewer: Viewer, declaration: Declaration) -> tuple[tuple[str, str, str], ...]:
    """Every ruled field, what one gets of it, and by which roles."""
    found = []
    for name, rule in declaration.fields.items():
        right = access.field_right(viewer, declaration.code, name)
        by = [role for role in sorted(viewer.roles) if viewer.rights.right(role, declaration, name) is right]
        words = roles.value_label(Cell("", declaration.code, FIELD, name), right)
        found.append((str(rule.label), words, "、".join(roles.role_name(role) for role in by)))
    return tuple(found)


def _who_grants(declaration: Declaration, action: str) -> tuple[str, ...]:
    """Which roles have the right, and who can give it."""
    rights = present()
    having = roles.who_may(rights, declaration.code, action)
    found = [_("有这项权限的角色：%(roles)s") % {"roles": "、".join(having)}] if having else []
    return (*found, _administrators(rights))


def _administrators(rights: Rights) -> str:
    """Who can change rights, by name."""
    may = [role for role in ROLES.offered() if rights.granted(role, declarations()["role"]).get("change", Reach.NONE)]
    people = {person.pk: person.name for role in may for person in roles.holders(role)}
    return str(_("能改权限的人：%(names)s") % {"names": "、".join(list(people.values())[:NAMED]) or _("管理员")})


def _remedies(declaration: Declaration, action: str, grounds: Grounds, extent: Reach) -> tuple[str, ...]:
    """What would let somebody in who has the right but not as far as this row."""
    root, _hangs = _root(declaration)
    found = [_("负责人可以把他设为协同人")] if root.scope.shared else []
    wider = next((reach for reach in Reach if reach > extent and grounds.reached_by(reach)), None)
    if wider is not None:
        words = roles.value_label(Cell("", declaration.code, ACTION, action), wider)
        found.append(_("把角色的「%(action)s」放宽到「%(reach)s」就够") % {"action": _(declaration.actions[action]), "reach": words})
    return (*(str(one) for one in found), _administrators(present()))


def departments_headed(person: Person) -> list[str]:
    """Departments by which somebody reaches further than his posts say."""
    return [department.name for department in headed(person)]
