"""Campaigns that are tests at their long size: pytest in the checkout, its report as an outcome (08-quality).

The suite runs the same tests short and with a seed of its own. A test tells how many cases it tried with `record_property("cases", n)`;
one that shows that a fault would be noticed has `notices` in its name and counts as a control.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from guike.launcher.messages import Stop
from guike.wiring.campaigns import Outcome

#: What the tests read: short or full, a number that repeats the cases, and how many of them.
SIZE, SEED, COUNT = "GUIKE_CAMPAIGN_SIZE", "GUIKE_CAMPAIGN_SEED", "GUIKE_CAMPAIGN_COUNT"


def tried(size: str, seed: int, count: int, *words: str) -> Outcome:
    """Run these tests at this size. Stop where there is no checkout with tests."""
    checkout = Path(os.environ.get("GUIKE_CHECKOUT") or ".")
    if not (checkout / "tests" / "access").is_dir():
        raise Stop("这一场要在源码目录里跑：./guike campaign …")
    environment = {**os.environ, SIZE: size, SEED: str(seed), COUNT: str(count)}
    with tempfile.TemporaryDirectory(prefix="guike-report-") as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-o", "junit_family=xunit1", f"--junitxml={report}", *words]
        subprocess.run(command, cwd=checkout, env=environment, stdout=sys.stderr, check=False)
        if not report.exists():
            raise Stop("pytest 没有跑起来，原因见上面", status=1)
        return told(report.read_text(encoding="utf-8"))


def told(report: str) -> Outcome:
    """pytest's report in our words."""
    outcome, found = Outcome(), ElementTree.fromstring(report)  # noqa: S314 - written by our own pytest a moment ago
    for case in found.iter("testcase"):
        name = f"{case.get('file')}::{case.get('name')}"
        wrong = [problem for kind in ("failure", "error") for problem in case.findall(kind)]
        if "notices" in name:
            outcome.controls += 1
            outcome.controls_failed_as_they_should += not wrong
        properties = {one.get("name"): one.get("value") for one in case.iter("property")}
        outcome.cases += int(properties.pop("cases", None) or 1)
        outcome.details |= {f"{case.get('name')} {key}": value for key, value in properties.items()}
        outcome.failures += [f"{name}：{(one.text or one.get('message') or '')[-4000:]}" for one in wrong if "notices" not in name]
    if not outcome.cases:
        outcome.failures.append("没有一个测试")
    return outcome
