"""Do the tests notice? Small wrong changes to what decides about rights, policies and duties, each against the tests of its own (08-quality)."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from guike.launcher.messages import Stop
from guike.wiring.campaigns import Outcome, counted

NAME = "mutation"
WHAT = "把权限、制度、待办规则里的代码逐处改错一点，测试必须发现；没发现的列出来，判断过的记在 tests/security/mutants.txt"
CHECKOUT = True
COUNTS = {"short": 20, "full": 0}
#: Modules → the tests that have to notice.
PARTS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("guike.platform.access", "guike.platform.rights"): (
        "src/guike/platform/tests/test_access.py",
        "src/guike/platform/tests/test_page_access.py",
        "src/guike/platform/tests/test_rights.py",
        "src/guike/organisation/tests/test_rights.py",
    ),
    ("guike.engine.obligations.rules",): ("src/guike/engine/obligations/tests/test_rules.py",),
    (
        "guike.engine.policies.authority",
        "guike.engine.policies.entitlement",
        "guike.engine.policies.scorecard",
        "guike.engine.policies.holding",
        "guike.engine.policies.quota",
        "guike.engine.policies.match",
        "guike.engine.policies.nearest",
        "guike.engine.policies.table",
    ): (
        "src/guike/engine/tests/test_check.py",
        "src/guike/engine/tests/test_cadence_quota.py",
        "src/guike/engine/tests/test_evaluate.py",
        "src/guike/engine/tests/test_explain.py",
        "src/guike/engine/tests/test_signatures.py",
        "src/guike/engine/tests/test_authority_rules.py",
        "src/guike/engine/tests/test_entitlement.py",
        "src/guike/engine/tests/test_entitlement_rules.py",
        "src/guike/engine/tests/test_holding_rules.py",
        "src/guike/engine/tests/test_match_rules.py",
        "src/guike/engine/tests/test_nearest_rules.py",
        "src/guike/engine/tests/test_scorecard_rules.py",
        "src/guike/engine/tests/test_table_rules.py",
    ),
}


def run(size: str, seed: int) -> Outcome:
    """Short or a number: so many of each part; full: all. A survivor that nobody has judged fails the campaign."""
    checkout, outcome = Path(os.environ.get("GUIKE_CHECKOUT") or "."), Outcome()
    judged = _judged(checkout)
    for modules, tests in PARTS.items():
        told = _part(checkout, modules, tests, counted(COUNTS, size), seed)
        outcome.controls += 1
        outcome.controls_failed_as_they_should += told["untouched"]
        outcome.cases += told["noticed"] + len(told["survived"])
        outcome.details[modules[0]] = {"noticed": told["noticed"], "survived": len(told["survived"]), "not made": told["not_made"]}
        outcome.failures += [f"没有测试发现：{one}" for one in told["survived"] if one.rsplit(" (line", 1)[0] not in judged]
    return outcome


def _judged(checkout: Path) -> set[str]:
    """Survivors that were looked at: one a line, the reason after a tab."""
    path = checkout / "tests" / "security" / "mutants.txt"
    return {line.split("\t")[0] for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")} if path.exists() else set()


def _part(checkout: Path, modules: tuple[str, ...], tests: tuple[str, ...], count: int, seed: int) -> dict:
    with tempfile.TemporaryDirectory(prefix="guike-mutation-") as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "guike.wiring.campaigns._mutating", "-p", "no:randomly", "-p", "no:cacheprovider"]
        command += [f"--mutate={one}" for one in modules]
        command += [f"--mutants={count}", f"--mutation-seed={seed}", f"--mutation-report={report}", *tests]
        subprocess.run(command, cwd=checkout, stdout=sys.stderr, check=False)
        if not report.exists():
            raise Stop("变异测试没有跑起来，原因见上面", status=1)
        return json.loads(report.read_text("utf-8"))
