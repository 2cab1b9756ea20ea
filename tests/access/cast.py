"""Who stands where: one viewer per role and position, and the owner whose rows everybody tries to reach."""

from __future__ import annotations

from dataclasses import dataclass

from guike.organisation.models import Account, Department, Person, Post
from guike.platform.access import Reach

#: Position → the least reach that a right needs from there. The rows stand in 浙南片区.
POSITIONS = {
    "own": Reach.OWN,  # the row is the viewer's
    "team": Reach.DEPARTMENT,  # a colleague in the owner's department
    "above": Reach.BELOW,  # a post in the department above
    "other": Reach.ALL,  # a department that has nothing to do with it
}


@dataclass
class Cast:
    """`south` belongs to `sales`; `owner` works in the south. `viewer[position]` holds one role in that position."""

    sales: Department
    south: Department
    elsewhere: Department
    owner: Person
    viewer: dict[str, Account]

    def holder(self, position: str) -> Person:
        """Whose rows a viewer in this position looks at: its own, else the owner's."""
        return self.viewer["own"].person if position == "own" else self.owner


def person(name: str, department: Department, role: str, number: str) -> Person:
    made = Person.objects.create(number=number, name=name, pinyin=name)
    Post.objects.create(person=made, department=department, role=role)
    return made


def account(holder: Person) -> Account:
    """A login that has nothing left to do first; sessions are opened without its password."""
    made = Account(login=holder.number.lower(), person=holder, must_change_password=False)
    made.set_unusable_password()
    made.save()
    return made


def cast_for(role: str) -> Cast:
    """The four viewers of a role, and the owner (a salesperson) with an account."""
    sales = Department.objects.create(name="销售部", function="sales")
    south = Department.objects.create(name="浙南片区", parent=sales, function="sales")
    elsewhere = Department.objects.create(name="财务部", function="finance")
    owner = person("陈思远", south, "salesperson", "OWNER")
    account(owner)
    administrator = person("赵管理", elsewhere, "administrator", "ADMIN")  # so that no action takes the last one away
    account(administrator)
    places = {"own": south, "team": south, "above": sales, "other": elsewhere}
    viewers = {position: account(person(f"同事{position}", place, role, f"V-{position}")) for position, place in places.items()}
    return Cast(sales, south, elsewhere, owner, viewers)
