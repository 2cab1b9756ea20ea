"""`guike check`: the audit trail against its seals (PLT-02)."""

from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register
from django.db import connection

from guike.oversight import services
from guike.oversight.models import Seal

#: Rows that a check compares at most; `guike audit verify` compares everything.
ROWS = 500_000


@register("database")
def the_trail_is_as_sealed(databases: Any = None, **_others: Any) -> list[CheckMessage]:
    """Every link of the chain, the copy outside, and the newest rows."""
    if not databases or Seal._meta.db_table not in connection.introspection.table_names():
        return []
    found = services.verify(since=_first_compared()).findings
    messages: list[CheckMessage] = [
        Error(one.words, hint=f"{one.day}，表 {one.table}；全部核对：guike audit verify", id="guike.A001") for one in found[:20]
    ]
    if len(found) > 20:
        messages.append(Warning(f"审计记录还有 {len(found) - 20} 处不符", hint="guike audit verify", id="guike.A002"))
    return messages


def _first_compared() -> int:
    rows = 0
    for number, count in Seal.objects.order_by("-number").values_list("number", "rows").iterator(chunk_size=1000):
        rows += count
        if rows > ROWS:
            return number
    return 0
