"""The list of market finds: what is to be distributed, what waits for an answer, what became of the rest (CUS-08)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from guike.marketing import rules, selectors, services
from guike.marketing.forms import ReasonForm, SendForm
from guike.marketing.models import Find
from guike.platform import clock, dictionaries
from guike.platform.access import Viewer, allowed
from guike.platform.conditions import Field, FieldSet, Kind
from guike.platform.ui import formats
from guike.platform.ui.lists import Action, BulkAction, Column, Group, ListPage, Phone, Quick, View

KEEPERS = {"marketing", "clerk", "administrator", "executive"}
SELLERS = {"salesperson", "sales_manager"}
TODO = ("name", "source", "place_found", "place", "contact", "state", "alike", "found_on")
SENT = ("name", "source", "place", "product_line", "contact", "receiver", "sent_on", "due_on")
OUTCOME = ("name", "source", "receiver", "accepted_on", "contacted_on", "ordered_on", "customer", "found_on")


def _receiver(row: Find) -> str:
    if row.receiver:
        return str(row.receiver)
    return __("%(department)s，先到先得") % {"department": row.department} if row.pooled and row.department else ""


def _state(row: Find) -> str:
    """已退回：没有需求"""
    why = row.get_returned_why_display() if row.state == Find.State.RETURNED else ""
    return f"{row.get_state_display()}：{why}" if why else str(row.get_state_display())


def outcome_words(row: Find) -> str:
    """The furthest a find came, with its day: 11-20 首次下单."""
    for day, words in ((row.ordered_on, __("首次下单")), (row.contacted_on, __("首次联系")), (row.accepted_on, __("接收"))):
        if day:
            return f"{formats.short_day(day)} {words}"
    return _state(row)


def _alike(row: Find) -> str:
    return __("像已有客户 %(score)d") % {"score": row.alike} if row.alike >= rules.SUSPICIOUS else ""


def _late(row: Find) -> str:
    return "danger" if row.due_on and row.due_on < clock.today() else ""


def _word(code: str) -> Any:
    """Draws a word of a dictionary, asked for once a page."""
    kept: dict[str, str] = {}

    def draw(row: Find) -> str:
        value = getattr(row, {"customer_source": "source"}.get(code, code))
        if value and value not in kept:
            kept.update(dictionaries.labels(code))
        return kept.get(value, value)

    return draw


def _sources(_viewer: Viewer | None = None) -> list[tuple[str, str]]:
    return dictionaries.choices("customer_source")


def _lines(_viewer: Viewer | None = None) -> list[tuple[str, str]]:
    return dictionaries.choices("product_line")


def send_as_asked(viewer: Viewer, find_id: int, values: Mapping[str, Any]) -> Find:
    """What the form of distribution asks, for one find."""
    said = values.get("reason", "")
    if values["to"] == "rules":
        return services.send_by_rules(find_id, actor=viewer, reason=said)
    chosen = {"person_id": values["person"]} if values["to"] == "person" else {"department_id": values["department"]}
    return services.send(find_id, actor=viewer, reason=said, **chosen)


def _accept(viewer: Viewer, row: Find, _values: Mapping[str, Any]) -> None:
    services.accept(row.pk, actor=viewer)


def _accept_lines(_viewer: Viewer, chosen: Any) -> list[str]:
    found = [__("各建一家客户，归你负责；先到先得的可能已被接收，会逐条说明")]
    alike = sum(one.alike >= rules.SUSPICIOUS for one in chosen)
    return [*found, __("%(n)d 条像已有客户，先逐条看") % {"n": alike}] if alike else found


class FindList(ListPage):
    object = "find"
    title = _("市场线索")
    unit = _("条")
    icon = "bulb"
    default_sort = "-found_on"
    searchable = True
    search_hint = _("名称、拼音、编号、联系人")
    empty_text = _("没有线索：登记市场上看到的潜在客户，或从 Excel 导入")
    columns = [
        Column("name", _("名称"), fixed=True),
        Column("number", _("线索编号"), shown=False),
        Column("source", _("来源"), render=_word("customer_source"), plain=_word("customer_source")),
        Column("place_found", _("在哪里找到")),
        Column("place", _("地区")),
        Column("product_line", _("产品线"), render=_word("product_line"), plain=_word("product_line"), shown=False),
        Column("contact", _("联系人")),
        Column("phone", _("电话"), kind="phone", field="phone", shown=False),
        Column("scale", _("规模"), kind="choice", path="scale", shown=False),
        Column("state", _("状态"), render=_state, plain=_state),
        Column("alike", _("查重"), render=_alike, plain=_alike, tone=lambda row: "warn"),
        Column("receiver", _("接收人"), render=_receiver, plain=_receiver),
        Column("sent_on", _("分派日期"), kind="short_day", shown=False),
        Column("due_on", _("期限"), kind="short_day", sort="due_on", tone=_late),
        Column("accepted_on", _("接收日期"), kind="short_day", shown=False),
        Column("contacted_on", _("首次联系"), kind="short_day", shown=False),
        Column("ordered_on", _("首次下单"), kind="short_day", shown=False),
        Column("customer", _("成为客户"), path="customer__name", shown=False),
        Column("outcome", _("结果"), render=outcome_words, plain=outcome_words, shown=False),
        Column("found_by", _("收集人"), path="found_by__name", shown=False),
        Column("found_on", _("发现日期"), kind="day", sort="found_on", nullable=False),
    ]
    fields = FieldSet(
        [
            Field("state", _("状态"), Kind.CHOICE, choices=Find.State.choices),
            Field("source", _("来源"), Kind.CHOICE, choices=_sources),
            Field("product_line", _("产品线"), Kind.CHOICE, choices=_lines),
            Field("province", _("省"), Kind.TEXT),
            Field("city", _("市"), Kind.TEXT),
            Field("scale", _("规模"), Kind.CHOICE, choices=Find.Scale.choices),
            Field("found_on", _("发现日期"), Kind.DATE),
            Field("found_by", _("收集人"), Kind.REFERENCE, path="found_by_id"),
            Field("receiver", _("接收人"), Kind.REFERENCE, path="receiver_id"),
            Field("due_on", _("期限"), Kind.DATE),
            Field("accepted_on", _("接收日期"), Kind.DATE),
            Field("contacted_on", _("首次联系"), Kind.DATE),
            Field("ordered_on", _("首次下单"), Kind.DATE),
            Field("returned_why", _("退回原因"), Kind.CHOICE, choices=Find.Why.choices),
            Field("alike", _("像已有客户"), Kind.NUMBER),
        ]
    )
    quick = [
        Quick("source", _("来源"), choices=_sources),
        Quick("state", _("状态"), choices=Find.State.choices),
        Quick("receiver", _("接收人"), picker="person"),
    ]
    groups = [
        Group("source", _("来源"), "source", labels=lambda: dictionaries.labels("customer_source")),
        Group("state", _("状态"), "state", labels=lambda: dict(Find.State.choices)),
    ]
    views = [
        View("todo", _("待分派"), where=lambda viewer: Q(state__in=("new", "returned")), columns=TODO, roles=KEEPERS),
        View("waiting", _("待我接收"), where=lambda viewer: Q(state="sent"), columns=SENT, roles=SELLERS),
        View("sent", _("待接收"), where=lambda viewer: Q(state="sent"), columns=SENT, roles=KEEPERS),
        View("accepted", _("已接收"), where=lambda viewer: Q(state="accepted"), columns=OUTCOME),
        View("mine", _("我收集的"), where=lambda viewer: Q(found_by=viewer.person_id), roles={"marketing", "clerk"}),
        View("all", _("全部"), counted=False),
    ]
    bulk = [
        BulkAction(
            "send",
            _("分派"),
            "user-share",
            ("find", "send"),
            lambda viewer, row, values: send_as_asked(viewer, row.pk, values),
            form=SendForm,
        ),
        BulkAction("accept", _("接收"), "check", ("find", "accept"), _accept, consequences=_accept_lines),
        BulkAction(
            "drop",
            _("作废"),
            "trash",
            ("find", "drop"),
            lambda viewer, row, values: services.drop_find(row.pk, actor=viewer, reason=values["reason"]),
            form=ReasonForm,
            danger=True,
        ),
    ]
    phone = Phone(title="name", second=("source", "place", "receiver"), figure="due_on", note="outcome")

    def queryset(self, viewer: Viewer) -> QuerySet[Find]:
        return selectors.finds(viewer)

    def search(self, rows: QuerySet, text: str, viewer: Viewer) -> QuerySet:
        return selectors.words_found(rows, text)

    def row_url(self, row: Find) -> str:
        return row.get_absolute_url()


def actions(viewer: Viewer) -> list[Action]:
    """What stands beside the title of the list."""
    found = [Action(_("结果统计"), reverse("marketing:report"), "chart-bar")]
    if allowed(viewer, "find_route", "view"):
        found.append(Action(_("分派规则"), reverse("marketing:routes"), "route"))
    if allowed(viewer, "find", "add"):
        found.append(Action(_("登记线索"), reverse("marketing:find_add"), "plus", primary=True, sheet=True, new=True))
    return found
