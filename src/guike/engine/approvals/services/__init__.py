"""The verbs of approvals. Each is one transaction, locks the request first and takes `actor=`."""

from guike.engine.approvals.services.asking import Request, lapse, lapse_groundless, submit
from guike.engine.approvals.services.changing import add_signer, comment, delegate, mark_seen, remind, resubmit, withdraw
from guike.engine.approvals.services.signing import approve, reject, send_back
from guike.engine.approvals.services.upkeep import deputy_named, person_left, remind_due, replace_leaver, seat_deputies, turn_the_day

__all__ = [
    "Request",
    "add_signer",
    "approve",
    "comment",
    "delegate",
    "deputy_named",
    "lapse",
    "lapse_groundless",
    "mark_seen",
    "person_left",
    "reject",
    "remind",
    "remind_due",
    "replace_leaver",
    "resubmit",
    "seat_deputies",
    "send_back",
    "submit",
    "turn_the_day",
    "withdraw",
]
