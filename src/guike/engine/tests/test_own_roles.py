"""Policies know the roles that a company makes itself (POL-02, PLT-01)."""

import pytest

from guike.engine.policies import facts
from guike.organisation import services
from guike.platform.access import SYSTEM
from guike.platform.rights import present

pytestmark = pytest.mark.django_db


def test_a_role_made_today_can_be_named_in_a_policy_at_once():
    asked = facts.fact("request.applicant_role")
    before = len(asked.choices)
    code = services.copy_role("salesperson", "大客户业务员", actor=SYSTEM, reason="另有折扣权限").role
    present()  # what every request asks first
    assert dict(asked.choices)[code] == "大客户业务员"
    assert len(asked.choices) == before + 1
