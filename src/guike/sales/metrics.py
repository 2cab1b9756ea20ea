"""What purchases and returns measure of a customer (POL-03). By the day of the order; confirmed returns come off on their day."""

from django.utils.translation import gettext_lazy as _

from guike.engine.metrics import Aggregate, Derived, Shown, Source, ValueKind, register_metric, register_source

MONEY, DAYS, PERCENT, NUMBER = ValueKind.MONEY, ValueKind.DAYS, ValueKind.PERCENT, ValueKind.NUMBER
YEAR, TWO_YEARS = "12 months", "24 months"
COUNTED = "p.confirmed_on <= %(as_of)s AND (p.cancelled_on IS NULL OR p.cancelled_on > %(as_of)s)"
COUNTED_ORDER = "o.confirmed_on <= %(as_of)s AND (o.cancelled_on IS NULL OR o.cancelled_on > %(as_of)s)"
LINES_TEXT = """(SELECT string_agg(coalesce(nullif(l.product_text, ''), d.name) || ' ×' || trim_scale(l.quantity), '、' ORDER BY l.line_number)
  FROM sales_salesorderline l JOIN products_product d ON d.id = l.product_id WHERE l.order_id = p.order_id AND (p.kind = 'return' OR {day}))"""
ON_THAT_DAY = "coalesce(l.ordered_on, p.day) = p.day"

register_source(
    Source(
        code="sales.purchases",
        label=_("采购"),
        relation="sales_purchase p",
        subject="p.customer_id",
        day="p.day",
        where=COUNTED,
        rows=(
            Shown("order_id", _("序号"), "p.order_id", NUMBER),
            Shown("number", _("订单号"), "(SELECT o.number FROM sales_salesorder o WHERE o.id = p.order_id)"),
            Shown("day", _("日期"), "p.day", ValueKind.DATE),
            Shown("kind", _("类别"), "CASE p.kind WHEN 'return' THEN '退货' ELSE '订单' END"),
            Shown("lines", _("明细"), LINES_TEXT.format(day=ON_THAT_DAY)),
            Shown("amount", _("金额"), "p.amount", MONEY),
        ),
        object="sales_order",
        url="/sales/orders/{order_id}/",
        counter=_("笔"),
    )
)
register_source(
    Source(
        code="sales.lines",
        label=_("订单明细"),
        relation="sales_salesorderline l JOIN sales_salesorder o ON o.id = l.order_id",
        subject="o.customer_id",
        day="coalesce(l.ordered_on, o.ordered_on)",
        where=COUNTED_ORDER,
        rows=(
            Shown("order_id", _("序号"), "o.id", NUMBER),
            Shown("number", _("订单号"), "o.number"),
            Shown("day", _("日期"), "coalesce(l.ordered_on, o.ordered_on)", ValueKind.DATE),
            Shown("product", _("产品"), "(SELECT d.name FROM products_product d WHERE d.id = l.product_id)"),
            Shown("quantity", _("数量"), "trim_scale(l.quantity)", NUMBER),
            Shown("amount", _("金额"), "l.amount", MONEY),
        ),
        object="sales_order",
        url="/sales/orders/{order_id}/",
        counter=_("行"),
    )
)
register_source(
    Source(
        code="sales.returns",
        label=_("退货"),
        relation="sales_returnorder r",
        subject="r.customer_id",
        day="r.returned_on",
        where="r.status = 'confirmed'",
        rows=(
            Shown("return_id", _("序号"), "r.id", NUMBER),
            Shown("number", _("退货单号"), "r.number"),
            Shown("order_number", _("原订单号"), "r.order_number"),
            Shown("day", _("退货日期"), "r.returned_on", ValueKind.DATE),
            Shown("amount", _("金额"), "r.amount", MONEY),
        ),
        object="return_order",
        url="/sales/returns/{return_id}/",
        counter=_("单"),
    )
)


def _purchases(code: str, label: object, aggregate: str, value: ValueKind = MONEY, **more: object) -> Aggregate:
    return Aggregate(code=code, label=label, value=value, source="sales.purchases", aggregate=aggregate, **more)  # type: ignore[arg-type]


