"""What a complete customer file holds (CUS-03)."""

from collections.abc import Collection, Mapping

#: Items a requirement may name: fields of the record, and facts about its people and papers.
COMPANY_FIELDS = {
    "uscc": "统一社会信用代码",
    "legal_representative": "法定代表人",
    "registered_capital": "注册资本",
    "founded_on": "成立日期",
    "industry": "行业",
    "employees": "员工人数",
    "production_lines": "生产线数量",
    "province": "省",
    "city": "市",
    "registered_address": "地址",
    "phone": "电话",
    "email": "邮箱",
    "website": "网址",
    "source": "客户来源",
    "nature": "客户性质",
    "channel": "渠道",
    "invoice_title": "发票抬头",
    "tax_number": "税号",
    "bank_account": "银行账号",
    "dealer_agreement_on": "经销协议签订日",
    "commission_agreement_on": "代理协议签订日",
    "need_state": "需求",
    "contact": "联系人",
    "decision_maker": "拍板人",
    "delivery_address": "收货地址",
    "need": "主要需求",
    "competitor": "竞品情况",
}
PERSON_FIELDS = {
    "gender": "性别",
    "birthday": "生日",
    "title": "职务",
    "organisation": "所在单位",
    "phone": "电话",
    "email": "邮箱",
    "province": "省",
    "city": "市",
    "registered_address": "地址",
    "source": "客户来源",
    "nature": "客户性质",
    "need_state": "需求",
    "delivery_address": "收货地址",
    "need": "主要需求",
}
_COMPANY = (
    "uscc",
    "legal_representative",
    "industry",
    "city",
    "registered_address",
    "phone",
    "source",
    "nature",
    "contact",
    "decision_maker",
)
#: (kind, nature) → required items, until the company writes its own.
DEFAULT_REQUIREMENTS: dict[tuple[str, str], tuple[str, ...]] = {
    ("company", ""): _COMPANY,
    ("company", "dealer"): (*_COMPANY, "dealer_agreement_on", "invoice_title", "tax_number", "bank_account", "delivery_address"),
    ("company", "agent"): (*_COMPANY, "commission_agreement_on", "bank_account"),
    ("company", "end_user"): (*_COMPANY, "invoice_title", "tax_number", "delivery_address", "need"),
    ("person", ""): ("gender", "phone", "city", "source", "need_state"),
}


#: Items that are no fields of the record: they are added as people, addresses, needs.
NOT_FIELDS = frozenset({"contact", "decision_maker", "delivery_address", "need", "competitor"})


def record_fields(kind: str) -> tuple[str, ...]:
    """The items of a file that are fields of the record itself, for a company or a person."""
    known = COMPANY_FIELDS if kind == "company" else PERSON_FIELDS
    return tuple(item for item in known if item not in NOT_FIELDS)


def requirement_for(requirements: Mapping[tuple[str, str], Collection[str]], kind: str, nature: str) -> tuple[str, ...]:
    """The items required of a kind and nature; those of the kind where the nature has no list of its own."""
    return tuple(requirements.get((kind, nature)) or requirements.get((kind, "")) or ())


def completeness(required: Collection[str], present: Collection[str]) -> tuple[int, list[str]]:
    """Whole percent (rounded down, so that 100 means all) and the missing items in the order of the requirement.

    7 of 10 items → 70; nothing required → 100.
    """
    missing = [item for item in required if item not in present]
    if not required:
        return 100, []
    return 100 * (len(required) - len(missing)) // len(required), missing
