"""The metrics that people enter: no module computes them yet (POL-03, RSK-01). Each is an `Assessment` with date and evidence."""

from django.utils.translation import gettext_lazy as _

from guike.engine.metrics.declare import Assessed, ValueKind
from guike.engine.metrics.registry import register_metric

LEVELS = (("high", _("高")), ("medium", _("中")), ("low", _("低")))

register_metric(
    Assessed(code="payment.on_time_rate", label=_("回款准时率"), value=ValueKind.PERCENT, semantics=_("按笔数，最近一次评价")),
    Assessed(
        code="payment.overdue_days",
        label=_("货款逾期天数"),
        value=ValueKind.DAYS,
        semantics=_("最长一笔，最近一次评价"),
        higher_is_better=False,
    ),
    Assessed(code="payment.in_arrears", label=_("拖欠货款"), value=ValueKind.FLAG, semantics=_("长期拖欠"), higher_is_better=False),
    Assessed(code="payment.broken_promises", label=_("失约次数"), semantics=_("近 12 个月答应付款未付"), unit="次", higher_is_better=False),
    Assessed(code="trade.refuses_goods", label=_("无故拒收"), value=ValueKind.FLAG, higher_is_better=False),
    Assessed(code="trade.unfair_deductions", label=_("不合理扣款"), value=ValueKind.FLAG, higher_is_better=False),
    Assessed(code="trade.keeps_contract", label=_("按合同履约"), value=ValueKind.FLAG),
    Assessed(code="trade.hard_to_serve", label=_("要求苛刻、价格低"), value=ValueKind.FLAG, higher_is_better=False),
    Assessed(code="trade.gross_margin", label=_("毛利率"), value=ValueKind.PERCENT, semantics=_("最近一次核算")),
    Assessed(code="loyalty.level", label=_("忠诚度"), value=ValueKind.TEXT, choices=LEVELS, semantics=_("最近一次评价")),
    Assessed(code="loyalty.wallet_share", label=_("我司份额"), value=ValueKind.PERCENT, semantics=_("占其同类采购")),
    Assessed(code="loyalty.first_choice", label=_("首选供应商"), value=ValueKind.FLAG),
    Assessed(code="feedback.per_quarter", label=_("信息反馈"), unit="次", semantics=_("每季条数，最近一次评价")),
    Assessed(code="reputation.referrals", label=_("口碑转介绍"), unit="次", semantics=_("近 12 个月")),
    Assessed(code="market.white_spot", label=_("空白区域"), value=ValueKind.FLAG, semantics=_("所在区域我司尚无客户")),
    Assessed(code="market.potential_year", label=_("预计年需求"), value=ValueKind.MONEY, semantics=_("同类产品全部采购")),
    Assessed(code="market.importance", label=_("重要程度"), value=ValueKind.TEXT, choices=LEVELS),
    Assessed(code="risk.debt_ratio", label=_("资产负债率"), value=ValueKind.PERCENT, semantics=_("最近一期报表"), higher_is_better=False),
    Assessed(code="risk.current_ratio", label=_("流动比率"), unit="倍", semantics=_("最近一期报表")),
    Assessed(code="risk.lawsuits", label=_("法律纠纷"), unit="起", semantics=_("近 12 个月"), higher_is_better=False),
    Assessed(code="risk.management_change", label=_("管理层变动"), value=ValueKind.FLAG, higher_is_better=False),
    Assessed(code="quality.complaints", label=_("质量投诉"), unit="起", semantics=_("近 12 个月"), higher_is_better=False),
    Assessed(code="visit.monthly_orders", label=_("门店月均补货"), unit="次", semantics=_("最近一次巡店")),
)
