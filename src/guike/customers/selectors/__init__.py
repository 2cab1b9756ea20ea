"""Reads of customers; the first argument is the viewer."""

from guike.customers.selectors.certificates import certificate, certificates, certificates_for
from guike.customers.selectors.changes import RecordChange, changes
from guike.customers.selectors.doubles import (
    Member,
    changed_since,
    cluster,
    members,
    merge,
    merges,
    moved,
    survivor_of,
    survivors_by_number,
    to_merge,
)
from guike.customers.selectors.exceptions import Told, exception_of, going_words, keepable
from guike.customers.selectors.files import attachments
from guike.customers.selectors.finding import contacts_found, customers_found, part_of_a_veiled_number, search
from guike.customers.selectors.handover import Holdings, handover, handovers, holdings_of, left_with_customers
from guike.customers.selectors.key_dates import key_dates, own_key_dates
from guike.customers.selectors.lifecycle import FunnelStage, StageStep, funnel, stage_steps
from guike.customers.selectors.people import ChartPerson, collaborators, consents_of, contacts, decision_chart, next_birthdays
from guike.customers.selectors.pool import Passage, passages
from guike.customers.selectors.pool import stay as pool_stay
from guike.customers.selectors.pool import stays as pool_stays
from guike.customers.selectors.profile import Profile, profile, requirement_days, requirement_lists
from guike.customers.selectors.proposals import Blank, Lacking, ProposalLine, lacking, may_change, proposals, waiting_count
from guike.customers.selectors.records import (
    competitors,
    customer,
    customers,
    editable,
    grades,
    list_rows,
    names,
    needs,
    own_fields,
    releasable,
)
from guike.customers.selectors.relations import (
    CompanyGroup,
    RelationLine,
    company_group,
    name_in_sight,
    relation,
    relation_count,
    relations,
    relations_for,
)
from guike.customers.selectors.similar import Similar, exactly_there, identity_of, matches, of_ticket, similar, similar_to
from guike.customers.selectors.visibility import WITH, in_clear, shown, without_hidden

__all__ = [
    "WITH",
    "Blank",
    "ChartPerson",
    "CompanyGroup",
    "FunnelStage",
    "Holdings",
    "Lacking",
    "Member",
    "Passage",
    "Profile",
    "ProposalLine",
    "RecordChange",
    "RelationLine",
    "Similar",
    "StageStep",
    "Told",
    "attachments",
    "certificate",
    "certificates",
    "certificates_for",
    "changed_since",
    "changes",
    "cluster",
    "collaborators",
    "company_group",
    "competitors",
    "consents_of",
    "contacts",
    "contacts_found",
    "customer",
    "customers",
    "customers_found",
    "decision_chart",
    "editable",
    "exactly_there",
    "exception_of",
    "funnel",
    "going_words",
    "grades",
    "handover",
    "handovers",
    "holdings_of",
    "identity_of",
    "in_clear",
    "keepable",
    "key_dates",
    "lacking",
    "left_with_customers",
    "list_rows",
    "matches",
    "may_change",
    "members",
    "merge",
    "merges",
    "moved",
    "name_in_sight",
    "names",
    "needs",
    "next_birthdays",
    "of_ticket",
    "own_fields",
    "own_key_dates",
    "passages",
    "pool_stay",
    "pool_stays",
    "profile",
    "proposals",
    "relation",
    "relation_count",
    "relations",
    "relations_for",
    "releasable",
    "requirement_days",
    "requirement_lists",
    "search",
    "shown",
    "similar",
    "similar_to",
    "stage_steps",
    "survivor_of",
    "survivors_by_number",
    "to_merge",
    "waiting_count",
    "without_hidden",
]
