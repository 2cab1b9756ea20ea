"""The kind `customers`: one row per customer, or many rows that speak of the same one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from guike.customers import completeness, rules
from guike.customers.events import CustomersAdded, CustomersUpdated
from guike.customers.imports.closed import closed_fields, refuse_closed
from guike.customers.imports.columns import COLUMNS, DICTIONARIES, DIRECT
from guike.customers.imports.hands import refuse_given, refuse_moved
from guike.customers.imports.matching import Known, code_of, old_number_of
from guike.customers.imports.own_fields import OwnFields
from guike.customers.imports.people import Owners
from guike.customers.models import Contact, Customer, LifecycleMove, Need
from guike.customers.services.doors import home_department
from guike.customers.services.figures import refresh_completeness
from guike.customers.services.lifecycle import move_by_file, tell
from guike.customers.services.ownership import handed_over
from guike.platform import clock, dictionaries, events, numbering
from guike.platform.access import SYSTEM, Reach, reach
from guike.platform.imports import bulk
from guike.platform.imports.kinds import ImportKind, register
from guike.platform.imports.rows import Batch, Row

_SOUGHT = ("name", "short_name", "former_names", "former_numbers", "phone", "phones", "kind")
#: Refreshed at the end in pieces of this size.
PIECE = 5000
#: Columns that fill a field of the contact only → that field.
CONTACT_COLUMNS = {"wechat": "wechat", "mobile": "phone"}


@register
class CustomersImport(OwnFields, ImportKind):
    code, label, object = "customers", _("客户"), "customer"
    key = ("number", "uscc", "name")
    sheet_words = ("客户", "门店", "网点", "企业", "全量", "订单", "会员")
    story = _(
        "一行一家客户；先按客户编号认，没有编号的按信用代码，再按名称和电话认。名称相同但电话或代码不同的不合并。空白单元格不改动原值"
    )
    columns = COLUMNS
    custom_fields = True
    bears_on = {"customers.Customer": "pk"}
    one_way = ("customers.Customer:stage_moves_in_table",)
    dependants = {
        "customers.Customer": {
            "customers.CustomerFigures": "customer_id",
            "customers.LifecycleMove": "customer_id",
            "customers.PoolStay": "customer_id",
        }
    }
    total_labels = {
        "names": _("不同名称"),
        "valid_codes": _("有效信用代码"),
        "old_codes": _("旧注册号"),
        "invalid_codes": _("无效代码"),
        "double_codes": _("一个代码两个名称"),
        "people": _("新建人员"),
        "contacts": _("新建联系人"),
    }

    def begin(self) -> None:
        """Small tables once: requirements, hidden fields, words."""
        self.known = Known(self.viewer)
        self.owners = Owners(self.viewer, self.context.mapped)
        self.dictionaries = {name: code for name, code in DICTIONARIES.items() if name in self.context.mapped}
        self.requirements = completeness.requirements()
        self.blank, self.blank_contact = bulk.blank(Customer), bulk.blank(Contact)
        self.sought = {name: vars(self.blank())[name] for name in _SOUGHT}
        self.expects_new = True
        self.sees_all = reach(self.viewer, "customer", "view") is Reach.ALL
        self.own_department = None if self.sees_all else home_department(self.viewer.person_id, self.viewer)
        self.words: dict[str, dict[str, str]] = {name: {} for name in DICTIONARIES}
        self.tags: dict[str, str] = {}
        self.names: set[str] = set()
        self.counted: set[int] = set()
        self.places: dict[Any, tuple[Any, Any]] = {}
        self.moved: set[Any] = set()
        self.made: list[int] = []
        self.touched: set[int] = set()
        self.moves: list[LifecycleMove] = []
        self.unmoved = 0
        self.handed: dict[int, int | None] = {}
        self.closed = closed_fields(self.viewer, "customer")
        self.contact_closed = closed_fields(self.viewer, "contact")

    # --- looking up ------------------------------------------------------------------------------------------------------

    def read_row(self, row: Row) -> None:
        row.found["written"] = row.values.get("name", "")
        if row.good:
            self._name(row)
        if row.good and self.expects_new:
            self._derive_ahead(row)

    def prepare(self, batch: Batch) -> None:
        self._count_codes(batch.rows)
        listed = list(batch)
        self.known.look_up(listed)
        self.owners.look_up(listed)
        for row in listed:
            if row.good:
                self._settle(row)
        old = [row for row in listed if row.good and row.target is not None]
        refuse_moved([row for row in old if row["stage"]], self.viewer)
        refuse_given([(row, self.owners.owner_of(row)) for row in old if row.good and self.owners.names(row)], self.viewer)

    def _name(self, row: Row) -> None:
        """A member's card has no customer name: the person it names is the customer."""
        if not row["name"] and row["contact"]:
            row.values["name"] = row["contact"]
        if not row["name"]:
            row.refuse("name", __("客户名称要填"))
            return
        row.values["name"] = " ".join(row["name"].split())
        row.found["key"] = rules.name_key(row["name"])
        refuse_closed(row, self.closed)
        if row["contact"]:
            refuse_closed(row, {column for column, name in CONTACT_COLUMNS.items() if name in self.contact_closed})

    def _derive_ahead(self, row: Row) -> None:
        """How a new customer and its contact would be found, worked out while the database is busy."""
        numbers = _numbers(row)
        sought = {**self.sought, "name": row["name"], **row.filled("short_name", "kind"), **_phone_fields(numbers)}
        row.found["derived"] = {**sought, "number": row["number"]}, rules.of_customer(number=row["number"] or "", **sought)
        if row["contact"] and row["contact"] != row["name"]:
            row.found["contact"] = self._contact_fields(row)

    def _count_codes(self, found: Sequence[Row]) -> None:
        """Every row's name and code is told, whatever becomes of the row."""
        for row in found:
            if row.number in self.counted:
                continue
            self.counted.add(row.number)
            self.names.add(row.found["written"])
            code = row.values.get("uscc")
            wrong = any(problem.column == "uscc" for problem in row.problems)
            if wrong or code is not None:
                self.total("invalid_codes" if wrong else "valid_codes" if code.kind == "uscc" else "old_codes", 1)  # type: ignore[union-attr]

    def _settle(self, row: Row) -> None:
        earlier = self.known.repeated(row)
        if not row.good:
            return
        if earlier is not None:
            self._note_places(row, earlier)
            row.skip(__("与第 %(row)s 行是同一家客户") % {"row": earlier})
            return
        self.known.settle(row)
        if row.good and not self.settled(row):
            self.known.remember(row)
            self.places[row.number] = (row["province"], row["city"])

    def _note_places(self, row: Row, earlier: int) -> None:
        if self.places.get(earlier, (None, None)) != (row["province"], row["city"]):
            self.moved.add(earlier)

    # --- writing ---------------------------------------------------------------------------------------------------------

    def write(self, batch: Batch) -> None:
        listed = list(batch)
        self._journal_made(self.owners.admit(listed))
        self._learn_words(listed)
        new = [(row, self._new(row)) for row in listed if row.target is None]
        old = [(row, row.target, self._changes(row, row.target)) for row in listed if row.target is not None]
        self.expects_new = len(new) >= len(old)
        self._number([customer for _row, customer in new])
        for row, customer in new:
            self._finish_new(row, customer)
        self.made.extend(customer.pk for customer in self.create(new))
        moves = [(row, move_by_file(one, values["stage"], actor=self.viewer)) for row, one, values in old if "stage" in values]
        self.handed |= {one.pk: one.owner_id for _row, one, values in old if values.get("owner_id", one.owner_id) != one.owner_id}
        self.update(old)
        self.moves += self.create(moves, main=False)  # type: ignore[arg-type]
        self.touched.update(customer.pk for row, customer, _values in old if row.outcome == "updated")
        self._write_people([*new, *((row, customer) for row, customer, _values in old)], {customer.pk for _row, customer in new})
        self._write_needs(new)

    def _journal_made(self, made: Sequence[Any]) -> None:
        for model in dict.fromkeys(type(one) for one in made):
            self.context.journal.created([one for one in made if type(one) is model])

    def _learn_words(self, listed: Sequence[Row]) -> None:
        for name, dictionary in self.dictionaries.items():
            texts = {str(row[name])[:60] for row in listed if row[name]} - self.words[name].keys()
            if texts:
                self.words[name].update(dictionaries.resolve_many(dictionary, texts, create=True))

        new = {word[:60] for row in listed for word in row["tags"] or ()} - self.tags.keys()
        if new:
            self.tags.update(dictionaries.resolve_many("customer_tag", new, create=True))

    def _values(self, row: Row) -> dict[str, Any]:
        """The fields a row fills, ready to store."""
        values = {code: value for code, value in row.values.items() if code in DIRECT}
        values["name"] = row["name"]
        values.update({name: self.words[name].get(str(row[name])[:60], "") for name in self.dictionaries if row[name]})
        if row["tags"]:
            values["tags"] = list(dict.fromkeys(self.tags[word[:60]] for word in row["tags"] if word[:60] in self.tags))
        if code := code_of(row):
            values["uscc"] = code
        if old := old_number_of(row):
            values["registration_number"] = old
        if row["area"] and "region" not in values:
            values["region"] = row["area"]
        values.update(_phone_fields(_numbers(row)))
        if row["wechat"] and not row["contact"]:
            values["social"] = {"wechat": row["wechat"]}
        return values

    def _new(self, row: Row) -> Customer:
        customer = self.blank()
        vars(customer).update(self._values(row), number=row["number"] or "")
        customer.custom = self.own_values(row, {})
        if row["stage"]:
            customer.stage = row["stage"]
        customer.stage_since = customer.registered_on
        owner = self.owners.owner_of(row)
        if owner is not None:
            customer.owner_id, customer.department_id = owner.pk, self.owners.department_of(owner)
        elif not self.sees_all:
            customer.owner_id, customer.department_id = self.viewer.person_id, self.own_department
        return customer

    def _number(self, made: Sequence[Customer]) -> None:
        waiting = [customer for customer in made if not customer.number]
        if not waiting:
            return
        numbers = iter(numbering.take_many("customer", len(waiting)))
        for customer in waiting:
            customer.number = next(numbers)

    def _finish_new(self, row: Row, customer: Customer) -> None:
        _derive(row, customer)
        required = rules.requirement_for(self.requirements, customer.kind, customer.nature)
        present = {name for name in required if vars(customer).get(name)}
        present |= {"uscc"} if customer.registration_number else set()
        present |= {"birthday"} if customer.birthday_lunar else set()
        present |= {"contact"} if row["contact"] and row["contact"] != customer.name else set()
        present |= {"need"} if row["need"] else set()
        customer.completeness = rules.completeness(required, present)[0]

    def _changes(self, row: Row, customer: Customer) -> Mapping[str, Any]:
        """What a row changes on file: filled cells only; further numbers are added, none is lost."""
        values = self._values(row)
        if "phone" in values:
            values["phones"] = _further_numbers(customer, values["phone"], values["phones"])
        if "tags" in values:
            values["tags"] = list(dict.fromkeys([*customer.tags, *values["tags"]]))
        if own := self.own_values(row, customer.custom):
            values["custom"] = own
        owner = self.owners.owner_of(row)
        if owner is not None:
            values["owner_id"], values["department_id"] = owner.pk, self.owners.department_of(owner)
            values |= {"owner_since": clock.today()} if owner.pk != customer.owner_id else {}
        if row["stage"] and rules.may_move(customer.stage, row["stage"]):
            values |= {"stage": row["stage"], "stage_since": clock.today()}
        elif row["stage"] and row["stage"] != customer.stage:
            self.unmoved += 1
        return {**values, **_derived_with(customer, values)}

    def _write_people(self, pairs: Sequence[tuple[Row, Customer]], new: set[int]) -> None:
        named = [(row, customer) for row, customer in pairs if row["contact"] and row["contact"] != customer.name]
        ids = [customer.pk for _row, customer in named if customer.pk not in new]
        there = set(Contact.objects.filter(customer__in=ids).values_list("customer_id", "name")) if ids else set()
        with_people = {pk for pk, _name in there}
        made = [
            (row, self._contact(row, customer, primary=customer.pk not in with_people))
            for row, customer in named
            if (customer.pk, row["contact"]) not in there
        ]
        if made:
            self.create(made, main=False)
            self.total("contacts", len(made))
            self.touched.update(contact.customer_id for _row, contact in made if contact.customer_id not in new)

    def _contact(self, row: Row, customer: Customer, *, primary: bool) -> Contact:
        contact = self.blank_contact()
        vars(contact).update(row.found.get("contact") or self._contact_fields(row), customer_id=customer.pk, is_primary=primary)
        return contact

    def _contact_fields(self, row: Row) -> dict[str, Any]:
        """What a row says of its contact; the customer's number is the contact's too, where whoever imports may write that."""
        there = row["mobile"] or row["phone"] or ()
        numbers = [] if "phone" in self.contact_closed else [str(phone) for phone in there]
        own = {"name": row["contact"], "phone": numbers[0] if numbers else "", "phones": numbers[1:]}
        return {**own, "position": row["contact_position"] or "", "wechat": row["wechat"] or "", **rules.of_contact(**own)}

    def _write_needs(self, new: Sequence[tuple[Row, Customer]]) -> None:
        made = [(row, Need(customer=customer, text=row["need"], noted_by_id=self.viewer.person_id)) for row, customer in new if row["need"]]
        if made:
            self.create(made, main=False)

    def finish(self) -> None:
        """Totals, what is worth knowing, and the events for what hangs on new customers."""
        self.names.discard("")
        if self.known.doubled:
            self.context.totals["double_codes"] = len(self.known.doubled)
        self.context.totals["names"] = len(self.names)
        if self.owners.made:
            self.context.totals["people"] = self.owners.made
        if self.moved:
            self.note(__("%(n)d 家客户在各行的省市不同，按首行建档") % {"n": len(self.moved)})
        if self.unmoved:
            self.note(__("%(n)d 家的客户阶段没有改：现在的阶段不能直接到表里写的阶段，到客户页逐步改") % {"n": self.unmoved})
        _tell_updated(sorted(self.touched))
        if self.handed:
            handed_over(self.handed, __("导入客户资料"), actor=self.viewer)
        if self.moves:
            tell(self.moves)
        if self.made:
            events.emit(CustomersAdded(tuple(self.made)))

    @classmethod
    def before_undo(cls, ids: Sequence[int]) -> dict[int, int | None]:
        """Whose they are by the file."""
        return dict(Customer.objects.filter(pk__in=list(ids)).values_list("pk", "owner_id"))

    @classmethod
    def undone(cls, ids: Sequence[int], since: datetime, before: dict[int, int | None]) -> None:
        now = cls.before_undo(ids)
        _tell_updated(sorted(now))
        if handed := {pk: before[pk] for pk, owner in now.items() if before.get(pk, owner) != owner}:
            handed_over(handed, __("撤销导入"), actor=SYSTEM)


