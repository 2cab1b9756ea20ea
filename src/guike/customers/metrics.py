"""What customers themselves tell the engine (POL-03): attributes of the record, completeness of the file, who decides."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from guike.customers.models import Contact, Customer
from guike.engine.metrics import (
    Aggregate,
    Attribute,
    Drill,
    Shown,
    Source,
    Subject,
    ValueKind,
    register_metric,
    register_source,
    register_subject,
)
from guike.platform.access import Viewer, allowed, rows

register_subject(
    Subject(
        code="customer",
        label=_("客户"),
        model="customers.Customer",
        table="customers_customer",
        live="s.removed_at IS NULL",
        url="/customers/{id}/",
    )
)


def _deciders(viewer: Viewer, customer_id: int, as_of: date, limit: int) -> Drill:
    """The decision makers on file today: the value of a past day is kept, the list behind it is the present one."""
    columns = (Shown("name", _("姓名"), "k.name"), Shown("position", _("职务"), "k.position"))
    if not allowed(viewer, "contact", "view"):
        return Drill(columns, (), (), 0, hidden=True)
    found = rows(viewer, "contact").filter(customer_id=customer_id, role=Contact.Role.DECIDES, left_on__isnull=True)
    listed = tuple(found.values_list("name", "position")[:limit])
    return Drill(columns, listed, ("",) * len(listed), found.count(), note=str(_("按现有联系人列出")))


def _flag_since(column: str) -> str:
    return f"COALESCE(s.{column} <= %(as_of)s, FALSE)"


register_metric(
    Attribute(code="profile.completeness", label=_("档案完整度"), value=ValueKind.PERCENT, expression="s.completeness"),
    Attribute(code="decision_makers.known", label=_("已知拍板人"), unit="人", expression="s.decision_makers", drill=_deciders),
    Attribute(
        code="deal.expected_days",
        label=_("预计成交"),
        value=ValueKind.DAYS,
        expression="s.expected_deal_on - %(as_of)s",
        semantics=_("距预计成交日的天数，已过为负"),
        higher_is_better=False,
    ),
    Attribute(
        code="deal.need_state",
        label=_("需求"),
        value=ValueKind.TEXT,
        expression="NULLIF(s.need_state, '')",
        choices=tuple(Customer.NeedState.choices),
    ),
    Attribute(
        code="deal.rapport",
        label=_("客情"),
        value=ValueKind.TEXT,
        expression="NULLIF(s.rapport, '')",
        choices=tuple(Customer.Rapport.choices),
    ),
    Attribute(code="customer.kind", label=_("客户类别"), value=ValueKind.TEXT, expression="s.kind", choices=tuple(Customer.Kind.choices)),
    Attribute(
        code="customer.nature",
        label=_("登记的客户性质"),
        value=ValueKind.TEXT,
        expression="NULLIF(s.nature, '')",
        choices=tuple(Customer.Nature.choices),
    ),
    Attribute(
        code="customer.dealer_agreement", label=_("已签经销协议"), value=ValueKind.FLAG, expression=_flag_since("dealer_agreement_on")
    ),
    Attribute(
        code="customer.commission_agreement",
        label=_("已签代理协议"),
        value=ValueKind.FLAG,
        expression=_flag_since("commission_agreement_on"),
    ),
    Attribute(
        code="customer.strategic_agreement", label=_("已签战略协议"), value=ValueKind.FLAG, expression=_flag_since("strategic_agreement_on")
    ),
    Attribute(code="customer.supply_contract", label=_("已签供货合同"), value=ValueKind.FLAG, expression=_flag_since("supply_contract_on")),
    Attribute(code="customer.own_use", label=_("采购自用"), value=ValueKind.FLAG, expression="s.own_use"),
    Attribute(
        code="customer.stage", label=_("客户阶段"), value=ValueKind.TEXT, expression="s.stage", choices=tuple(Customer.Stage.choices)
    ),
    Attribute(code="customer.stage_days", label=_("在本阶段"), value=ValueKind.DAYS, expression="%(as_of)s - s.stage_since"),
    Attribute(
        code="customer.days_owned",
        label=_("负责人接手天数"),
        value=ValueKind.DAYS,
        semantics=_("当日减现任负责人接手的日期；没有负责人为空"),
        expression="CASE WHEN s.owner_id IS NOT NULL THEN %(as_of)s - COALESCE(s.owner_since, s.registered_on) END",
    ),
    Attribute(code="customer.days_registered", label=_("建档天数"), value=ValueKind.DAYS, expression="%(as_of)s - s.registered_on"),
    Attribute(code="customer.province", label=_("省"), value=ValueKind.TEXT, expression="NULLIF(s.province, '')"),
    Attribute(code="customer.city", label=_("市"), value=ValueKind.TEXT, expression="NULLIF(s.city, '')"),
    Attribute(code="customer.industry", label=_("行业"), value=ValueKind.TEXT, expression="NULLIF(s.industry, '')"),
    Attribute(code="customer.channel", label=_("渠道"), value=ValueKind.TEXT, expression="NULLIF(s.channel, '')"),
    Attribute(code="customer.outlet_type", label=_("网点类型"), value=ValueKind.TEXT, expression="NULLIF(s.outlet_type, '')"),
    Attribute(code="customer.source", label=_("客户来源"), value=ValueKind.TEXT, expression="NULLIF(s.source, '')"),
    Attribute(code="customer.employees", label=_("员工人数"), unit="人", expression="s.employees"),
    Attribute(code="customer.registered_capital", label=_("注册资本"), unit="万元", expression="s.registered_capital"),
    Attribute(code="customer.production_lines", label=_("生产线数量"), unit="条", expression="s.production_lines"),
)

register_source(
    Source(
        code="customers.needs",
        label=_("需求"),
        relation="customers_need d",
        subject="d.customer_id",
        day="d.noted_on",
        object="customer",
        rows=(Shown("text", _("内容"), "d.text"), Shown("noted_on", _("了解日期"), "d.noted_on", ValueKind.DATE)),
    )
)
register_metric(
    Aggregate(code="needs.noted", label=_("已了解的需求"), unit="条", source="customers.needs", aggregate="count(*)", empty=0),
)

#: What counts on the day: on file by then, not yet renewed or given up. Renewals keep the old row, so past days stay as they were.
register_source(
    Source(
        code="customers.certificates",
        label=_("证照"),
        relation="customers_certificate z",
        subject="z.customer_id",
        day="z.noted_on",
        where="(z.ended_on IS NULL OR z.ended_on > %(as_of)s)",
        object="certificate",
        rows=(
            Shown("number", _("证号"), "z.number"),
            Shown("expires_on", _("有效期至"), "z.expires_on", ValueKind.DATE),
            Shown("issued_by", _("发证机关"), "z.issued_by"),
        ),
        counter=_("张"),
    )
)
register_metric(
    Aggregate(
        code="certificates.days_to_expiry",
        label=_("证照最近到期"),
        value=ValueKind.DAYS,
        semantics=_("距最先到期的证照还有几天，已过期为负；长期有效的不算"),
        source="customers.certificates",
        aggregate="min(z.expires_on)",
        finish="{} - %(as_of)s::date",
    ),
    Aggregate(
        code="certificates.expired",
        label=_("过期证照"),
        unit="张",
        source="customers.certificates",
        aggregate="count(*)",
        where="z.expires_on < %(as_of)s",
        empty=0,
        higher_is_better=False,
    ),
    Aggregate(code="certificates.on_file", label=_("在册证照"), unit="张", source="customers.certificates", aggregate="count(*)", empty=0),
)

register_source(
    Source(
        code="customers.referrals",
        label=_("转介绍"),
        relation="customers_relation v",
        subject="v.upper_id",
        day="v.noted_on",
        where="v.kind = 'referral' AND (v.until IS NULL OR v.until > %(as_of)s)",
        object="customer_relation",
        rows=(Shown("noted_on", _("登记日期"), "v.noted_on", ValueKind.DATE),),
        counter=_("家"),
    )
)
register_metric(
    Aggregate(code="referrals.total", label=_("介绍来的客户"), unit="家", source="customers.referrals", aggregate="count(*)", empty=0),
    Aggregate(
        code="referrals.count_12m",
        label=_("12 个月内介绍来的客户"),
        unit="家",
        source="customers.referrals",
        aggregate="count(*)",
        window="12 months",
        empty=0,
    ),
)

#: Only what comes is kept, so past days are told by the present file; `day` lets in every return within a year.
register_source(
    Source(
        code="customers.key_dates",
        label=_("重要日期"),
        relation="customers_keydate y",
        subject="y.customer_id",
        day="(y.next_on - 366)",
        where="y.next_on >= %(as_of)s",
        object="key_date",
        rows=(Shown("next_on", _("日期"), "y.next_on", ValueKind.DATE),),
        counter=_("个"),
    )
)
for _code, _kind, _label in (
    ("dates.birthday_days", "birthday", _("距最近的生日")),
    ("dates.founding_days", "founding", _("距成立纪念日")),
    ("dates.agreement_days", "agreement", _("距协议周年")),
):
    register_metric(
        Aggregate(
            code=_code,
            label=_label,
            value=ValueKind.DAYS,
            semantics=_("到下一次还有几天，当天为 0；按现有档案算"),
            source="customers.key_dates",
            aggregate="min(y.next_on)",
            where=f"y.kind = '{_kind}'",
            finish="{} - %(as_of)s::date",
            higher_is_better=False,
        )
    )
