"""Checking the audit trail against its seals: which row of which table on which day was altered, removed or inserted (PLT-02)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from guike.oversight import rules
from guike.oversight.models import Excision, Leaves, Seal, SealedRange
from guike.oversight.services import sealing, trail
from guike.oversight.services.trail import Trail
from guike.platform import clock

#: Findings that are named; the rest is counted.
NAMED = 200


@dataclass(frozen=True)
class Finding:
    """One thing that is not as sealed. `day` is the row's own day or its seal's; `row` None = about the seals themselves."""

    kind: str
    table: str
    label: str
    row: int | None
    day: str
    words: str


@dataclass
class Result:
    """What a check saw. `unreadable` ranges can no longer be compared because a column was taken away by an upgrade."""

    seals: int = 0
    rows: int = 0
    lawful: int = 0
    unsealed: int = 0
    unreadable: int = 0
    last: str = ""
    findings: list[Finding] = field(default_factory=list)
    cuts: dict[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        numbers = {name: getattr(self, name) for name in ("seals", "rows", "lawful", "unsealed", "unreadable", "last")}
        return {**numbers, "findings": [asdict(one) for one in self.findings[:NAMED]], "found": len(self.findings)}


def verify(progress: Callable[[int, int], None] = lambda done, total: None, *, since: int = 0) -> Result:
    """Walk the chain from the first seal (rows are compared from seal number `since` on)."""
    result = Result(cuts=_cuts())
    total = Seal.objects.count()
    ends: dict[str, int] = {}
    previous, number = rules.ORIGIN, 0
    for seal in Seal.objects.order_by("number").prefetch_related("ranges__shape").iterator(chunk_size=200):
        number += 1
        ranges = sorted(seal.ranges.all(), key=lambda one: one.pk)
        result.findings += list(_link(seal, number, previous, ranges, ends))
        previous, number = seal.hash, seal.number
        if number >= since:
            for one in ranges:
                result.findings += _rows(one, seal, result)
        result.seals, result.last = result.seals + 1, seal.hash
        progress(result.seals, total)
    result.findings += _outside(number)
    result.findings += _lost_tables(ends)
    result.unsealed = _unsealed(ends)
    return result


def _about_seal(seal: Seal, words: str) -> Finding:
    return Finding("seal", Seal._meta.db_table, _("审计封签"), seal.number, clock.local(seal.at).date().isoformat(), words)


def _link(seal: Seal, number: int, previous: str, ranges: list[SealedRange], ends: dict[str, int]) -> Iterator[Finding]:
    """Does the seal hang on the one before, and cover each table from where the last left off?"""
    if seal.number != number:
        yield _about_seal(seal, _("第 %(a)s 号之前的封签不见了") % {"a": seal.number})
    elif seal.previous != previous:
        yield _about_seal(seal, _("第 %(a)s 号封签接不上前一号") % {"a": seal.number})
    pure = [rules.Range(one.table, one.after, one.last, one.rows, one.digest) for one in ranges]
    if rules.chained(seal.previous, seal.number, sealing.moment(seal.at), pure) != seal.hash:
        yield _about_seal(seal, _("第 %(a)s 号封签的内容改过") % {"a": seal.number})
    if not rules.is_signed(trail.key(), seal.hash, seal.signature):
        yield _about_seal(seal, _("第 %(a)s 号封签的签名不对：不是本实例的密钥签的") % {"a": seal.number})
    for one in ranges:
        if one.after != ends.get(one.table, rules.BEFORE_ALL):
            yield _about_seal(seal, _("「%(table)s」有一段没有封签") % {"table": one.table})
        ends[one.table] = one.last


def _rows(one: SealedRange, seal: Seal, result: Result) -> list[Finding]:
    table = trail.trails().get(one.table)
    if table is None or trail.missing_columns(table, one.shape.columns):
        result.unreadable += 1
        return []
    count, _highest, present = trail.leaves(table, one.shape.columns, one.after, one.last)
    result.rows += count
    if rules.digest(one.shape.columns, present) == one.digest:
        return []
    kept = Leaves.objects.filter(range=one).first()
    sealed = bytes(kept.content) if kept else b""
    if rules.digest(one.shape.columns, sealed) != one.digest:
        return [
            _about_seal(
                seal, _("「%(table)s」第 %(a)s 号封签留的指纹改过，有改动但说不出是哪几行") % {"table": table.label, "a": seal.number}
            )
        ]
    found = []
    then, now = rules.unpacked(sealed), rules.unpacked(present)
    for difference in rules.differences(then, now):
        if _is_lawful(table, difference, then, now, result.cuts):
            result.lawful += 1
        else:
            found.append(_named(table, difference, seal))
    return found


def _cuts() -> dict[str, int]:
    """Up to which id each table was cut because its time to be kept is over."""
    genuine = [one for one in Excision.objects.filter(cut=True).order_by("row") if _genuine(one)]
    return {one.table: one.row for one in genuine}


def _is_lawful(table: Trail, difference: rules.Difference, then: dict[int, bytes], now: dict[int, bytes], cuts: dict[str, int]) -> bool:
    """Signed for by the program: cut after its time, or overwritten at somebody's request from exactly this to exactly that."""
    if difference.kind == "inserted":
        return False
    if difference.kind == "removed":
        return difference.id <= cuts.get(table.table, rules.BEFORE_ALL)
    chain = list(Excision.objects.filter(table=table.table, cut=False, row=difference.id).order_by("pk"))
    before, after = then[difference.id].hex(), now[difference.id].hex()
    while chain and chain[0].before != before:  # overwritten before it was sealed
        chain.pop(0)
    if not chain or chain[-1].after != after:
        return False
    return all(_genuine(one) for one in chain) and all(a.after == b.before for a, b in itertools.pairwise(chain))


