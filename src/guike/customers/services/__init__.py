"""The verbs of customers. Each is one transaction, authorised, written into the history with who and why."""

from guike.customers.services.attachments import attach_file, remove_file
from guike.customers.services.certificates import FIELDS as CERTIFICATE_FIELDS
from guike.customers.services.certificates import add_certificate, change_certificate, end_certificate, renew_certificate
from guike.customers.services.consents import note_consent
from guike.customers.services.contacts import add_contact, change_contact, remove_contact
from guike.customers.services.custom_fields import add_custom_field, change_custom_field
from guike.customers.services.exceptions import ask_to_claim, ask_to_keep
from guike.customers.services.figures import refresh_completeness, refresh_figures
from guike.customers.services.file_duties import refresh_file_duties
from guike.customers.services.handover import UNDO_DAYS, divide, hand_over, undo_handover
from guike.customers.services.insights import add_competitor, add_need, change_competitor, change_need, remove_competitor, remove_need
from guike.customers.services.key_dates import refresh_key_dates
from guike.customers.services.lifecycle import advance_stages, move_stage, take_back_stages
from guike.customers.services.merging import CHOSEN, defaults, merge, undo_merge, undo_until, why_not_undo
from guike.customers.services.ownership import RowResult, ask_to_share, share, transfer, transfer_many, unshare
from guike.customers.services.pool import assign, assign_many, claim, claim_many, claim_obstacles, cooldown_words, release
from guike.customers.services.profile import set_requirement
from guike.customers.services.proposals import Supplemented, applies_at_once, decide_proposal, supplement
from guike.customers.services.quotas import require_room, room_warnings
from guike.customers.services.records import add_address, add_customer, change_customer, remove_address, remove_customer
from guike.customers.services.recycling import Recycled, recycle
from guike.customers.services.relations import change_relation, end_relation, relate
from guike.customers.services.reveal import reveal
from guike.customers.services.scanning import dismiss, reopen, scan, scan_now
from guike.customers.services.tags import set_tags, tag

__all__ = [
    "CERTIFICATE_FIELDS",
    "CHOSEN",
    "UNDO_DAYS",
    "Recycled",
    "RowResult",
    "Supplemented",
    "add_address",
    "add_certificate",
    "add_competitor",
    "add_contact",
    "add_custom_field",
    "add_customer",
    "add_need",
    "advance_stages",
    "applies_at_once",
    "ask_to_claim",
    "ask_to_keep",
    "ask_to_share",
    "assign",
    "assign_many",
    "attach_file",
    "change_certificate",
    "change_competitor",
    "change_contact",
    "change_custom_field",
    "change_customer",
    "change_need",
    "change_relation",
    "claim",
    "claim_many",
    "claim_obstacles",
    "cooldown_words",
    "decide_proposal",
    "defaults",
    "dismiss",
    "divide",
    "end_certificate",
    "end_relation",
    "hand_over",
    "merge",
    "move_stage",
    "note_consent",
    "recycle",
    "refresh_completeness",
    "refresh_figures",
    "refresh_file_duties",
    "refresh_key_dates",
    "relate",
    "release",
    "remove_address",
    "remove_competitor",
    "remove_contact",
    "remove_customer",
    "remove_file",
    "remove_need",
    "renew_certificate",
    "reopen",
    "require_room",
    "reveal",
    "room_warnings",
    "scan",
    "scan_now",
    "set_requirement",
    "set_tags",
    "share",
    "supplement",
    "tag",
    "take_back_stages",
    "transfer",
    "transfer_many",
    "undo_handover",
    "undo_merge",
    "undo_until",
    "unshare",
    "why_not_undo",
]
