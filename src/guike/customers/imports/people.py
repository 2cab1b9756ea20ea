"""Owners named in a file: found, or made together with their supervisors, offices and posts where the importer may do that."""

from collections.abc import Iterable, Set
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from guike.organisation import services as organisation
from guike.organisation.services.admission import Newcomer
from guike.platform.access import Viewer, allowed
from guike.platform.imports.rows import Row


def _path(row: Row) -> tuple[str, ...]:
    return tuple(part for part in (row["area"], row["office"]) if part)


def newcomers_of(row: Row) -> list[Newcomer]:
    """The supervisor and the owner that a row names; the supervisor stands one level up."""
    found = []
    boss = row["supervisor_number"] or row["supervisor"] or ""
    if row["supervisor"]:
        found.append(
            Newcomer(
                name=row["supervisor"], number=row["supervisor_number"] or "", department=_path(row), title=_("主管"), role="sales_manager"
            )
        )
    if row["owner"] or row["owner_number"]:
        found.append(
            Newcomer(
                name=row["owner"] or row["owner_number"],
                number=row["owner_number"] or "",
                department=_path(row),
                title=row["owner_title"] or "",
                role="salesperson",
                supervisor=boss,
            )
        )
    return found


#: Columns that name somebody.
NAMING = frozenset({"owner", "owner_number", "supervisor", "supervisor_number"})


class Owners:
    """Who answers for the customers of a file. Keys are staff numbers, else names. `columns`: those that the file has."""

    def __init__(self, viewer: Viewer, columns: Set[str] = NAMING):
        self.viewer = viewer
        self.named = bool(NAMING & columns)
        self.may_make = allowed(viewer, "person", "import")
        self.may_give = allowed(viewer, "customer", "transfer") or allowed(viewer, "person", "import")
        self.people: dict[str, Any] = {}
        self.departments: dict[int, int | None] = {}
        self.made = 0

    def look_up(self, batch: Iterable[Row]) -> None:
        """Find the people of a batch; refuse rows whose owner is unknown and may not be made, or may not be given customers."""
        if not self.named:
            return
        wanted = {one.key: one for row in batch for one in newcomers_of(row) if one.key not in self.people}
        if wanted:
            self._find(wanted)
        for row in batch:
            if self.names(row) and row.good:
                self._check(row)

    def names(self, row: Row) -> bool:
        """Does the row say who answers for the customer?"""
        return self.named and bool(row["owner"] or row["owner_number"])

    def _find(self, wanted: dict[str, Newcomer]) -> None:
        person = apps.get_model("organisation", "Person")
        for one in person.objects.filter(number__in=[w.number for w in wanted.values() if w.number]):
            self.people[one.number] = one
        names: dict[str, list[Any]] = {}
        for one in person.objects.filter(active=True, name__in=[w.name for w in wanted.values() if not w.number]):
            names.setdefault(one.name, []).append(one)
        self.people.update({name: found[0] for name, found in names.items() if len(found) == 1})

    def _check(self, row: Row) -> None:
        key = row["owner_number"] or row["owner"]
        person = self.people.get(key)
        column = "owner_number" if row["owner_number"] else "owner"
        if person is None and not self.may_make:
            row.refuse(column, _("没有「%(key)s」这个人，或有重名；填工号，或先建人员") % {"key": key})
        elif person is not None and not self.may_give and person.pk != self.viewer.person_id:
            row.refuse(column, _("不能把客户记在别人名下，去掉这一列或找主管导入"))

    def admit(self, batch: Iterable[Row]) -> list[Any]:
        """Make those who are still missing; returns every row made, for the undo."""
        missing = {one.key: one for row in batch for one in newcomers_of(row) if one.key not in self.people} if self.named else {}
        if not missing or not self.may_make:
            return []
        admission = organisation.admit_people(missing.values(), actor=self.viewer)
        self.people.update(admission.people)
        self.made += sum(1 for one in admission.made if one._meta.model_name == "person")
        return list(admission.made)

    def owner_of(self, row: Row) -> Any:
        """The owner a row names, or None."""
        return self.people.get(row["owner_number"] or row["owner"] or "") if self.named else None

    def department_of(self, person: Any) -> int | None:
        """Where the owner's main post stands; asked once per person."""
        if person.pk not in self.departments:
            posts = person.posts.filter(ends_on__isnull=True).order_by("-is_primary", "id")
            self.departments[person.pk] = posts.values_list("department_id", flat=True).first()
        return self.departments[person.pk]
