"""Whose signature of one step counts, where any of many may sign (PLT-05)."""

import random
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.apps import apps

from guike.engine import selectors as engine
from guike.engine import services as policies
from guike.engine.approvals import services as approvals
from guike.engine.policies import facts
from guike.organisation.selectors import viewer_of_person
from guike.platform import clock
from guike.platform.access import SYSTEM
from guike.platform.errors import Refused
from guike.wiring.campaigns.races import Fixture, Race, cast, linger, register
from guike.wiring.campaigns.races.volley import Answer

SIGNERS, DOCUMENT = 20, "race"
WITHOUT = "guike.wiring.campaigns.races.approval:take_guards_away"
AUTHORITY = """
code: race-authority
kind: authority
title: 任一人签
document: race
clause: {title: 客户跟进管理办法, number: 第二十二条}
routes:
  - code: any
    label: 财务任一人
    steps:
      - {who: role, role: finance}
"""
facts.register_document(facts.Document(DOCUMENT, "竞争"))


def _model(name: str) -> Any:
    return apps.get_model("engine", name).objects


def one_step(count: int, chance: random.Random) -> Fixture:
    """Twenty colleagues, each of whom may sign, press 「同意」 on one request, again and again, all at once."""
    if not any(one.policy.code == "race-authority" for one in engine.policies(SYSTEM)):
        policies.publish_text(AUTHORITY, effective=date(2020, 1, 1), actor=SYSTEM)
    place = cast.department("签批")
    hands = cast.sessions(cast.people(min(SIGNERS, count), place, "finance"))
    applicant = viewer_of_person(cast.people(1, place)[0].person_id)
    asked = approvals.submit(approvals.Request(DOCUMENT, "customer", 0, "任一人签"), actor=applicant or SYSTEM)
    shots = [hands[n % len(hands)].shot(f"/approvals/{asked.pk}/sign/", "do=approve") for n in range(count)]
    chance.shuffle(shots)
    return Fixture(shots, {"approval": asked.pk})


def one_signature(fixture: Fixture, answers: Sequence[Answer]) -> list[str]:
    """One was told that it is signed, one signature is written, the request is approved."""
    won = sum(answer.won for answer in answers)
    asked = _model("Approval").get(pk=fixture.known["approval"])
    written = _model("ApprovalAct").filter(approval=asked, verb="approve").count()
    found = [] if won == 1 else [f"{won} 个人都被告知签了同一步"]
    found += [] if written == 1 else [f"同一步记了 {written} 次同意"]
    return found if asked.state == "approved" else [*found, f"签完以后是 {asked.state}"]


def take_guards_away() -> None:
    """Look before writing, lock nothing, say that others may sign too. Called by the control's server only."""
    from guike.engine.approvals import urls

    def approve(approval_id: int, *, actor: Any, comment: str = "") -> None:
        asked = _model("Approval").get(pk=approval_id)
        if asked.state != "pending":
            raise Refused("已签")
        linger()
        given = {"step": asked.steps.get(), "person_id": actor.person_id, "seat_id": actor.person_id, "at": clock.now()}
        _model("ApprovalAct").create(approval=asked, verb="approve", **given)
        _model("Approval").filter(pk=asked.pk).update(state="approved", closed_at=clock.now())

    urls.views.VERBS["approve"] = (approve, "已同意")


register(Race("approval-step", "一步审批", one_step, one_signature, WITHOUT))