def _genuine(one: Excision) -> bool:
    return rules.is_signed(trail.key(), one.text, one.signature)


def _named(table: Trail, difference: rules.Difference, seal: Seal) -> Finding:
    day = _day_of(table, difference.id) or clock.local(seal.at).date().isoformat()
    words = {
        "altered": _("「%(label)s」的第 %(row)s 行在封签以后改过"),
        "removed": _("「%(label)s」的第 %(row)s 行在封签以后删掉了"),
        "inserted": _("「%(label)s」的第 %(row)s 行是封签以后插进来的"),
    }[difference.kind]
    return Finding(difference.kind, table.table, table.label, difference.id, day, words % {"label": table.label, "row": difference.id})


def _day_of(table: Trail, row: int) -> str:
    name = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name(table.moment)} FROM {name(table.table)} WHERE {name(table.key)} = %s", [row])  # noqa: S608
        found = cursor.fetchone()
    return clock.local(found[0]).date().isoformat() if found else ""


def _outside(last: int) -> list[Finding]:
    """What the copy outside the database says against it."""
    found = []
    values = dict(Seal.objects.values_list("number", "hash"))
    for line in sealing.outside_lines():
        number, value, day = int(line["number"]), line["hash"], str(line["at"])[:10]
        if not rules.is_signed(trail.key(), f"{number}|{value}", line["signature"]):
            words = _("库外副本第 %(a)s 号的签名不对：文件改过，或密钥换过")
        elif number > last or number not in values:
            words = _("库外副本有第 %(a)s 号封签，数据库里没有：封签连同记录被删掉了，或数据库退回过旧备份")
        elif values[number] != value:
            words = _("第 %(a)s 号封签与库外副本不同：数据库里的整条链重写过")
        else:
            continue
        found.append(Finding("outside", Seal._meta.db_table, _("审计封签"), number, day, words % {"a": number}))
    return found


def _there(ends: dict[str, int]) -> dict[str, Any]:
    """The tables of the trail, but for those that a newer version brings and that are not made yet: `migrate` looks here before it makes them."""
    made = set(connection.introspection.table_names())
    return {table: one for table, one in trail.trails().items() if table in made or table in ends}


def _lost_tables(ends: dict[str, int]) -> list[Finding]:
    """A sequence set back would hide new rows below the sealed end."""
    known = _there(ends)
    with connection.cursor() as cursor:
        cursor.execute(sealing.MEASURED, [list(known), [one.key for one in known.values()]])
        limits = dict(cursor.fetchall())
    return [
        Finding(
            "sequence",
            table,
            known[table].label,
            None,
            clock.today().isoformat(),
            _("「%(label)s」的编号退回去过") % {"label": known[table].label},
        )
        for table, end in ends.items()
        if table in limits and limits[table] < end
    ]


def _unsealed(ends: dict[str, int]) -> int:
    """Rows written since the last seal."""
    name = connection.ops.quote_name
    count = 0
    with connection.cursor() as cursor:
        for one in _there(ends).values():
            cursor.execute(f"SELECT count(*) FROM {name(one.table)} WHERE {name(one.key)} > %s", [ends.get(one.table, rules.BEFORE_ALL)])  # noqa: S608
            count += cursor.fetchone()[0]
    return count
