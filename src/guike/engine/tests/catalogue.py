"""The metrics that packs name and upper domains declare, as stand-ins of the right kind where those domains are not loaded."""

from guike.engine.metrics import REGISTRY, Aggregate, Registry, Source, Subject, ValueKind
from guike.engine.metrics.declare import Metric

K = ValueKind
STAGES = tuple((code, code) for code in ("lead", "prospect", "negotiating", "new", "long_term", "dormant", "lost", "dead"))
KINDS: dict[str, ValueKind] = {
    **dict.fromkeys(("purchases.amount_12m", "purchases.amount_before_12m", "purchases.amount_total", "purchases.largest_12m"), K.MONEY),
    **dict.fromkeys(("purchases.orders_12m", "purchases.orders_total", "decision_makers.known"), K.NUMBER),
    **dict.fromkeys(("contacts.count_30d", "contacts.count_90d", "contacts.visits_90d", "contacts.visits_12m"), K.NUMBER),
    **dict.fromkeys(("purchases.days_since_last", "purchases.interval_days", "contacts.days_since_last", "deal.expected_days"), K.DAYS),
    **dict.fromkeys(("purchases.growth_12m", "returns.rate_12m", "profile.completeness"), K.PERCENT),
    "cooperation.full_years": K.YEARS,
    **dict.fromkeys(("customer.stage", "customer.province", "deal.need_state", "deal.rapport"), K.TEXT),
    **dict.fromkeys(("customer.dealer_agreement", "customer.commission_agreement", "customer.strategic_agreement"), K.FLAG),
    **dict.fromkeys(("customer.supply_contract", "customer.own_use"), K.FLAG),
}
CHOICES = {
    "customer.stage": STAGES,
    "deal.need_state": (("clear", "需求明确"), ("latent", "潜在需求"), ("none", "无需求")),
    "deal.rapport": (("good", "关系好"), ("ordinary", "关系一般"), ("poor", "关系差")),
}
CUSTOMER = Subject(
    "customer", "客户", "organisation.Department", "organisation_department", number="code", owner="head_id", department="parent_id"
)


def _stand_in(code: str) -> Metric:
    return Aggregate(code=code, label=code, value=KINDS[code], source="test.facts", aggregate="count(*)", choices=CHOICES.get(code, ()))


def registry_of_packs() -> Registry:
    """The real declarations, completed by stand-ins."""
    registry = Registry()
    registry.subjects = {"customer": CUSTOMER, **REGISTRY.subjects}
    registry.sources = {"test.facts": Source("test.facts", "", "engine_activity x", "x.subject_id", "x.happened_on"), **REGISTRY.sources}
    registry.metrics = {**{code: _stand_in(code) for code in KINDS}, **REGISTRY.metrics}
    return registry
