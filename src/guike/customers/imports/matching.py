"""Which customer a row speaks of: by number, else by code, else by name and phone. Equal names alone never merge two customers."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from guike.customers import rules
from guike.customers.models import Customer
from guike.customers.selectors import survivors_by_number
from guike.platform.access import Viewer, rows
from guike.platform.imports.rows import Row


def phone_keys(row: Row) -> list[str]:
    """The numbers of a row, comparable."""
    numbers = (*(row["mobile"] or ()), *(row["phone"] or ()))
    return list(dict.fromkeys(rules.phone_key(phone.number) for phone in numbers))


def code_of(row: Row) -> str:
    """The valid unified code of a row, or nothing."""
    return row["uscc"].number if row["uscc"] is not None and row["uscc"].kind == "uscc" else ""


def old_number_of(row: Row) -> str:
    """The old registration number of a row, or nothing."""
    return row["uscc"].number if row["uscc"] is not None and row["uscc"].kind == "old" else ""


class Known:
    """The customers that a batch may speak of, indexed; and those the file itself has named so far."""

    def __init__(self, viewer: Viewer):
        self.viewer = viewer
        self.changeable = rows(viewer, "customer", "change")
        #: Keys of rows already taken from this file → (sheet row, name key). Numbers, codes and names with phones each have their own.
        self.numbers: dict[str, int] = {}
        self.codes: dict[str, tuple[int, str, str]] = {}
        self.names: dict[str, list[tuple[int, frozenset[str], str]]] = {}
        #: Codes that the file gives to two names.
        self.doubled: set[str] = set()

    def look_up(self, batch: Iterable[Row]) -> None:
        """One query a book for all rows of a batch; another for which of them the viewer may change."""
        numbers = {row["number"] for row in batch if row["number"]}
        codes = {code for row in batch if (code := code_of(row))}
        keys = {row.found["key"] for row in batch if not row["number"]}
        books = {"number": numbers, "uscc": codes, "name_key": keys}
        found = list({one.pk: one for book, sought in books.items() if sought for one in _among(book, sought)}.values())
        self.reachable = set(self.changeable.filter(pk__in=[one.pk for one in found]).values_list("pk", flat=True)) if found else set()
        self.by_number = {one.number: one for one in found} | self._survivors(found)
        live = [one for one in found if one.removed_at is None]
        self.by_code = {one.uscc: one for one in live if one.uscc}
        self.by_key: dict[str, list[Customer]] = defaultdict(list)
        for one in live:
            self.by_key[one.name_key].append(one)

    def _survivors(self, found: Iterable[Customer]) -> dict[str, Customer]:
        """A number of a customer that was merged away speaks of the one it became part of."""
        gone = {one.number for one in found if one.merged_into_id}
        ends = survivors_by_number(gone) if gone else {}
        self.reachable |= (
            set(self.changeable.filter(pk__in=[one.pk for one in ends.values()]).values_list("pk", flat=True)) if ends else set()
        )
        return ends

    # --- the books ------------------------------------------------------------------------------------------------------

    def settle(self, row: Row) -> None:
        """Set `row.target` to the existing customer, or refuse what cannot be told or touched."""
        if row["number"]:
            self._by_number(row)
        else:
            self._by_code_or_name(row)
        if row.good and row.target is not None and row.target.pk not in self.reachable:
            owner = row.target.owner or _("公海")
            row.refuse("name", _("已有这家客户，归 %(owner)s 负责，不在可修改范围内") % {"owner": owner})
        if row.good and row.target is None:
            self._refuse_taken_code(row)

    def _by_number(self, row: Row) -> None:
        row.target = self.by_number.get(row["number"])
        if row.target is not None and row.target.removed_at is not None:
            row.refuse("number", _("编号 %(number)s 的客户已停用") % {"number": row["number"]})

    def _by_code_or_name(self, row: Row) -> None:
        code, key = code_of(row), row.found["key"]
        holder = self.by_code.get(code)
        if holder is not None:
            if key in {holder.name_key, *map(rules.name_key, holder.former_names)}:
                row.target = holder
            return
        same = [one for one in self.by_key.get(key, ()) if not (code and one.uscc) and _phones_agree(row, one.phone_keys)]
        if len(same) > 1:
            listed = "、".join(one.number for one in same[:4])
            row.refuse("name", _("有 %(n)d 家同名客户（%(numbers)s），填客户编号区分") % {"n": len(same), "numbers": listed})
        elif same:
            row.target = same[0]

    def _refuse_taken_code(self, row: Row) -> None:
        holder = self.by_code.get(code_of(row))
        if holder is None:
            return
        name = f"「{holder.name}」（{holder.number}）" if holder.pk in self.reachable else _("另一家客户")
        row.refuse("uscc", _("代码已登记在%(name)s名下：核对是否更名，或代码抄错") % {"name": name})

    # --- the file itself -------------------------------------------------------------------------------------------------

    def repeated(self, row: Row) -> int | None:
        """The earlier row of this file that speaks of the same customer; refuses a code that stands under two names."""
        if row["number"]:
            return _other(self.numbers.get(row["number"]), row)
        code, key = code_of(row), row.found["key"]
        if code and code in self.codes:
            earlier, other, name = self.codes[code]
            if other == key:
                return _other(earlier, row)
            self.doubled.add(code)
            words = {"row": earlier, "name": name}
            row.refuse("uscc", _("这个代码在第 %(row)s 行属于「%(name)s」：一个代码不能有两个名称，核对是否更名") % words)
            return None
        mine = frozenset(phone_keys(row))
        for earlier, phones, its_code in self.names.get(key, ()):
            if earlier != row.number and not (code and its_code and code != its_code) and (not mine or not phones or mine & phones):
                return earlier
        return None

    def remember(self, row: Row) -> None:
        """This row speaks for its customer from now on."""
        code, key = code_of(row), row.found["key"]
        if row["number"]:
            self.numbers[row["number"]] = row.number
        else:
            self.names.setdefault(key, []).append((row.number, frozenset(phone_keys(row)), code))
        if code:
            self.codes.setdefault(code, (row.number, key, row["name"]))


def _among(book: str, sought: set[str]) -> Iterable[Customer]:
    """As one array: thousands of single parameters cost more than the look-up."""
    wanted = RawSQL("SELECT unnest(%s::text[])", [list(sought)])
    found = Customer.everything.filter(**{f"{book}__in": wanted}).select_related("owner")
    # Codes are indexed for those who are there; who was removed holds none.
    return found.filter(removed_at=None).exclude(uscc="") if book == "uscc" else found


def _other(earlier: int | None, row: Row) -> int | None:
    """A row that is looked at a second time (its batch was taken back) does not repeat itself."""
    return None if earlier == row.number else earlier


def _phones_agree(row: Row, kept: Any) -> bool:
    """Numbers that are known on both sides must have one in common."""
    mine = phone_keys(row)
    return not mine or not kept or bool(set(mine) & set(kept))
