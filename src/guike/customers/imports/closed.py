"""Columns that whoever imports may not write: a row that fills one is refused, as a form would refuse it (PLT-01, PLT-03)."""

from collections.abc import Collection

from django.utils.translation import gettext as __

from guike.platform.access import Right, Viewer, declarations, field_right
from guike.platform.imports.rows import Row


def closed_fields(viewer: Viewer, object: str) -> set[str]:
    """Fields that this viewer may at most read. What is only veiled may be written: the owner of a customer enters its numbers."""
    return {name for name in declarations()[object].fields if field_right(viewer, object, name) in (Right.HIDDEN, Right.READ)}


def refuse_closed(row: Row, closed: Collection[str]) -> None:
    """Refuse a row for every closed column that it fills."""
    for name in sorted(set(closed) & row.values.keys()):
        row.refuse(name, __("没有填写这一列的权限，去掉这一列"))
