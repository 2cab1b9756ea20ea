"""What follow-ups tell policies: how often, how lately, how often in person. Each drills down to the follow-ups (POL-03)."""

from django.utils.translation import gettext_lazy as _

from guike.contact import rules
from guike.engine.metrics import Aggregate, Derived, Shown, Source, ValueKind, register_metric, register_source

_METHOD = "CASE f.method " + " ".join(f"WHEN '{code}' THEN '{label}'" for code, label in rules.METHODS.items()) + " END"
_IN_PERSON = "f.method IN (" + ", ".join(f"'{code}'" for code in sorted(rules.VISITS)) + ")"

register_source(
    Source(
        code="contact.follow_ups",
        label=_("跟进"),
        relation="contact_followup f",
        subject="f.customer_id",
        day="f.happened_on",
        where="f.voided_at IS NULL",
        rows=(
            Shown("id", _("号"), "f.id", ValueKind.NUMBER),
            Shown("happened_on", _("日期"), "f.happened_on", ValueKind.DATE),
            Shown("method", _("方式"), _METHOD),
            Shown("said", _("沟通内容"), "left(f.said, 80)"),
        ),
        object="follow_up",
        url="/contact/{id}/",
        counter=_("笔"),
    )
)
register_metric(
    Aggregate(
        code="contacts.count_30d",
        label=_("30 天联系次数"),
        unit="次",
        semantics=_("截至当日 30 天内的跟进笔数"),
        source="contact.follow_ups",
        aggregate="count(*)",
        window="30 days",
        empty=0,
    ),
    Aggregate(
        code="contacts.count_90d",
        label=_("90 天联系次数"),
        unit="次",
        semantics=_("截至当日 90 天内的跟进笔数"),
        source="contact.follow_ups",
        aggregate="count(*)",
        window="90 days",
        empty=0,
    ),
    Aggregate(
        code="contacts.visits_90d",
        label=_("90 天登门次数"),
        unit="次",
        semantics=_("截至当日 90 天内直接登门与邀约登门的笔数"),
        source="contact.follow_ups",
        aggregate="count(*)",
        where=_IN_PERSON,
        window="90 days",
        empty=0,
    ),
    Aggregate(
        code="contacts.visits_12m",
        label=_("12 个月登门次数"),
        unit="次",
        semantics=_("截至当日 12 个月内直接登门与邀约登门的笔数"),
        source="contact.follow_ups",
        aggregate="count(*)",
        where=_IN_PERSON,
        window="12 months",
        empty=0,
    ),
    Aggregate(
        code="contacts.days_since_last",
        label=_("距上次联系"),
        value=ValueKind.DAYS,
        semantics=_("到当日为止最近一笔跟进距当日的天数；从未联系为空"),
        source="contact.follow_ups",
        aggregate="max(f.happened_on)",
        finish="%(as_of)s - {}",
        higher_is_better=False,
    ),
    Derived(
        code="holding.days_without_contact",
        label=_("持有期未跟进"),
        value=ValueKind.DAYS,
        semantics=_("距上次联系的天数，最多从负责人接手当日算起；没有负责人为空"),
        expression="CASE WHEN {customer.days_owned} IS NOT NULL THEN LEAST({customer.days_owned}, {contacts.days_since_last}) END",
        higher_is_better=False,
    ),
)
