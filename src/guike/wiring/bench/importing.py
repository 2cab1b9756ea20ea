"""PRF-5: customers from xlsx with validation, duplicate check and history, in a process and database of its own.

`python -m guike.wiring.bench.importing FILE` imports it and prints rows, seconds, peak memory and how often progress was told.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from guike.wiring.bench import Figure, Size, database

NAME = "guike_bench_import"


def write_file(path: Path, rows: int) -> None:
    """A workbook of companies: number, name, phone, place, source; every fiftieth repeats the name of an earlier one with another phone."""
    import xlsxwriter

    from guike.wiring.demo import words

    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("客户")
        sheet.write_row(0, 0, ["客户编号", "客户名称", "联系人", "电话", "省", "市", "客户来源", "备注"])
        for n in range(1, rows + 1):
            same = n if n % 50 else n - 7
            name = f"温州{words.BRANDS[same % 40]}{same}阀门有限公司"
            person = words.SURNAMES[n % 80] + words.GIVEN[n % 40]
            sheet.write_row(n, 0, [f"X{n:07d}", name, person, f"139{n:08d}", "浙江省", "温州市", "展会活动", "年度采购约 20 万元"])


def measure(size: Size) -> list[Figure]:
    url = os.environ["DATABASE_URL"]
    own = database.make(url, NAME, fresh=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "customers.xlsx"
            write_file(path, size.imported)
            environment = {**os.environ, "DATABASE_URL": own, "GUIKE_HOME": folder}
            subprocess.run([sys.executable, "-m", "django", "migrate", "-v", "0"], env=environment, check=True, stdout=sys.stderr)
            done = subprocess.run(
                [sys.executable, "-m", "guike.wiring.bench.importing", str(path)],
                env=environment,
                check=True,
                capture_output=True,
                text=True,
            )
        told = json.loads(done.stdout.splitlines()[-1])
    finally:
        database.drop(url, NAME)
    return [
        Figure("PRF-5", "import customers from xlsx, rows a second", told["rate"], "rows/s", 5000, None, told),
        Figure("PRF-5 memory", "peak memory of that import, reader included", told["megabytes"], "MB", 400, None, {}),
    ]


def main(path: Path) -> None:
    import django

    django.setup()
    from guike.platform.access import SYSTEM
    from guike.platform.imports import services

    told: list[float] = []
    while_reading: list[float] = []

    def note(done: int, total: int | None = None) -> None:
        told.append(time.monotonic())
        while_reading[:] = while_reading or [_peak(resource.RUSAGE_SELF)]

    begun = time.monotonic()
    _run, result = services.import_file("customers", path, actor=SYSTEM, progress=note)
    seconds = time.monotonic() - begun
    counts = {outcome.value: count for outcome, count in result.counts.items()}
    pauses = [later - earlier for earlier, later in zip([begun, *told], told, strict=False)]
    memory = max(_peak(resource.RUSAGE_SELF), sum(while_reading) + _peak(resource.RUSAGE_CHILDREN))
    print(
        json.dumps(
            {
                "rows": result.rows,
                "counts": counts,
                "seconds": round(seconds, 2),
                "rate": round(result.rows / seconds),
                "processor_s": round(sum(_processor(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)), 2),
                "megabytes": round(memory),
                "longest_silence_s": round(max(pauses, default=seconds), 2),
            }
        )
    )


def _processor(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def _peak(who: int) -> float:
    """Resident megabytes at most so far. The reader has ended before the first batch is told: both peaks never stand beside each other."""
    return resource.getrusage(who).ru_maxrss / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]))
