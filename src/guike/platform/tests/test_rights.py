"""Effective rights: shipped when nothing was changed, the company's differences on top, never wider than looking (PLT-01)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guike.platform import access, rights
from guike.platform.access import SYSTEM, Viewer, declarations
from guike.platform.rights import ACTION, FIELD, SHIPPED, Cell, OwnRole, Reach, Right, Rights
from guike.platform.roles import ROLES

NONE, OWN, DEPARTMENT, BELOW, ALL = Reach


def viewer(rights_: Rights, *roles: str) -> Viewer:
    return Viewer(account_id=1, person_id=1, roles=frozenset(roles), rights=rights_)


@pytest.mark.parametrize("role", ROLES.shipped)
def test_without_differences_the_shipped_rights_count(role):
    plain = viewer(Rights(version="one", own={"own-1": OwnRole("own-1", "片区内勤", "clerk")}), role)
    for code, declaration in declarations().items():
        for action in declaration.actions:
            grant = declaration.grants.get(role)
            assert access.reach(plain, code, action) is (grant.actions.get(action, NONE) if grant else NONE), (code, action)
        for name, rule in declaration.fields.items():
            assert access.field_right(plain, code, name) is rule.rights.get(role, rule.default), (code, name)


@pytest.mark.parametrize("code", sorted(declarations()))
def test_what_is_shipped_can_be_chosen_on_the_page(code):
    """Otherwise saving a form that shows the shipped rights would change them."""
    declaration = declarations()[code]
    reaches = rights.offered_reaches(declaration, declarations().__getitem__)
    for role, grant in declaration.grants.items():
        for action, extent in grant.actions.items():
            assert not extent or action in rights.offered_actions(declaration), (role, action)
            assert extent in reaches, (role, action)
        assert not rights.too_far(declaration, grant.actions), role
    for name in declaration.fields:
        shipped = {rights.shipped_right(role, declaration, name) for role in ROLES.shipped}
        assert shipped <= set(rights.offered_rights(declaration, name)), name


@pytest.mark.parametrize(
    ("code", "reaches"),
    [
        ("customer", [NONE, OWN, DEPARTMENT, BELOW, ALL]),
        ("contact", [NONE, OWN, DEPARTMENT, BELOW, ALL]),  # as the customer it hangs on
        ("product", [NONE, ALL]),
        ("pool_stay", [NONE, DEPARTMENT, BELOW, ALL]),  # nobody owns what stands in the pool
        ("deputy", [NONE, OWN, ALL]),  # stands in no department
    ],
)
def test_only_reaches_that_tell_rows_apart_are_offered(code, reaches):
    assert rights.offered_reaches(declarations()[code], declarations().__getitem__) == reaches


@pytest.mark.parametrize(
    ("changed", "action", "expected"),
    [
        ({}, "view", BELOW),
        ({"view": OWN}, "view", OWN),
        ({"view": OWN}, "export", OWN),  # nothing reaches further than looking
        ({"view": NONE}, "change", NONE),
        ({"view": ALL}, "change", BELOW),  # widening one thing widens nothing else
        ({"export": NONE}, "export", NONE),
        ({"export": ALL}, "export", BELOW),
        ({"delete": DEPARTMENT}, "delete", DEPARTMENT),
    ],
)
def test_a_managers_customers_after_a_change(changed, action, expected):
    present = SHIPPED.with_cells({Cell("sales_manager", "customer", ACTION, name): value for name, value in changed.items()})
    assert access.reach(viewer(present, "sales_manager"), "customer", action) is expected


def test_roles_add_up():
    present = SHIPPED.with_cells(
        {Cell("sales_manager", "customer", ACTION, "view"): OWN, Cell("finance", "customer", FIELD, "phone"): Right.READ}
    )
    assert access.reach(viewer(present, "sales_manager", "finance"), "customer", "view") is ALL
    assert access.field_right(viewer(present, "sales_manager", "finance"), "customer", "phone") is Right.READ
    assert access.field_right(viewer(present, "sales_manager"), "customer", "phone") is Right.MASKED


def test_a_role_of_the_companys_own_starts_as_its_base_and_ends_with_nothing():
    own = {"own-1": OwnRole("own-1", "片区内勤", "clerk")}
    changed = {Cell("own-1", "customer", ACTION, "view"): BELOW, Cell("clerk", "customer", ACTION, "export"): NONE}
    present = Rights("v", changed, own)
    assert access.reach(viewer(present, "own-1"), "customer", "view") is BELOW
    assert access.reach(viewer(present, "own-1"), "customer", "export") is BELOW  # the base's own differences are not inherited
    assert access.reach(viewer(present, "own-1"), "product", "import") is ALL
    assert viewer(present, "own-1").stands_as("clerk")
    assert not viewer(present, "own-1").has_role("clerk")
    shut = Rights("w", changed, {"own-1": OwnRole("own-1", "片区内勤", "clerk", open=False)})
    assert access.reach(viewer(shut, "own-1"), "product", "view") is NONE


def test_the_system_is_not_bound():
    nothing = SHIPPED.with_cells({Cell("administrator", "customer", ACTION, "view"): NONE})
    assert access.reach(replace(SYSTEM, rights=nothing), "customer", "view") is ALL
    assert access.reach(SYSTEM, "customer", "view") is ALL


_CELLS = [
    Cell(role, d.code, ACTION, action) for role in ROLES.shipped for d in declarations().values() for action in rights.offered_actions(d)
]


@given(st.dictionaries(st.sampled_from(_CELLS), st.sampled_from(list(Reach)), max_size=12))
def test_whatever_is_set_nothing_reaches_rows_that_are_not_seen(changed):
    present = SHIPPED.with_cells(changed)
    for cell in changed:
        declaration = declarations()[cell.object]
        assert not rights.too_far(declaration, present.granted(cell.role, declaration))
        untouched = {other for other in ROLES.shipped if not any((c.role, c.object) == (other, cell.object) for c in changed)}
        for other in untouched:
            assert present.granted(other, declaration) == rights.shipped_actions(other, declaration)


def test_an_object_declared_anew_is_asked_anew():
    """A test, or a module loaded again, may declare an object with other grants: what was kept of the old ones must not count."""
    here = access.declarations()["customer"]
    before = SHIPPED.granted("clerk", here)
    assert SHIPPED.granted("clerk", here) is before
    other = replace(here, grants={})
    assert SHIPPED.granted("clerk", other) == {}
    assert SHIPPED.granted("clerk", here) == before != {}


def test_states_of_the_rights_are_told_apart():
    cell = {Cell("clerk", "customer", ACTION, "view"): OWN}
    one = Rights(version="1", changed=cell)
    assert one == one and one == Rights(version="1", changed=dict(cell))
    assert hash(one) == hash(Rights(version="1", changed=dict(cell)))
    assert one != Rights(version="2", changed=cell)
    assert one != Rights(version="1", changed={})
    assert one != "1"
    assert len({one, Rights(version="1", changed=dict(cell)), Rights(version="2", changed=cell)}) == 2


def test_a_role_that_is_switched_off_gets_nothing_whatever_was_changed_for_it():
    declaration = declarations()["customer"]
    widened = {Cell("own-1", "customer", ACTION, "view"): ALL, Cell("own-1", "customer", FIELD, next(iter(declaration.fields))): Right.WRITE}
    closed = Rights(version="x", changed=widened, own={"own-1": OwnRole("own-1", "片区内勤", "clerk", open=False)})
    name = next(iter(declaration.fields))
    assert closed.right("own-1", declaration, name) is Right.HIDDEN
    assert closed.granted("own-1", declaration) == {}


@pytest.mark.parametrize(
    ("mask", "writable", "offered"),
    [
        ("phone", True, [Right.HIDDEN, Right.MASKED, Right.READ, Right.WRITE]),
        ("", True, [Right.HIDDEN, Right.READ, Right.WRITE]),
        ("phone", False, [Right.HIDDEN, Right.MASKED, Right.READ]),
        ("", False, [Right.HIDDEN, Right.READ]),
    ],
)
def test_only_rights_that_make_sense_for_a_field_are_offered(mask, writable, offered):
    rule = access.FieldRule("字段", mask=mask, writable=writable)
    assert rights.offered_rights(replace(declarations()["customer"], fields={"x": rule}), "x") == offered
