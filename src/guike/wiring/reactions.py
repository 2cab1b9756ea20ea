"""The one table of reactions: which event of a lower domain sets off what in an upper one (architecture: events)."""

from collections.abc import Callable
from importlib import import_module

from guike.platform import events

#: "module:Event" → the functions called with it, in this order, in the writer's transaction.
REACTIONS: dict[str, list[str]] = {
    "guike.organisation.events:PersonLeft": ["guike.engine.approvals.services:person_left", "guike.customers.services.handover:left"],
    "guike.organisation.events:DeputyNamed": ["guike.engine.approvals.services:deputy_named"],
    "guike.engine.events:StandingsChanged": [
        "guike.contact.services:refresh_after_standings",
        "guike.customers.services.reactions:standings_changed",
        "guike.engine.automations.services:heard",
        "guike.engine.facts:graded",
    ],
    "guike.engine.events:PolicyTookEffect": ["guike.contact.services:refresh_after_policy", "guike.customers.services.warnings:policy_changed", "guike.engine.notifications:policy_took_effect"],
    "guike.engine.events:ApprovalAsked": ["guike.engine.notifications:approval_asked"],
    "guike.engine.events:ApprovalDecided": ["guike.engine.notifications:approval_decided"],
    "guike.engine.events:Escalated": ["guike.workspace.today.notices:escalated", "guike.engine.facts:escalated"],
    "guike.customers.events:OwnersChanged": [
        "guike.contact.services:follow_new_owner",
        "guike.customers.services.reactions:owners_changed",
        "guike.customers.services.reactions:judge_handed",
        "guike.customers.services.exceptions:owners_changed",
        "guike.customers.notifications:tell_new_owner",
        "guike.engine.automations.services:heard",
        "guike.customers.facts:transferred",
    ],
    "guike.customers.events:CustomersAdded": [
        "guike.customers.services.reactions:dates_follow",
        "guike.customers.services.reactions:judge_new",
        "guike.customers.services.reactions:file_duties_follow",
        "guike.engine.automations.services:heard",
        "guike.customers.facts:added",
    ],
    "guike.customers.events:CustomersUpdated": [
        "guike.customers.services.reactions:dates_follow",
        "guike.customers.services.reactions:judge_new",
        "guike.contact.services:refresh_many",
    ],
    "guike.customers.events:CustomerChanged": [
        "guike.contact.services:withdraw_for_removed",
        "guike.customers.services.reactions:dates_of_changed",
        "guike.customers.services.reactions:judge_changed",
        "guike.customers.facts:changed",
    ],
    "guike.customers.events:StagesMoved": ["guike.customers.services.reactions:judge_moved", "guike.engine.automations.services:heard", "guike.customers.facts:moved"],
    "guike.contact.events:FollowUpLogged": [
        "guike.customers.services.reactions:one_changed",
        "guike.customers.services.warnings:answered",
        "guike.marketing.services:customer_changed",
        "guike.engine.automations.services:heard",
        "guike.contact.facts:logged",
    ],
    "guike.customers.events:CustomersMerged": [
        "guike.customers.services.reactions:many_changed",
        "guike.customers.services.reactions:dates_follow",
        "guike.customers.services.reactions:judge_new",
        "guike.contact.services:refresh_many",
        "guike.marketing.services:customers_changed",
        "guike.customers.facts:merged",
    ],
    "guike.contact.events:FollowUpsImported": ["guike.contact.services:refresh_many", "guike.marketing.services:customers_changed"],
    "guike.contact.events:FollowUpsWithdrawn": [
        "guike.customers.services.reactions:many_withdrawn",
        "guike.contact.services:refresh_many",
        "guike.marketing.services:customers_changed",
    ],
    "guike.sales.events:OrderRecorded": [
        "guike.customers.services.reactions:one_changed",
        "guike.customers.services.warnings:answered",
        "guike.sales.services.regrading:one_changed",
        "guike.marketing.services:customer_changed",
        "guike.engine.automations.services:heard",
        "guike.sales.facts:recorded",
    ],
    "guike.sales.events:OrderChanged": [
        "guike.customers.services.reactions:one_changed",
        "guike.sales.services.regrading:one_changed",
        "guike.marketing.services:customer_changed",
        "guike.sales.facts:changed",
    ],
    "guike.sales.events:OrderCancelled": [
        "guike.customers.services.reactions:one_changed",
        "guike.sales.services.regrading:one_changed",
        "guike.marketing.services:customer_changed",
        "guike.sales.facts:cancelled",
    ],
    "guike.sales.events:ReturnConfirmed": ["guike.customers.services.reactions:one_changed", "guike.sales.services.regrading:one_changed", "guike.sales.facts:returned"],
    "guike.sales.events:OrdersImported": [
        "guike.customers.services.reactions:many_changed",
        "guike.sales.services.regrading:many_changed",
        "guike.marketing.services:customers_changed",
    ],
    "guike.sales.events:OrdersWithdrawn": [
        "guike.customers.services.reactions:many_withdrawn",
        "guike.sales.services.regrading:many_changed",
        "guike.contact.services:refresh_many",
        "guike.marketing.services:customers_changed",
    ],
    "guike.marketing.events:FindSent": ["guike.marketing.notifications:tell_receivers"],
    "guike.marketing.events:FindReturned": ["guike.marketing.notifications:tell_finder"],
    "guike.marketing.events:FindOrdered": ["guike.marketing.notifications:tell_first_order"],
    "guike.platform.imports.undo:RowsRemoved": [
        "guike.customers.services.reactions:forget_removed",
        "guike.sales.services.timeline:forget_removed",
        "guike.contact.services:forget_removed",
    ],
}


def _resolve(dotted: str) -> Callable | type:
    module, name = dotted.split(":")
    return getattr(import_module(module), name)


for event, reactions in REACTIONS.items():
    for reaction in reactions:
        events.subscribe(_resolve(event), _resolve(reaction))  # type: ignore[arg-type]
