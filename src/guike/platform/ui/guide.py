"""Realistic content for the style guide: every component, long names, nothing, a lot. Kept beside the components it shows."""

from datetime import date, timedelta
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from guike.platform import clock
from guike.platform.access import Viewer
from guike.platform.errors import Refused
from guike.platform.ui import components as c
from guike.platform.ui import forms as ui

ORDERS = "/ui/guide/#orders"
LONG = "内蒙古自治区呼伦贝尔市鄂温克族自治旗伊敏河镇恒源流体控制设备制造（集团）有限责任公司第二分公司"


class GuideForm(ui.VersionMixin, ui.Form):
    """One of each field, as a follow-up would use them."""

    channel = ui.ChipField(
        label=_("方式"),
        choices=[("phone", _("电话")), ("visit", _("登门")), ("wechat", _("微信")), ("other", _("其他"))],
        icons={"phone": "phone", "visit": "map-pin", "wechat": "brand-wechat"},
        initial="phone",
    )
    text = ui.TextAreaField(
        label=_("沟通内容"),
        phrases=[_("价格异议"), _("催交期"), _("要样品"), _("约拜访")],
        draft="guide",
        help_text=_("写清对方说了什么、答应了什么"),
    )
    next_on = ui.DayField(
        label=_("下次联系"),
        required=False,
        presets=lambda: [(_("明天"), clock.today() + timedelta(1)), (_("3 天后"), clock.today() + timedelta(3)), (_("下周一"), _monday())],
    )
    amount = ui.MoneyField(label=_("预计金额"), required=False, help_text=_("可写 12.5 万"))
    phone = ui.PhoneField(label=_("电话"))
    topics = ui.ChipManyField(label=_("话题"), required=False, choices=[("price", _("价格")), ("terms", _("账期")), ("goods", _("产品"))])


def _monday() -> date:
    today = clock.today()
    return today + timedelta(days=7 - today.weekday())


def context(viewer: Viewer, posted: QueryDict | None) -> dict[str, Any]:
    """Everything the guide's template shows."""
    form = GuideForm(viewer=viewer)
    wrong = GuideForm(QueryDict("channel=phone&amount=一百&phone=abc"), viewer=viewer, prefix=None, auto_id="wrong_%s")
    return {
        "form": form,
        "wrong": wrong,
        "long": LONG,
        "badges": _badges(),
        "figures": _figures(),
        "need": c.Need(
            "账期申请明天要答复，且已 11 天未联系：",
            strong="给周建国回个电话",
            action="打电话并记跟进",
            href="/ui/keys/",
            more=2,
            more_href="#duties",
        ),
        "tabs": [c.Tab(code, label, f"?tab={code}", n) for code, label, n in TABS],
        "entries": _entries(),
        "targets": _targets(),
        "matrix": c.transitions(["A", "B", "C"], MOVES, href="?from={before}&to={after}#matrix"),
        "scores": _scores(),
        "ruler": c.Ruler(86.5, [c.Zone("C 级 60 分以下", 60), c.Zone("B 级 60～80", 80), c.Zone("A 级 80 以上", 100)]),
        "workload": _workload(),
        "week": _week(),
        "grades": _grades(),
        "chain": _chain(),
        "duties": _duties(),
        "today": TODAY,
        "refusal": Refused(
            "授信可用 76.0 万元，这张订单 91.2 万元，超出 15.2 万元",
            clause="《信用管理制度》第 17 条，第 2 版",
            releasable_by="王立群（分管副总）",
        ),
        "phone_number": "13800138000",
        "amount": "1234567",
        "eleven_days_ago": clock.today() - timedelta(11),
    }


TABS = [
    ("timeline", "动态", None),
    ("people", "联系人", 6),
    ("deals", "商机", 2),
    ("documents", "单据", 57),
    ("money", "应收", 4),
    ("service", "客诉与服务", 3),
    ("equipment", "设备", 4),
    ("file", "档案", "92%"),
]
MOVES = {
    ("A", "A"): 118,
    ("A", "B"): 24,
    ("B", "A"): 31,
    ("B", "B"): 452,
    ("B", "C"): 34,
    ("C", "B"): 41,
    ("C", "C"): 586,
}
TODAY = [
    (
        "A",
        "温州瓯泰阀门有限公司",
        "A 级每 7 天联系一次，",
        "已 11 天未联系",
        "11-13 电话",
        "周建国",
        "希望账期放宽到 75 天，待我方答复",
        "记跟进",
    ),
    ("B", "台州恒流管道设备有限公司", "应收 ¥86,500.00 ", "逾期 9 天", "11-18 微信", "叶敏", "称月底统一付款，未给具体日期", "记催收"),
    ("C", LONG, "C 级每 30 天联系一次，今天到期", "", "10-25 短信", "夏正合", "节后补货，量不大", "记跟进"),
]


def _badges() -> list[c.Badge]:
    return [
        c.Badge("综合分 86.5", "/ui/keys/", "accent"),
        c.Badge("低风险", "/ui/keys/"),
        c.Badge("授信使用 62%", "/ui/keys/", meter=62),
        c.Badge("应收逾期 0", "/ui/keys/"),
        c.Badge("授权 21 天后到期", "/ui/keys/", "warn"),
    ]


