"""What the customers' own rules add when somebody asks why a customer can be seen or not (PLT-01, CUS-06, CUS-12)."""

from django.utils.translation import gettext as _

from guike.customers.models import Customer, PoolStay
from guike.customers.selectors.visibility import in_clear
from guike.organisation.registry import explain
from guike.platform.access import Viewer, rows


def _grounds(viewer: Viewer, pk: int) -> list[str]:
    customer = Customer.objects.filter(pk=pk).select_related("owner").first()
    if customer is None:
        return []
    found = []
    if customer.removed_at:
        found.append(_("客户已停用，名单里没有它"))
    if in_clear(viewer, customer):
        found.append(_("是负责人，打码的电话、邮箱直接看明文"))
    stay = PoolStay.objects.filter(customer=customer, left_on=None).first() if customer.owner_id is None else None
    if stay and rows(viewer, "pool_stay").filter(pk=stay.pk).exists():
        found.append(_("在公海里，看得到名片，领取以后才能打开档案"))
    elif stay:
        found.append(_("在别的部门的公海里"))
    elif customer.owner_id and customer.owner_id != viewer.person_id:
        found.append(_("负责人是%(name)s") % {"name": customer.owner})
    return [str(one) for one in found]


explain("customer", _grounds)
