"""A small company in which everything that somebody may not see carries a mark of its own (08-quality, safety).

`build(role)` makes rows of the viewer ("own"), of a colleague in the same department ("team"), of a stranger far away ("other") and a
customer in the pool. Every telling text is a canary: a token that says of which object, of which field and from which position it is.
Whether a role may meet it is worked out from the declarations by `tests/access/matrix.py`, not by the product's own code.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from tests.access import matrix, samples
from tests.access.cast import POSITIONS, Cast, account, cast_for, person

from guike.customers.models import Certificate, Competitor, Contact, Customer, CustomerAddress, Need, Relation
from guike.engine.models import Approval, Obligation
from guike.marketing.models import Find
from guike.organisation.models import Account, Department, Person
from guike.platform.access import Right, declarations
from guike.platform.models import Attachment
from guike.products.models import Product
from guike.sales.models import SalesOrder, SalesOrderLine


@dataclass(frozen=True)
class Canary:
    """A text that must not be met by whoever may not see `object` from `position`, or not its `field`."""

    token: str
    object: str
    position: str
    field: str = ""

    def allowed(self, role: str) -> bool:
        seen_with = "customer" if self.object == "obligation" else self.object  # who may see a customer may see what is due with it
        if not any(matrix.within(role, one, "view", self.position, POSITIONS[self.position]) for one in {self.object, seen_with}):
            return False
        if not self.field:
            return True
        rule = declarations()[self.object].fields[self.field]
        right = rule.rights.get(role, rule.default)
        own = self.position == "own" and declarations()[self.object].code in ("customer", "contact")
        return right >= Right.READ or (own and right is not Right.HIDDEN)  # the owner calls these people every week (CUS-12)


@dataclass
class World:
    cast: Cast
    viewer: Account
    canaries: list[Canary] = field(default_factory=list)
    rows: dict[str, dict[str, int]] = field(default_factory=dict)  # position → object → id


class Marks:
    """Tokens of one set of rows; `mark` keeps the rows of two databases apart."""

    def __init__(self, mark: str, position: str, canaries: list[Canary], place: int):
        self.mark, self.position, self.canaries, self.place, self.count = mark, position, canaries, place, 0

    def _kept(self, token: str, code: str, name: str = "") -> str:
        self.canaries.append(Canary(token, code, self.position, name))
        return token

    def _number(self) -> int:
        self.count += 1
        return self.place * 100 + self.count

    def text(self, code: str, name: str = "") -> str:
        return self._kept(f"Zq{self.mark}{self._number():03}w", code, name)

    def phone(self, code: str, name: str = "phone") -> str:
        return self._kept(f"139{ord(self.mark) % 10}0{self._number():06}", code, name)

    def account(self) -> str:
        return self._kept(f"6222{ord(self.mark):03}0000{self._number():06}", "customer", "bank_account")


def _customer(marks: Marks, owner: Person | None, place: Department) -> Customer:
    found = Customer.objects.create(
        number=f"C{marks.text('customer')}",
        name=f"温州{marks.text('customer')}阀门有限公司",
        short_name=marks.text("customer"),
        owner=owner,
        department=place,
        note=marks.text("customer"),
        registered_address=marks.text("customer"),
        legal_representative=marks.text("customer"),
        invoice_title=marks.text("customer"),
        phone=marks.phone("customer"),
        phones=[marks.phone("customer", "phones")],
        email=f"{marks.text('customer', 'email')}@zq.example",
        bank_account=marks.account(),
        bank_name=marks.text("customer", "bank_name"),
        tags=[],
        industry="泵阀",
        city="温州市",
        province="浙江省",
    )
    Contact.objects.create(
        customer=found,
        name=marks.text("contact"),
        position="采购",
        phone=marks.phone("contact"),
        phones=[marks.phone("contact", "phones")],
        email=f"{marks.text('contact', 'email')}@zq.example",
        wechat=marks.text("contact", "wechat"),
        private_channels=marks.text("contact", "private_channels"),
        note=marks.text("contact"),
        birthday=date(1980, 12, 2),
    )
    CustomerAddress.objects.create(customer=found, line=marks.text("customer"), receiver=marks.text("customer"))
    Need.objects.create(customer=found, text=marks.text("customer"))
    Competitor.objects.create(customer=found, name=marks.text("customer"), opinion=marks.text("customer"))
    Certificate.objects.create(
        customer=found, kind=marks.text("certificate"), number=marks.text("certificate"), expires_on=date(2026, 12, 3)
    )
    Attachment.objects.create(
        subject_kind="customer",
        subject_id=found.pk,
        name=f"{marks.text('customer')}.pdf",
        size=3,
        sha256="0" * 64,
        media_type="application/pdf",
        uploaded_at=samples.clock.now(),
    )
    return found


def _product() -> Product:
    return Product.objects.get_or_create(number="P-0001", defaults={"name": "闸阀", "floor_price": Decimal("8888.31")})[0]


def _order(marks: Marks, customer: Customer, _holder: Person, _place: Department) -> SalesOrder:
    product = _product()
    order = SalesOrder.objects.create(
        number=marks.text("sales_order"),
        customer=customer,
        status="confirmed",
        ordered_on=samples.DAY,
        confirmed_on=samples.DAY,
        note=marks.text("sales_order"),
        address=marks.text("sales_order"),
        amount=Decimal("70000.17"),
    )
    SalesOrderLine.objects.create(
        order=order,
        line_number=1,
        product=product,
        product_text=marks.text("sales_order"),
        quantity=1,
        unit_price=Decimal("70000.17"),
        amount=Decimal("70000.17"),
        cost=Decimal("61234.56"),
        profit=Decimal("8765.61"),
    )
    return order


def _obligation(marks: Marks, customer: Customer, holder: Person, place: Department) -> Obligation:
    return Obligation.objects.create(
        kind="promise",
        subject_kind="customer",
        subject_id=customer.pk,
        title=marks.text("obligation"),
        assignee=holder,
        department=place,
        opened_on=samples.DAY,
        opened_at=samples.clock.now(),
        due_on=samples.DAY,
    )


def _approval(marks: Marks, customer: Customer, holder: Person, place: Department) -> Approval:
    return Approval.objects.create(
        number=marks.text("approval"),
        kind="override",
        subject_kind="customer",
        subject_id=customer.pk,
        subject_name=marks.text("approval"),
        title=marks.text("approval"),
        reason=marks.text("approval"),
        requested_by=holder,
        department=place,
        requested_at=samples.clock.now(),
        requested_on=samples.DAY,
    )


def _follow_up(marks: Marks, customer: Customer, holder: Person, place: Department) -> samples.FollowUp:
    return samples.FollowUp.objects.create(
        customer=customer,
        person=holder,
        department=place,
        happened_on=samples.DAY,
        method="phone",
        topic=marks.text("follow_up"),
        said=marks.text("follow_up"),
        feedback=marks.text("follow_up"),
        next_step=marks.text("follow_up"),
        recorded_at=samples.clock.now(),
    )


def _find(marks: Marks, _customer: Customer, holder: Person, place: Department) -> Find:
    return Find.objects.create(
        number=marks.text("find"),
        name=f"台州{marks.text('find')}泵业有限公司",
        address=marks.text("find"),
        contact=marks.text("find"),
        phone=marks.phone("find"),
        note=marks.text("find"),
        receiver=holder,
        department=place,
        state="sent",
        due_on=date(2027, 1, 1),
    )


#: What hangs on a customer and tells of it.
AROUND = {"sales_order": _order, "obligation": _obligation, "approval": _approval, "follow_up": _follow_up, "find": _find}


def rows_for(world: World, mark: str, position: str, holder: Person, place: Department, number: int, unseen_by: str = "") -> None:
    """All rows of one holder, and plain ones of every other object that a URL names.

    `unseen_by`: only those that this role may not see; where it sees the holder's customers, they hang on the one that is there.
    """
    marks = Marks(mark, position, world.canaries, number)
    seen = {code for code in declarations() if unseen_by and matrix.within(unseen_by, code, "view", position, POSITIONS[position])}
    if "customer" in seen:
        told = dict(world.rows[position])
        customer = Customer.objects.get(pk=told["customer"])
        around = AROUND.keys() - seen - {"obligation"}  # who may see a customer may see what is due with it
    else:
        customer, around = _customer(marks, holder, place), AROUND.keys()
        told = {"customer": customer.pk, "contact": Contact.objects.get(customer=customer).pk, "product": _product().pk}
    told |= {code: make(marks, customer, holder, place).pk for code, make in AROUND.items() if code in around}
    for code in sorted({url.access.object for url in matrix.with_rows()} - set(told) - seen):
        with suppress(IntegrityError), transaction.atomic():  # of some there is only one a person
            told[code] = samples.MAKERS[code](holder, place).pk
    world.rows[position] = told


def pooled(world: World, mark: str, number: int) -> None:
    """A customer in the pool of the viewer's department: its name may be met there, the rest only by who reaches the department."""
    marks = Marks(mark, "team", told := [], number)
    customer = _customer(marks, world.cast.owner, world.cast.south)
    Customer.objects.filter(pk=customer.pk).update(owner=None, name="公海样例阀门", number=f"POOL{mark}", short_name="")
    names = {customer.name, customer.number, customer.short_name}
    world.canaries += [one for one in told if not any(one.token in name for name in names)]


def related(world: World) -> None:
    """The viewer's own customer has relations to the stranger's: parent, group, twin."""
    own, other = (Customer.objects.get(pk=world.rows[position]["customer"]) for position in ("own", "other"))
    Relation.objects.create(kind="parent", upper=other, lower=own)
    Customer.objects.filter(pk=own.pk).update(parent=other, group=other)


def stranger() -> tuple[Person, Department]:
    """Somebody in a department that has nothing to do with the viewer's."""
    north = Department.objects.create(name="华北大区", function="sales")
    far = person("周在北", north, "salesperson", "FAR")
    account(far)
    return far, north


def build(role: str, mark: str = "a") -> World:
    cast = cast_for(role)
    world = World(cast, cast.viewer["own"])
    rows_for(world, mark, "own", cast.viewer["own"].person, cast.south, 1)
    rows_for(world, mark, "team", cast.owner, cast.south, 2)
    rows_for(world, mark, "other", *stranger(), 3)
    pooled(world, mark, 4)
    related(world)
    return world
