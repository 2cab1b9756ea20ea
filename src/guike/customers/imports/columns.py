"""The columns of a customer file and what other people call them."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from guike.customers import rules
from guike.customers.models import Customer
from guike.platform import dictionaries
from guike.platform.imports.kinds import Column
from guike.platform.sheets import values as v
from guike.platform.sheets.values.base import as_text

#: Column → dictionary whose words an import may add to.
DICTIONARIES = {"source": "customer_source", "industry": "industry", "channel": "channel", "outlet_type": "outlet_type"}
LIMIT = {field.name: field.max_length for field in Customer._meta.concrete_fields if getattr(field, "max_length", None)}
PERSON_WORDS = frozenset({"个人", "消费者", "自然人", "person", "consumer"})
COMPANY_WORDS = frozenset({"企业", "公司", "小型企业", "单位", "法人", "company", "corporate"})


class KindWord(v.Text):
    """Company or person; other words say nothing about it."""

    def __call__(self, cell: Any) -> str | None:
        text = (super().__call__(cell) or "").lower()
        return "person" if text in PERSON_WORDS else "company" if text in COMPANY_WORDS else None

    def show(self, value: Any) -> Any:
        return dict(Customer.Kind.choices).get(value, value)


class LunarDay(v.Text):
    """十月廿二 or 10-22, kept as 10-22."""

    def __call__(self, cell: Any) -> str | None:
        from guike.platform.sheets.problems import CellProblem, gettext_noop

        text = super().__call__(cell)
        if text is None:
            return None
        if (parsed := rules.parse_lunar(text)) is None:
            raise CellProblem(gettext_noop("农历生日写成「十月廿二」或「10-22」，现在是「%(value)s」"), value=text)
        return parsed

    def show(self, value: Any) -> Any:
        return rules.lunar_words(value) if value else value


class Words(v.Text):
    """Several short values in one cell."""

    def __call__(self, cell: Any) -> list[str] | None:
        text = as_text(cell)
        found = [word.strip() for word in text.replace("、", ",").replace("，", ",").replace("；", ",").split(",") if word.strip()]
        return found or None

    def show(self, value: Any) -> Any:
        return "、".join(value) if value else None


class Website(v.Text):
    """A company's own site. The address of one document on somebody's site (a notice, a search result) says nothing of the company."""

    def __call__(self, cell: Any) -> str | None:
        text = as_text(cell).strip()
        address, _mark, asked = text.removeprefix("https://").removeprefix("http://").partition("?")
        path = address.partition("/")[2]
        is_document = bool(asked) or len(path) > 40 or path.lower().endswith((".html", ".htm", ".shtml", ".pdf", ".doc", ".jsp", ".aspx"))
        return None if is_document or len(text) > LIMIT["website"] or "." not in address else text  # type: ignore[operator]


def _text(name: str) -> v.Text:
    return v.Text(LIMIT.get(name, 2000), lines=name in ("note", "business_scope"))  # type: ignore[arg-type]


def _label_of(code: str) -> Callable[[Any], Any]:
    words: dict[str, str] = {}

    def show(value: Any) -> Any:
        if value not in words:
            words.update(dictionaries.labels(code))
        return words.get(value, value)

    return show


def _tags_shown() -> Callable[[Any], Any]:
    one = _label_of("customer_tag")
    return lambda codes: "、".join(one(code) for code in codes) if codes else None


def _plain(code: str, *synonyms: str, parser: v.Parser | None = None, **options: Any) -> Column:
    """A column that is a field of the record; its label is the field's."""
    label = str(Customer._meta.get_field(code).verbose_name)  # type: ignore[union-attr]
    return Column(code=code, label=label, parser=parser or _text(code), synonyms=synonyms, **options)


def _word(code: str, *synonyms: str) -> Column:
    dictionary = DICTIONARIES[code]
    return _plain(
        code, *synonyms, show=_label_of(dictionary), offers=lambda: [word.label for word in dictionaries.entries(dictionary)][:60]
    )


def _need_state() -> Column:
    """The header 「需求」 means the text of a need; the state of it has a longer name."""
    words = v.Choice({value: str(word) for value, word in Customer.NeedState.choices})
    return Column(code="need_state", label=_("需求状态"), parser=words, offers=lambda: [str(word) for word in Customer.NeedState.labels])


def _choice(code: str, *synonyms: str, choices: Any, **more: Any) -> Column:
    return _plain(
        code,
        *synonyms,
        parser=v.Choice({value: str(word) for value, word in choices}),
        offers=lambda: [str(label) for _code, label in choices],
        **more,
    )