ORDERS_ONLY = "p.kind = 'order'"
register_metric(
    _purchases(
        "purchases.amount_12m",
        _("12 个月采购额"),
        "sum(p.amount)",
        window=YEAR,
        empty=0,
        semantics=_("截至当日的 12 个月内下单、未取消的金额，减去期内确认的退货"),
    ),
    _purchases(
        "purchases.amount_prev_12m",
        _("再前 12 个月采购额"),
        "sum(p.amount)",
        window=TWO_YEARS,
        until=YEAR,
        empty=0,
        semantics=_("上一个 12 个月的采购额，算法相同"),
    ),
    _purchases("purchases.amount_total", _("累计采购额"), "sum(p.amount)", empty=0, semantics=_("首单至当日，减退货")),
    _purchases(
        "purchases.amount_year",
        _("本年采购额"),
        "sum(p.amount)",
        where="p.day >= date_trunc('year', %(as_of)s::date)::date",
        empty=0,
        semantics=_("当年 1 月 1 日至当日，减退货"),
    ),
    _purchases(
        "purchases.ordered_12m",
        _("12 个月下单额"),
        "sum(p.amount)",
        where=ORDERS_ONLY,
        window=YEAR,
        empty=0,
        semantics=_("12 个月内下单金额，不减退货"),
    ),
    _purchases(
        "purchases.orders_12m",
        _("12 个月订单数"),
        "sum(p.orders)",
        NUMBER,
        window=YEAR,
        empty=0,
        unit="张",
        where=ORDERS_ONLY,
        semantics=_("未取消的订单"),
    ),
    _purchases("purchases.orders_total", _("累计订单数"), "sum(p.orders)", NUMBER, where=ORDERS_ONLY, empty=0, unit="张"),
    _purchases(
        "purchases.days_since_last",
        _("距上次下单"),
        "max(p.day)",
        DAYS,
        where=ORDERS_ONLY,
        finish="%(as_of)s::date - {}",
        higher_is_better=False,
        semantics=_("当日减最近一张订单的日期"),
    ),
    _purchases("purchases.last_on", _("上次下单"), "max(p.day)", ValueKind.DATE, where=ORDERS_ONLY),
    _purchases("purchases.first_on", _("首次下单"), "min(p.day)", ValueKind.DATE, where=ORDERS_ONLY, higher_is_better=None),
    _purchases(
        "purchases.months_active_12m",
        _("12 个月内下单月数"),
        "count(DISTINCT date_trunc('month', p.day))",
        NUMBER,
        where=ORDERS_ONLY,
        window=YEAR,
        empty=0,
        unit="个月",
        semantics=_("12 个月内有订单的自然月数"),
    ),
    _purchases(
        "purchases.largest_12m",
        _("12 个月最大一单"),
        "max(p.amount)",
        where=ORDERS_ONLY,
        window=YEAR,
        empty=0,
        semantics=_("单张订单的最高金额"),
    ),
    _purchases(
        "cooperation.full_years",
        _("合作年数"),
        "min(p.day)",
        ValueKind.YEARS,
        where=ORDERS_ONLY,
        finish="extract(year FROM age(%(as_of)s::date, {}))::int",
        semantics=_("首单至当日的整年数"),
    ),
    Aggregate(
        code="purchases.products_12m",
        label=_("12 个月采购品种"),
        source="sales.lines",
        aggregate="count(DISTINCT l.product_id)",
        window=YEAR,
        empty=0,
        unit="种",
        semantics=_("12 个月内买过的不同产品"),
    ),
    Aggregate(
        code="returns.amount_12m",
        label=_("12 个月退货额"),
        value=MONEY,
        source="sales.returns",
        aggregate="sum(r.amount)",
        window=YEAR,
        empty=0,
        higher_is_better=False,
        semantics=_("按退货日期，只算已确认的退货"),
    ),
    Aggregate(
        code="returns.count_12m",
        label=_("12 个月退货次数"),
        source="sales.returns",
        aggregate="count(*)",
        window=YEAR,
        empty=0,
        unit="次",
        higher_is_better=False,
        semantics=_("只算已确认的退货"),
    ),
    Derived(
        code="holding.days_without_deal",
        label=_("持有期未成交"),
        value=DAYS,
        semantics=_("距上次下单的天数，最多从负责人接手当日算起；没有负责人为空"),
        expression="CASE WHEN {customer.days_owned} IS NOT NULL THEN LEAST({customer.days_owned}, {purchases.days_since_last}) END",
        higher_is_better=False,
    ),
    Derived(
        code="purchases.growth_12m",
        label=_("采购增长率"),
        value=PERCENT,
        expression="round(({purchases.amount_12m} - {purchases.amount_prev_12m}) * 100 / NULLIF(GREATEST({purchases.amount_prev_12m}, 0), 0), 2)",
        semantics=_("12 个月采购额比再前 12 个月；此前没有采购的不算"),
    ),
    Derived(
        code="purchases.average_order",
        label=_("平均每单金额"),
        value=MONEY,
        expression="round({purchases.ordered_12m} / NULLIF({purchases.orders_12m}, 0), 2)",
        semantics=_("12 个月下单额除以订单数"),
    ),
    Derived(
        code="purchases.amount_month",
        label=_("月均采购额"),
        value=MONEY,
        expression="round({purchases.amount_12m} / 12, 2)",
        semantics=_("12 个月采购额除以 12"),
    ),
    Derived(
        code="purchases.interval_days",
        label=_("平均下单间隔"),
        value=DAYS,
        expression="round(({purchases.last_on} - {purchases.first_on})::numeric / NULLIF({purchases.orders_total} - 1, 0), 1)",
        higher_is_better=False,
        semantics=_("首单到末单的天数除以间隔数，至少两张订单"),
    ),
    Derived(
        code="returns.rate_12m",
        label=_("12 个月退货率"),
        value=PERCENT,
        expression="round({returns.amount_12m} * 100 / NULLIF({purchases.ordered_12m}, 0), 2)",
        higher_is_better=False,
        semantics=_("12 个月退货额除以同期下单额"),
    ),
)
