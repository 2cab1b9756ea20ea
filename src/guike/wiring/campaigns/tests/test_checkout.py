"""Campaigns that are tests at their long size: a failure of theirs fails the campaign, and so does a control that lets its fault through."""

import pytest

from guike.wiring.campaigns import campaigns
from guike.wiring.campaigns._checkout import told

REPORT = """<testsuites><testsuite><testcase file="a.py" name="test_many"><properties><property name="cases" value="750"/>
<property name="seconds" value="3"/></properties>{many}</testcase><testcase file="a.py" name="test_this_file_notices_it">{control}</testcase>
</testsuite></testsuites>"""


def test_every_one_of_them_can_be_run_at_length():
    assert {"api", "access", "xss", "imports", "mutation"} <= {name for name, one in campaigns().items() if one.checkout}


@pytest.mark.parametrize(
    ("many", "control", "passed"),
    [
        ("", "", True),
        ("<failure>500</failure>", "", False),
        ("<error>no database</error>", "", False),
        ("", "<failure>nothing noticed</failure>", False),
    ],
)
def test_what_pytest_reports_is_what_the_campaign_found(many, control, passed):
    found = told(REPORT.format(many=many, control=control))
    assert (found.cases, found.controls, found.passed) == (751, 1, passed)
    assert found.details == {"test_many seconds": "3"}


def test_no_test_at_all_is_no_pass():
    assert not told("<testsuites><testsuite/></testsuites>").passed