COLUMNS = [
    _plain("number", "客户编号", "客户ID", "客户代码", "客户号", "门店编号", "网点编号", "会员卡号", "股票代码", "编号", "代码", example="KH-000123",
           help=_("不填自动编号；填了就按它认客户")),
    _plain("name", "门店名称", "网点名称", "企业名称", "公司名称", "单位名称", "名称", "客户姓名", "股票名称", "客户", "姓名", example="温州瓯泰阀门有限公司"),
    _plain("kind", "类别", "细分", "客户种类", parser=KindWord(20), example="企业"),
    _choice("nature", "性质", "客户属性", choices=Customer.Nature.choices, example="经销商"),
    Column(code="uscc", label=_("统一社会信用代码"), parser=v.Uscc(), synonyms=("信用代码", "社会信用代码", "企业代码", "营业执照号", "工商注册号"),
           help=_("18 位代码核对校验位；15 位旧注册号另存"), example="91330303MA2ABCDE0X", source="uscc"),
    _plain("short_name", "客户简称", "企业简称"),
    _plain("former_names", "原名", "旧名", parser=Words(240)),
    _plain("legal_representative", "法人", "法人代表", "法定代表"),
    _plain("registered_capital", "注册资金", "注册资本", parser=v.Number(2, low=0)),
    _plain("founded_on", "注册日期", "成立时间", parser=v.Day()),
    _word("industry", "客户行业", "所属行业", "行业类别", "行业分类"),
    _plain("employees", "人数", "员工数", "职工人数", parser=v.Integer(low=0)),
    _plain("production_lines", "生产线", "产线数量", parser=v.Integer(low=0)),
    _word("channel", "一级渠道", "销售渠道"),
    _word("outlet_type", "门店类型", "终端类型", "店铺类型"),
    _word("source", "来源", "线索来源", "来源渠道"),
    Column(code="mobile", label=_("手机"), parser=v.Phones(), synonyms=("手机号", "手机号码", "移动电话", "联系手机"), source="", field="phone"),
    Column(code="phone", label=_("电话"), parser=v.Phones(), synonyms=("联系电话", "公司电话", "座机", "固定电话", "固话", "电话号码", "联系方式"), example="0577-86001234"),
    Column(code="email", label=_("邮箱"), parser=v.Email(), synonyms=("电子邮件", "电子邮箱", "邮件", "E-mail")),
    Column(code="wechat", label=_("微信"), parser=v.Text(60), synonyms=("微信号",), source="", field="phone"),
    _plain("website", "网站", "公司网址", "官网", parser=Website(200)),
    _plain("region", "地区", "区域", "销售区域"),
    _plain("province", "省份", "省/自治区", "所属省份", "所在省"),
    _plain("city", "城市", "所属地市", "地市", "所在城市"),
    _plain("district", "区", "县", "所属区县", "县区", "区/县"),
    _plain("registered_address", "详细地址", "公司地址", "联系地址", "客户地址", "门店地址", "注册地址"),
    _plain("invoice_title", "开票抬头"),
    _plain("tax_number", "纳税人识别号", "纳税识别号", "税务登记号"),
    _plain("bank_name", "开户银行"),
    _plain("bank_account", "账号", "银行帐号", "开户账号"),
    Column(code="contact", label=_("联系人"), parser=v.Text(60), synonyms=("客户联系人", "联系人姓名", "主要联系人"), source=""),
    Column(code="contact_position", label=_("联系人职务"), parser=v.Text(60), synonyms=("联系人职位",), source=""),
    Column(code="owner_number", label=_("负责人工号"), parser=v.Reference(_("负责人工号"), 20), synonyms=("岗位编号", "业务员工号", "业务员编号"), source="owner__number"),
    Column(code="owner", label=_("负责人"), parser=v.Reference(_("负责人"), 40), source="owner__name",
           synonyms=("业务员", "所属业务员", "客户经理", "跟进人", "归属人", "责任人", "销售代表", "业务代表", "客户负责人", "拥有者", "员工姓名", "姓名")),
    Column(code="owner_title", label=_("负责人职位"), parser=v.Text(40), synonyms=("员工职位", "业务员职位"), source=""),
    Column(code="supervisor_number", label=_("上级工号"), parser=v.Reference(_("上级工号"), 20), synonyms=("上级岗位编号", "主管编号"), source=""),
    Column(code="supervisor", label=_("上级主管"), parser=v.Reference(_("上级主管"), 40), synonyms=("主管", "直接上级"), source=""),
    Column(code="area", label=_("大区"), parser=v.Text(40), synonyms=("战区",), source=""),
    Column(code="office", label=_("办事处"), parser=v.Text(60), synonyms=("所属部门", "部门", "分公司", "片区"), source="department__name"),
    _choice("stage", "客户阶段", "客户状态", "生命周期", choices=list(rules.STAGES.items())),
    _need_state(),
    _plain("expected_deal_on", "预计成交日期", "预计成交时间", parser=v.Day()),
    _plain("dealer_agreement_on", "经销协议日期", parser=v.Day()),
    _plain("commission_agreement_on", "代理协议日期", parser=v.Day()),
    _plain("supply_contract_on", "供货合同日期", parser=v.Day()),
    _plain("strategic_agreement_on", "战略协议日期", parser=v.Day()),
    Column(code="tags", label=_("标签"), parser=Words(60), synonyms=("客户标签", "标记"), help=_("多个用顿号隔开；已有的标签保留"), example="重点跟进、回款慢",
           show=_tags_shown(), offers=lambda: [word.label for word in dictionaries.entries("customer_tag")][:60]),
    Column(code="need", label=_("主要需求"), parser=v.Text(2000, lines=True), synonyms=("需求", "客户需求", "需求描述"), source=""),
    _plain("registered_on", "建档时间", "创建时间", "登记日期", "开户日期", parser=v.Day()),
    _choice("gender", choices=Customer.Gender.choices),
    _plain("birthday", "出生日期", parser=v.Day()),
    _plain("birthday_lunar", parser=LunarDay(20)),
    _plain("title", "客户职务"),
    _plain("organisation", "工作单位"),
    _plain("note", "说明", "客户备注", "备注信息"),
]  # fmt: skip
#: Columns that are written as they are, on new records and on existing ones.
DIRECT = frozenset(
    column.code
    for column in COLUMNS
    if column.code
    in {field.name for field in Customer._meta.concrete_fields}
    - {"number", "name", "uscc", "phone", "stage", "owner", "tags", *DICTIONARIES}
)
