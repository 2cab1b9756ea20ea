"""PRF-11: what list, search, customer page and evaluation cost here against a company of a tenth, made for it in its own database."""

import json
import os
import statistics
import subprocess
import sys
from typing import Any

from guike.wiring.bench import Figure, Size, database, pages, policies, serving

#: The scale with a tenth of everything.
TENTH = {"small": "tiny", "full": "tenth", "tenth": "small"}
#: Requirement → what it is, how many times as much it may cost.
ALLOWED = {"PRF-1": ("list", 1.2), "PRF-2": ("customer page", 1.2), "PRF-7": ("search", 1.2), "PRF-3": ("evaluation", 11.0)}


def measure(size: Size) -> list[Figure]:
    """Medians, which other work on the machine moves least; one after the other, so let it be quiet."""
    before = _smaller(TENTH[size.name])
    here = {figure.id: figure.as_json() for part in (pages.lists, pages.records, serving.searching, policies.evaluation) for figure in part(size)}
    figures = []
    for code, (what, most) in ALLOWED.items():
        small, large = _typical(before[code]), _typical(here[code])
        detail = {"tenth": small, "here": large, "unit": here[code]["unit"]}
        figures.append(Figure("PRF-11", f"{what}, cost at 10 times the data", round(large / small, 2), "times", most, None, detail))
    return figures


def _typical(figure: dict[str, Any]) -> float:
    """The median; of the evaluation in thousandths, because a tenth of it takes hundredths of a second."""
    detail = figure["detail"]
    return statistics.median(detail["times"]["ours"]) if "times" in detail else float(detail["p50"])


def _smaller(scale: str) -> dict[str, dict[str, Any]]:
    url = database.make(os.environ["DATABASE_URL"], f"guike_bench_{scale}")
    command = [sys.executable, "-m", "guike.wiring.bench", "--scale", scale, "--only", ",".join(ALLOWED)]
    done = subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, stdout=subprocess.PIPE, text=True, check=True)
    return {figure["id"]: figure for figure in json.loads(done.stdout.splitlines()[-1])["results"]}
