"""Document numbers from many writers at once: no gap, no number twice (PLT-13, 08-quality)."""

import random
from collections.abc import Sequence

from django.db import connection

from guike.wiring.campaigns import Outcome, counted
from guike.wiring.campaigns.calls import Answer, Call, made, unlimited
from guike.wiring.campaigns.races import linger
from guike.wiring.campaigns.server import serving
from guike.wiring.campaigns.writers import key

NAME = "numbers"
WHAT = "32 个写入方同时要编号：不断号、不重号，被拒绝的不占号"
COUNTS = {"short": 100, "full": 1000}
WRITERS = 32
#: Every so manieth call is refused after its number was taken: it must be given back.
REFUSED = 10
WITHOUT = "guike.wiring.campaigns.numbers:take_guards_away"


def run(size: str, seed: int) -> Outcome:
    unlimited()
    outcome, chance = Outcome(controls=1), random.Random(f"numbers {seed}")  # noqa: S311 - repeatable by seed
    with serving() as port:
        outcome.failures, outcome.details = _run(port, counted(COUNTS, size), chance)
        outcome.cases = counted(COUNTS, size)
    with serving(WITHOUT) as port:
        found, told = _run(port, min(counted(COUNTS, size), 200), chance)
        outcome.controls_failed_as_they_should = int(bool(found))
        outcome.details["without guard"] = told | {"violations": found}
    return outcome


def _run(port: int, count: int, chance: random.Random) -> tuple[list[str], dict]:
    first = _last() + 1
    mark = f"N{chance.randrange(10**6)}"
    calls = [Call("POST", "/customers", {"name": f"{mark}-{number}"}) for number in range(count)]
    doubtful = [
        Call("POST", "/customers", {"name": f"{mark}-x{number}", "number": "", "nature": "nowhere"}) for number in range(count // REFUSED)
    ]
    mixed = [*calls, *doubtful]
    chance.shuffle(mixed)
    answers = made(port, key(), mixed, WRITERS)
    return judged(mark, count, first, answers), {"answers": len(answers), "written": sum(answer.status == 201 for answer in answers)}


def _last() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(c.last), 0) FROM platform_numbercounter c JOIN platform_numberseries s ON s.id = c.series_id WHERE s.code = 'customer'"
        )
        return int(cursor.fetchone()[0])


def judged(mark: str, count: int, first: int, answers: Sequence[Answer]) -> list[str]:
    """What is wrong with the numbers that were given out from `first` on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM customers_customer WHERE name LIKE %s", [f"{mark}-%"])
        numbers = sorted(int(number.rpartition("-")[2]) for (number,) in cursor.fetchall())
    problems = []
    if len(set(numbers)) != len(numbers):
        problems.append(f"{len(numbers) - len(set(numbers))} 个编号重复")
    if numbers and (numbers[0] != first or numbers[-1] - numbers[0] + 1 != len(set(numbers)) or numbers[-1] != _last()):
        problems.append(f"断号：{len(numbers)} 个编号从 {numbers[0]} 到 {numbers[-1]}，计数器在 {_last()}，应从 {first} 起")
    broken = [answer.status for answer in answers if answer.status == 0 or answer.status >= 500]
    if broken:
        problems.append(f"{len(broken)} 个请求没有好好回答：{sorted(set(broken))}")
    if len(numbers) != count:
        problems.append(f"应写入 {count} 家，写入 {len(numbers)} 家")
    return problems


def take_guards_away() -> None:
    """Look at the last number, then write the next: how it would be without the lock. Called by the control's server only."""
    from guike.platform import clock, numbering
    from guike.platform.models import NumberCounter, NumberSeries

    def take_many(code: str, count: int, day: object = None) -> list[str]:
        series = NumberSeries.objects.get(code=code)
        counter, _made = NumberCounter.objects.get_or_create(series=series, period="", defaults={"last": 0})
        linger()
        NumberCounter.objects.filter(pk=counter.pk).update(last=counter.last + count)
        return [series.render(number, clock.today()) for number in range(counter.last + 1, counter.last + count + 1)]

    numbering.take_many = take_many  # type: ignore[assignment]
