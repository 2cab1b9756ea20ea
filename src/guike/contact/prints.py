"""《客户跟踪记录表》 of one customer for a period, as values for paper (PLT-04, ACT-01)."""

from datetime import date

from django.utils.translation import gettext as _

from guike.contact import rules, selectors
from guike.customers import selectors as customers
from guike.platform.access import Viewer
from guike.platform.errors import Refused
from guike.platform.print.services import ROWS, Box, Boxes, Heading, Sheet, Table


def follow_up_record(viewer: Viewer, customer_id: int, since: date, until: date) -> Sheet:
    """Every contact of the period that was not voided, oldest first. Refuses a period with more lines than a sheet takes."""
    if until < since:
        raise Refused(_("期间的开始 %(since)s 晚于结束 %(until)s") % {"since": since, "until": until}, field="since")
    customer = customers.customer(viewer, customer_id)
    found = selectors.follow_ups(viewer).filter(customer=customer_id, happened_on__range=(since, until))
    count = found.count()
    if count > ROWS:
        raise Refused(_("这段期间有 %(n)s 次跟进，一张表最多 %(limit)s 次，缩短期间再打印") % {"n": count, "limit": ROWS}, field="since")
    rows = [_row(one) for one in found.select_related("person").prefetch_related("contacts").order_by("happened_on", "id")]
    head = [
        Box(_("客户名称"), customer.name, wide=True),
        Box(_("负责人"), customer.owner.name if customer.owner else ""),
        Box(_("等级"), customer.figures.grade),
        Box(_("期间"), f"{since}～{until}"),
        Box(_("联系次数"), str(count)),
    ]
    columns = (
        Heading(_("日期"), 21),
        Heading(_("方式"), 15),
        Heading(_("联系人"), 20),
        Heading(_("沟通内容与客户反馈")),
        Heading(_("下一步"), 34),
        Heading(_("跟进人"), 16),
    )
    return Sheet(
        title=_("客户跟踪记录表"),
        number=customer.number,
        note=customer.department.name if customer.department else "",
        blocks=(Boxes(head), Table(columns, rows, "", _("这段期间没有跟进"))),
        signatures=(_("跟进人"), _("主管"), _("日期")),
    )


def _row(one: selectors.FollowUp) -> tuple[str, ...]:
    said = one.said + (_("\n客户反馈：%(feedback)s") % {"feedback": one.feedback} if one.feedback else "")
    next_step = "\n".join(part for part in (one.next_step, one.next_on.isoformat() if one.next_on else "") if part)
    return (
        one.happened_on.isoformat(),
        rules.SHORT.get(one.method, one.method),
        "、".join(contact.name for contact in one.contacts.all()),
        said,
        next_step,
        one.person.name,
    )
