"""Pure rules of customers: no Django, no clock, no queries."""

from guike.customers.rules.birthdays import STORED_LUNAR, lunar_words, next_lunar, next_solar, parse_lunar
from guike.customers.rules.certificates import SOON, certificate_fault, certificate_state
from guike.customers.rules.codes import RegistrationCode, read_code
from guike.customers.rules.custom import custom_value
from guike.customers.rules.derived import of_contact, of_customer
from guike.customers.rules.lifecycle import FINAL, FUNNEL, STAGES, TRANSITIONS, StageFacts, may_move, stage_by_facts
from guike.customers.rules.likeness import AGAINST, REASONS, SUSPICIOUS, WORTH_A_LOOK, Identity, Likeness, identity, likeness
from guike.customers.rules.merging import UNDO_DAYS, former_names, is_blank, joined_phones, same_person, winner
from guike.customers.rules.names import initials, name_key, pinyin, search_text, sought
from guike.customers.rules.parts import NameParts, split_name
from guike.customers.rules.phones import phone_key, phone_shown, split_phones
from guike.customers.rules.pool import Going, going, may_return_on, split_evenly, split_groups, split_mapped
from guike.customers.rules.profile import COMPANY_FIELDS, DEFAULT_REQUIREMENTS, PERSON_FIELDS, completeness, record_fields, requirement_for
from guike.customers.rules.relations import (
    RELATION_KINDS,
    TREES,
    RelationKind,
    TreeNode,
    relation_ends,
    relation_fault,
    sides,
    visible_tree,
)

__all__ = [
    "AGAINST",
    "COMPANY_FIELDS",
    "DEFAULT_REQUIREMENTS",
    "FINAL",
    "FUNNEL",
    "PERSON_FIELDS",
    "REASONS",
    "RELATION_KINDS",
    "SOON",
    "STAGES",
    "STORED_LUNAR",
    "SUSPICIOUS",
    "TRANSITIONS",
    "TREES",
    "UNDO_DAYS",
    "WORTH_A_LOOK",
    "Going",
    "Identity",
    "Likeness",
    "NameParts",
    "RegistrationCode",
    "RelationKind",
    "StageFacts",
    "TreeNode",
    "certificate_fault",
    "certificate_state",
    "completeness",
    "custom_value",
    "former_names",
    "going",
    "identity",
    "initials",
    "is_blank",
    "joined_phones",
    "likeness",
    "lunar_words",
    "may_move",
    "may_return_on",
    "name_key",
    "next_lunar",
    "next_solar",
    "of_contact",
    "of_customer",
    "parse_lunar",
    "phone_key",
    "phone_shown",
    "pinyin",
    "read_code",
    "record_fields",
    "relation_ends",
    "relation_fault",
    "requirement_for",
    "same_person",
    "search_text",
    "sides",
    "sought",
    "split_evenly",
    "split_groups",
    "split_mapped",
    "split_name",
    "split_phones",
    "stage_by_facts",
    "visible_tree",
    "winner",
]
