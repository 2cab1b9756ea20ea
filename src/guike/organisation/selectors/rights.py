"""The rights in force: read once a version and kept in the process; the version comes with every viewer (PLT-01)."""

from __future__ import annotations

import json
from collections import OrderedDict

from django.db import connection

from guike.platform.rights import SHIPPED, Cell, OwnRole, Rights, in_use

#: One statement, so that version and rows are of one moment.
PRESENT = """
SELECT s.version::text, s.two_person,
       (SELECT coalesce(json_agg(json_build_array(r.role, r.object, r.part, r.name, r.value)), '[]'::json)::text FROM organisation_roleright r),
       (SELECT coalesce(json_agg(json_build_array(o.code, o.name, o.base, o.open) ORDER BY o.id), '[]'::json)::text FROM organisation_ownrole o)
  FROM organisation_rightsstate s WHERE s.id = 1
"""
KEPT = 8
_kept: OrderedDict[str, Rights] = OrderedDict()


def at(version: str | None) -> Rights:
    """The rights of a version that was just read: from the process, or read anew when this process does not know it yet."""
    if not version:
        return in_use(SHIPPED)
    known = _kept.get(version)
    return in_use(known if known is not None else present())


def present() -> Rights:
    """The rights as the database has them now. One query."""
    with connection.cursor() as cursor:
        cursor.execute(PRESENT)
        found = cursor.fetchone()
    if found is None:
        return in_use(SHIPPED)
    version, two_person, cells, roles = found
    rights = Rights(
        version=version,
        changed={Cell(*one[:4]): one[4] for one in json.loads(cells)},
        own={code: OwnRole(code, name, base, is_open) for code, name, base, is_open in json.loads(roles)},
        two_person=two_person,
    )
    _kept[version] = rights
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return in_use(rights)
