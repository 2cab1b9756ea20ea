"""How what the history keeps of people and rights reads (PLT-02)."""

from typing import Any

from guike.organisation.selectors import roles
from guike.platform.rights import Cell
from guike.platform.telling import Following, OfRow, tell


def _cell(row: Any) -> Cell:
    return Cell(row.role, row.object, row.part, row.name)


tell("organisation.Person", pinyin=Following())
tell("organisation.OwnRole", base=roles.role_name)
tell(
    "organisation.RoleRight",
    role=roles.role_name,
    object=roles.object_label,
    name=OfRow(lambda row, _name: roles.part_label(_cell(row))),
    value=OfRow(lambda row, value: roles.value_label(_cell(row), value)),
)
