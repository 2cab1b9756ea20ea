"""`guike audit` and `guike check` on the command line."""

from argparse import Namespace

from django.core.checks import run_checks

from guike.oversight import services
from guike.platform import audit
from guike.platform.access import Viewer
from guike.wiring.cli.audit import run_seal, run_verify


def test_seal_verify_and_what_an_alteration_changes(company, attacker, home):
    row = audit.note(Viewer(name="陈思远"), "print", "customer", 7).pk
    sealed = run_seal(Namespace())
    assert sealed["number"] == 1
    assert sealed["hash"] in (home / "audit" / "seals.jsonl").read_text()
    clean = run_verify(Namespace())
    assert (clean.status, clean.value["found"], clean.value["rows"]) == (0, 0, sealed["rows"])
    assert not [one for one in run_checks(tags=["database"], databases=["default"]) if one.id == "guike.A001"]
    attacker("DELETE FROM platform_accesslog WHERE id = %s", [row])
    broken = run_verify(Namespace())
    assert (broken.status, broken.value["findings"][0]["row"]) == (1, row)
    (named,) = [one for one in run_checks(tags=["database"], databases=["default"]) if one.id == "guike.A001"]
    assert f"第 {row} 行" in named.msg
    assert services.last_seal()["hash"] == sealed["hash"]
