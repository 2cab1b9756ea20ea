"""Tags of customers: words of the company's own list, several to a customer, put on and taken off one by one or in bulk."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from guike.customers.events import CustomerChanged
from guike.customers.models import Customer
from guike.customers.services.doors import changeable
from guike.platform import clock, dictionaries, events
from guike.platform.access import Viewer
from guike.platform.errors import Refused
from guike.platform.verbs import verb

DICTIONARY = "customer_tag"
MOST = 20


@verb("customers.tag")
def tag(customer_id: int, *, actor: Viewer, add: Iterable[str] = (), remove: Iterable[str] = (), reason: str = "") -> bool:
    """Put tags on a customer and take others off; tells whether anything changed.

    Refused: a word that is not on the list, or is retired (`add` only), and more than twenty tags on one customer.
    """
    customer = changeable(actor, customer_id)
    wanted, dropped = list(dict.fromkeys(add)), set(remove)
    _refuse_unknown(wanted)
    tags = [code for code in dict.fromkeys([*customer.tags, *wanted]) if code not in dropped]
    return _write(customer, tags)


@verb("customers.set_tags")
def set_tags(customer_id: int, tags: Iterable[str], *, actor: Viewer, reason: str = "") -> bool:
    """Let a customer carry exactly these tags; retired ones it has may stay."""
    customer = changeable(actor, customer_id)
    wanted = list(dict.fromkeys(tags))
    _refuse_unknown([code for code in wanted if code not in customer.tags])
    return _write(customer, wanted)


def _refuse_unknown(codes: list[str]) -> None:
    known = {word.code for word in dictionaries.entries(DICTIONARY)} if codes else set()
    if unknown := [code for code in codes if code not in known]:
        raise Refused(_("没有「%(tag)s」这个标签，或已停用") % {"tag": unknown[0][:60]}, field="add")


def _write(customer: Customer, tags: list[str]) -> bool:
    if tags == customer.tags:
        return False
    if len(tags) > MOST:
        raise Refused(_("一家客户最多 %(most)d 个标签，先去掉不用的") % {"most": MOST}, field="add")
    customer.tags = tags
    customer.version += 1
    customer.updated_at = clock.now()
    customer.save(update_fields=["tags", "version", "updated_at"])
    events.emit(CustomerChanged(customer.pk, frozenset({"tags"})))
    return True
