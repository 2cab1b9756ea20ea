"""Reads of customers; the first argument is the viewer."""

from guike.customers.selectors.files import attachments, open_attachment
from guike.customers.selectors.lifecycle import FunnelStage, StageStep, funnel, stage_steps
from guike.customers.selectors.people import ChartPerson, collaborators, contacts, decision_chart, next_birthdays
from guike.customers.selectors.profile import Profile, profile, requirement_lists
from guike.customers.selectors.records import (
    Similar,
    competitors,
    customer,
    customers,
    editable,
    list_rows,
    names,
    needs,
    search,
    similar,
)
from guike.customers.selectors.visibility import in_clear, shown

__all__ = [
    "ChartPerson",
    "FunnelStage",
    "Profile",
    "Similar",
    "StageStep",
    "attachments",
    "collaborators",
    "competitors",
    "contacts",
    "customer",
    "customers",
    "decision_chart",
    "editable",
    "funnel",
    "in_clear",
    "list_rows",
    "names",
    "needs",
    "next_birthdays",
    "open_attachment",
    "profile",
    "requirement_lists",
    "search",
    "shown",
    "similar",
    "stage_steps",
]
