"""PRF-6: customers to xlsx in all columns, with the record that it happened; speed, and memory against a tenth of the rows.

`python -m guike.wiring.bench.exporting ROWS` exports so many from the database of DATABASE_URL and prints seconds and peak memory.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from guike.wiring.bench import Figure, Size


def measure(size: Size) -> list[Figure]:
    """Each in a process of its own, so that the peak is that of the export. As many rows as are imported for PRF-5."""
    tenth, whole = (_export(rows) for rows in (size.imported // 10, size.imported))
    return [
        Figure("PRF-6", "export customers to xlsx, rows a second", whole["rate"], "rows/s", 8000, None, whole),
        Figure("PRF-6 memory", "peak memory, against a tenth of the rows", whole["megabytes"], "MB", tenth["megabytes"], None, tenth),
    ]


def _export(rows: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "guike.wiring.bench.exporting", str(rows)], env=os.environ, check=True, stdout=subprocess.PIPE, text=True
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main(count: int) -> None:
    import django

    django.setup()
    from guike.customers.imports.customers import CustomersImport
    from guike.platform.access import SYSTEM
    from guike.platform.exports.services import export_kind

    class Some(CustomersImport):
        """The first customers only: the generated company has more than the requirement asks."""

        @classmethod
        def export_rows(cls, viewer: Any) -> Any:
            every = super().export_rows(viewer)
            last = every.values_list("pk", flat=True)[count - 1 : count].first()
            return every if last is None else every.filter(pk__lte=last)

    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "customers.xlsx").open("wb") as target:
        begun, used = time.monotonic(), time.process_time()
        record = export_kind(Some, "xlsx", target, actor=SYSTEM)
        seconds, processor = time.monotonic() - begun, time.process_time() - used
    told = {
        "rows": record.rows,
        "columns": len(record.columns),
        "seconds": round(seconds, 2),
        "processor_s": round(processor, 2),
        "rate": round(record.rows / seconds),
        "megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(int(sys.argv[1]))
