"""What is pushed of customers (PLT-07)."""

from django.utils.translation import gettext_lazy as _

from guike.customers import events
from guike.platform.webhooks.events import register, tell

register("customer.created", "customer", _("客户新建"))
register("customer.changed", "customer", _("客户修改"))
register("customer.transferred", "customer", _("客户转负责人"))
register("customer.stage_changed", "customer", _("客户阶段变动"))
register("customer.merged", "customer", _("客户合并"))


def added(event: events.CustomersAdded) -> None:
    tell("customer.created", event.customer_ids)


def changed(event: events.CustomerChanged) -> None:
    tell("customer.changed", [event.customer_id], {"fields": sorted(event.fields)})


def transferred(event: events.OwnersChanged) -> None:
    tell("customer.transferred", event.customer_ids, {"owner": event.owner_id})


def moved(event: events.StagesMoved) -> None:
    tell("customer.stage_changed", event.customer_ids)


def merged(event: events.CustomersMerged) -> None:
    tell("customer.merged", event.customer_ids)
