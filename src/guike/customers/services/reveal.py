"""Looking at a veiled value in clear: logged, limited (CUS-12)."""

from django.utils.translation import gettext as _

from guike.platform import audit
from guike.platform.access import Right, Viewer, field_right, row
from guike.platform.errors import Forbidden
from guike.platform.verbs import verb

OBJECTS = {"customer": ("phone", "phones", "email", "bank_account"), "contact": ("phone", "phones", "email", "wechat", "private_channels")}


@verb("customers.reveal")
def reveal(object_code: str, pk: int, field: str, *, actor: Viewer, address: str | None = None) -> str:
    """The value of a veiled field in clear, noted in the access log with who, when and from where.

    Forbidden where the field is hidden from the actor; refused over the hourly limit.
    """
    if field not in OBJECTS.get(object_code, ()):
        raise Forbidden(_("这一项不能查看明文"))
    found = row(actor, object_code, pk, "reveal")
    if field_right(actor, object_code, field) is Right.HIDDEN:
        raise Forbidden(_("没有查看这一项的权限"))
    audit.note_reveal(actor, object_code, pk, field, address=address)
    value = getattr(found, field)
    return "、".join(value) if isinstance(value, list) else str(value)
