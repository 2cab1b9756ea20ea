# ruff: noqa: S608 — composed from our own texts and numbers
"""PRF-3 and PRF-4: a ten-characteristic scorecard over everybody beside the same by hand, and one explanation."""

import random
import time
from datetime import date
from functools import partial
from pathlib import Path

from django.apps import apps
from django.db import connection

from guike.engine import selectors as engine
from guike.engine import services
from guike.engine.policies.compile import effective_sql
from guike.engine.rulebook import Rulebook
from guike.platform import clock
from guike.platform.access import SYSTEM
from guike.wiring.bench import Figure, Size
from guike.wiring.bench.measure import milliseconds, percentile, queries, roomy, viewer

HERE = Path(__file__).parent
CODE = "bench-grade"
TURNS = 5
POINTS = ", ".join(f"p{n}" for n in range(10))


def publish() -> None:
    """The scorecard in force since ever, unless it is already."""
    services.publish_text((HERE / "scorecard.yaml").read_text(encoding="utf-8"), effective=date(2000, 1, 1), actor=SYSTEM)


def ours(day: date) -> str:
    book = Rulebook(day)
    found = book.holding(CODE)
    return f"SELECT subject_id, outcome, score, {POINTS} FROM ({effective_sql(book.compiling(found.content, None), found)}) q"


def by_hand(day: date) -> str:
    return (HERE / "sql" / "scorecard.sql").read_text(encoding="utf-8").replace(":day", f"DATE '{day}'")


def evaluation(size: Size) -> list[Figure]:
    """Both make a table of outcome, score and points for every customer, in turns; the tables must be equal row by row."""
    day = clock.today()
    statements = {"ours": ours(day), "by_hand": by_hand(day)}
    times: dict[str, list[float]] = {name: [] for name in statements}
    with roomy() as cursor:
        for turn in range(TURNS + 1):
            for name, text in statements.items():
                cursor.execute(f"DROP TABLE IF EXISTS {name}")
                begun = time.perf_counter()
                cursor.execute(f"CREATE TEMP TABLE {name} AS {text}")
                if turn:
                    times[name].append(time.perf_counter() - begun)
        differing = "SELECT count(*) FROM (SELECT * FROM ours EXCEPT SELECT * FROM by_hand) d"
        cursor.execute(f"SELECT ({differing}), (SELECT count(*) FROM ours), (SELECT count(*) FROM by_hand)")
        different, mine, theirs = cursor.fetchone()
    if different or mine != theirs:
        raise RuntimeError(f"PRF-3: {different} of {mine} customers differ from the hand-written SQL ({theirs})")
    spent, baseline = (percentile(times[name], 0.5) for name in ("ours", "by_hand"))
    whole = milliseconds(lambda: services.evaluate([CODE], as_of=day, actor=SYSTEM)) / 1000
    detail = {
        "customers": mine,
        "turns": TURNS,
        "equal_rows": True,
        "evaluate_with_writes_s": round(whole, 2),
        "times": {k: [round(t, 3) for t in v] for k, v in times.items()},
    }
    return [Figure("PRF-3", "10-characteristic scorecard over all customers, beside hand-written SQL", spent, "s", baseline, 1, detail)]


def explanation(size: Size) -> list[Figure]:
    """The score sheet of single customers."""
    seen_by = viewer("marketing")
    seed = random.Random(4)  # noqa: S311 — the same customers every time
    chosen = [seed.randrange(1, size.customers) for _turn in range(60)]
    known = set(apps.get_model("customers.Customer").objects.filter(pk__in=chosen).values_list("pk", flat=True))
    times = [milliseconds(partial(engine.explain, seen_by, CODE, pk)) for pk in chosen if pk in known]
    count = queries(partial(engine.explain, seen_by, CODE, chosen[0]))
    connection.close()
    return [Figure("PRF-4", "explain one customer, p95", percentile(times[5:], 0.95), "ms", 50, count, {"p50": percentile(times[5:], 0.5)})]