def _tell_updated(ids: Sequence[int]) -> None:
    for start in range(0, len(ids), PIECE):
        refresh_completeness(ids[start : start + PIECE])
    if ids:
        events.emit(CustomersUpdated(tuple(ids)))


def _derive(row: Row, customer: Customer) -> None:
    known = vars(customer)
    sought = {name: known[name] for name in _SOUGHT}
    ahead, derived = row.found.get("derived", (None, None))
    known.update(derived if ahead == {**sought, "number": customer.number} else rules.of_customer(number=customer.number, **sought))


def _numbers(row: Row) -> list[str]:
    return [str(phone) for phone in (*(row["mobile"] or ()), *(row["phone"] or ()))]


def _phone_fields(numbers: Sequence[str]) -> dict[str, Any]:
    return {"phone": numbers[0], "phones": list(dict.fromkeys(numbers[1:]))} if numbers else {}


def _derived_with(customer: Customer, values: Mapping[str, Any]) -> dict[str, object]:
    """The derived fields as they will be once the values are written."""
    after = {name: values.get(name, getattr(customer, name)) for name in _SOUGHT}
    return rules.of_customer(number=customer.number, **after)


def _further_numbers(customer: Customer, main: str, more: Sequence[str]) -> list[str]:
    every = [*more, *customer.phones, *([customer.phone] if customer.phone else [])]
    keys = {rules.phone_key(main)}
    kept = []
    for number in every:
        if (key := rules.phone_key(number)) not in keys:
            keys.add(key)
            kept.append(number)
    return kept
