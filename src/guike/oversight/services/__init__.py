"""What oversight does: seals, checks, cuts and erases; answers people who ask about their own data."""

from guike.oversight.services.copying import ask_for_copy, copies, remove_old_copies
from guike.oversight.services.cutting import cut_over_age
from guike.oversight.services.erasure import confirm_erasure, count_up, obstacle, propose_erasure, return_erasure
from guike.oversight.services.keeping import end_over, opened, place_hold, release_hold
from guike.oversight.services.requests import check_identity, close_request, record_request, refuse_request, remind, set_terms, terms
from guike.oversight.services.retention import Looked, begin_erasure, call_off, keep_longer, look, months_of, why_not_due
from guike.oversight.services.sealing import last_seal, outside, seal
from guike.oversight.services.verifying import Finding, Result, verify

__all__ = [
    "Finding",
    "Looked",
    "Result",
    "ask_for_copy",
    "begin_erasure",
    "call_off",
    "check_identity",
    "close_request",
    "confirm_erasure",
    "copies",
    "count_up",
    "cut_over_age",
    "end_over",
    "keep_longer",
    "last_seal",
    "look",
    "months_of",
    "obstacle",
    "opened",
    "outside",
    "place_hold",
    "propose_erasure",
    "record_request",
    "refuse_request",
    "release_hold",
    "remind",
    "remove_old_copies",
    "return_erasure",
    "seal",
    "set_terms",
    "terms",
    "verify",
    "why_not_due",
]