def _figures() -> list[c.Figure]:
    return [
        c.Figure("12 个月采购额", "612.4", "万元", "38 张订单，同比", "+8.2%", "up"),
        c.Figure("应收余额", "124.0", "万元", "授信 200 万元，可用 76.0 万元"),
        c.Figure("在谈商机", "96.0", "万元", "2 个，预计 12 月成交"),
        c.Figure("上次联系", "11", "天前", "", "超出频次 4 天", "danger"),
    ]


def _entries() -> list[c.Entry]:
    today = clock.today()
    return [
        c.Entry(
            today - timedelta(2),
            "出库",
            "truck-delivery",
            ["CK-2026-1187", "仓储部"],
            "法兰球阀 DN80 等 4 项，物流在途。",
            "¥186,400.00",
            "#",
        ),
        c.Entry(
            today - timedelta(9),
            "电话",
            "phone",
            ["陈思远 → 周建国", "6 分钟"],
            "DN80 球阀 60 台下周到货，对方已确认收货人。年底备货量大，希望账期由 60 天放宽到 75 天。",
            own=True,
            chips=[c.Chip("答应 11-25 前答复账期申请", "flag", "/ui/keys/", sheet=True)],
        ),
        c.Entry(today - timedelta(12), "回款", "coin-yuan", ["SK-2026-0871", "核销 3 张发票"], amount="¥320,000.00"),
        c.Entry(
            today - timedelta(17),
            "登门",
            "map-pin",
            ["陈思远", "龙湾库房"],
            "蝶阀库存约 40 台，周转偏慢；竞品近期让利 5%，吴志强倾向试用。",
            own=True,
            chips=[c.Chip("照片 3 张", "photo"), c.Chip("语音 0:42", "microphone")],
        ),
        c.Entry(today - timedelta(400), "分级判定", "scale", ["《客户分级制度》第 8 条", "第 3 版"], "综合分 84.0 → 86.5，保持 A 级。"),
    ]


def _targets() -> list[c.Progress]:
    return [
        c.Progress("回款", "128.6", "/ 180 万元", 71, 76, "完成 71%，比进度少 8.2 万元"),
        c.Progress("新客户", "3", "/ 4 家", 75, 76, "与进度持平，另有 2 家在审批"),
        c.Progress("拜访完成率", "82%", "目标 90%", 82, 90, "计划 28 家，已访 23 家"),
    ]


def _scores() -> list[c.Score]:
    sources = [
        c.Source("DD-2026-1019", ORDERS, "10-19", "法兰球阀、闸阀 6 项", "¥862,000.00"),
        c.Source("DD-2026-0926", ORDERS, "09-26", "DN200 蝶阀 80 台", "¥714,500.00"),
    ]
    return [
        c.Score(
            "12 个月采购额", "612.4 万元", "≥ 500 万元", "100", "35%", "35.0", 100, 100, "38 张", ORDERS, "出库 628.75 万元 − 退货 16.35 万元 = 612.40 万元",
            sources, "查看全部 38 张订单和 4 张退货单", ORDERS, True,
        ),
        c.Score("采购增长率", "+8.2%", "5%～15%", "80", "15%", "12.0", 34, 43, "71 张", ORDERS),
        c.Score("合作年限", "6 年", "≥ 5 年", "100", "10%", "10.0", 29, 29, "合同", ORDERS),
        c.Score("回款准时率", "93.8%", "90%～95%", "80", "20%", "16.0", 46, 57, "64 笔", ORDERS),
        c.Score("信息反馈", "每季 2 次", "每季 2～3 次", "65", "20%", "13.0", 37, 57, "9 条", ORDERS),
    ]  # fmt: skip


def _workload() -> list[c.Bar]:
    return [
        c.Bar("陈思远", 31, "26 → 31", limit=28, before=26, tone="danger"),
        c.Bar("林雨桐", 21, "22 → 21", limit=28, before=22),
        c.Bar("方志远", 24, "18 → 24", limit=28, before=18),
        c.Bar("黄可", 19, "24 → 19", limit=28, before=24),
    ]


def _week() -> c.Chart:
    days = ["今天", "周三", "周四", "周五", "周六", "周日", "周一"]
    return c.Chart(
        "未来 7 天", days, [c.Series("待办", [8, 2, 4, 9, 0, 0, 7], "bar")], "件", "11-24 至 11-30", [f"?day={d}" for d in days], height=160
    )


def _grades() -> c.Chart:
    years = ["2021", "2022", "2023", "2024", "2025", "2026"]
    return c.Chart(
        "等级变化", years, [c.Series("综合分", [66, 71, 82, 78.2, 84, 86.5], "step")], "分", "2021 年起", limit=80, limit_label="A 级 80"
    )


def _chain() -> list[c.Node]:
    return [
        c.Node("林海峰", "总经理", ["拍板", "支持"], "good", True, "/ui/keys/", [
            c.Node("周建国", "采购经理", ["影响", "支持"], "good"),
            c.Node("陈晓敏", "财务主管", ["付款", "中立"]),
            c.Node("吴志强", "库房主管", ["使用", "偏竞品"], "bad"),
        ]),
    ]  # fmt: skip


def _duties() -> list[c.Duty]:
    return [
        c.Duty("逾期 4 天", "例行联系", "第 12 条，A 级每 7 天一次", "/ui/keys/", "danger"),
        c.Duty("明天", "答复账期申请", "11-13 电话中答应", "/ui/keys/"),
        c.Duty("21 天后", "经销授权书到期", "SQ-2024-019", "/ui/keys/", "warn"),
    ]
