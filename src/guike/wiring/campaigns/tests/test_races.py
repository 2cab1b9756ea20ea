"""The races of the short campaign are won by as many as may, lost without their guard; nothing of the product reaches the hook."""

from pathlib import Path

import pytest

from guike.wiring import cli
from guike.wiring.campaigns import Outcome, campaigns
from guike.wiring.campaigns.races import races
from guike.wiring.campaigns.races.volley import Answer

PACKAGE = Path(cli.__file__).resolve().parents[2]


def test_the_campaign_and_its_races_are_found():
    assert "races" in campaigns()
    assert {"approval-step", "find-accept", "pool-claim", "pool-quota"} <= {race.code for race in races()}


@pytest.mark.parametrize(
    ("answer", "won"),
    [(Answer(302, "/customers/7/"), True), (Answer(302, "/login/?next=/"), False), (Answer(409), False), (Answer(0), False)],
)
def test_who_is_led_to_the_door_has_won_nothing(answer, won):
    assert answer.won is won


@pytest.mark.parametrize(
    ("outcome", "passed"),
    [
        (Outcome(50, [], 2, 2), True),
        (Outcome(50, ["两个人领到"], 2, 2), False),
        (Outcome(50, [], 2, 1), False),
    ],
)
def test_a_control_that_lets_its_fault_through_fails_the_campaign(outcome, passed):
    assert outcome.passed is passed


def test_nothing_of_the_product_reaches_the_hook_that_takes_guards_away():
    """Only the command that starts the campaign names the package; the hook itself is named by the campaign alone."""
    naming = [path for path in PACKAGE.rglob("*.py") if "campaigns" not in path.parts and "wiring.campaigns" in path.read_text(encoding="utf-8")]
    assert {path.relative_to(PACKAGE).as_posix() for path in naming} == {"wiring/cli/campaign.py"}
    assert "take_guards_away" not in "".join(path.read_text(encoding="utf-8") for path in naming)
