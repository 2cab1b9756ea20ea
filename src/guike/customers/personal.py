"""Which columns of customers and their people are personal, why they are kept, and how they are erased (08-quality privacy)."""

from typing import Any

from django.db.models import Case, F, QuerySet, When
from django.db.models.functions import Greatest, TruncDate
from django.utils.translation import gettext_lazy as _

from guike.customers import rules
from guike.customers.models import Consent, Contact, Customer
from guike.platform.privacy import CONTRACTS, DEALINGS, GONE, Erase, Ground, Whose, dealing, people, personal, plain, rebuild, texts

REACH = _("联系业务、签约、送货和售后")
CARE = _("客户关怀：生日问候、投其所好")
FILE = _("客户档案和往来记录")
_SOUGHT = ("number", "name", "short_name", "former_names", "former_numbers", "phone", "phones", "kind")

rebuild("customers.Contact", lambda row: rules.of_contact(name=row.name, phone=row.phone, phones=row.phones))
rebuild("customers.Customer", lambda row: rules.of_customer(**{name: getattr(row, name) for name in _SOUGHT}))

personal(
    "customers.Contact",
    {
        "name": Erase.REPLACED,
        "pinyin": Erase.DERIVED,
        "search": Erase.DERIVED,
        "dial": Erase.DERIVED,
        "phone_keys": Erase.DERIVED,
        "phone": Erase.BLANK,
        "phones": Erase.BLANK,
        "email": Erase.BLANK,
        "wechat": Erase.BLANK,
        "position": Erase.BLANK,
        "department": Erase.BLANK,
        "gender": Erase.BLANK,
        "role": Erase.BLANK,
        "attitude": Erase.BLANK,
        "note": Erase.BLANK,
    },
    whose=Whose.CONTACT,
    purpose=REACH,
    ground=Ground.CONTRACT,
    term=DEALINGS,
    contract=("name", "phone"),
    identifies={"name": "name", "phone": "phone", "phones": "phone", "email": "code", "wechat": "code"},
)
personal(
    "customers.Contact",
    dict.fromkeys(("birthday", "birthday_lunar", "preferences", "private_channels"), Erase.BLANK),
    whose=Whose.CONTACT,
    purpose=CARE,
    ground=Ground.CONSENT,
    term=DEALINGS,
)
personal(
    "customers.Customer",
    {
        "name": Erase.REPLACED,
        "name_key": Erase.DERIVED,
        "pinyin": Erase.DERIVED,
        "initials": Erase.DERIVED,
        "search": Erase.DERIVED,
        "dial": Erase.DERIVED,
        "phone_keys": Erase.DERIVED,
        "brand_key": Erase.DERIVED,
        "brand_sound": Erase.DERIVED,
        "short_name": Erase.BLANK,
        "former_names": Erase.BLANK,
        "phone": Erase.BLANK,
        "phones": Erase.BLANK,
        "email": Erase.BLANK,
        "registered_address": Erase.BLANK,
        "website": Erase.BLANK,
        "social": Erase.BLANK,
        "gender": Erase.BLANK,
        "title": Erase.BLANK,
        "organisation": Erase.BLANK,
        "note": Erase.BLANK,
        "custom": Erase.BLANK,
        "tags": Erase.BLANK,
    },
    whose=Whose.CUSTOMER,
    purpose=REACH,
    ground=Ground.CONTRACT,
    term=DEALINGS,
    contract=("name", "phone", "registered_address"),
    identifies={"name": "name", "short_name": "name", "former_names": "name", "phone": "phone", "phones": "phone", "email": "code"},
)
personal(
    "customers.Customer",
    dict.fromkeys(("birthday", "birthday_lunar"), Erase.BLANK),
    whose=Whose.CUSTOMER,
    purpose=CARE,
    ground=Ground.CONSENT,
    term=DEALINGS,
)
personal(
    "customers.Customer",
    dict.fromkeys(("invoice_title", "tax_number", "invoice_address", "bank_name", "bank_account"), Erase.BLANK),
    whose=Whose.CUSTOMER,
    purpose=_("开票、收款、退款"),
    ground=Ground.CONTRACT,
    term=CONTRACTS,
    contract=("invoice_title", "tax_number", "invoice_address", "bank_name", "bank_account"),
    identifies={"tax_number": "code", "bank_account": "code"},
)
texts("customers.Customer", "legal_representative business_scope", purpose=_("识别签约主体，来自营业执照等公开登记"))
personal(
    "customers.CustomerAddress",
    {"line": Erase.REPLACED, "receiver": Erase.BLANK, "phone": Erase.BLANK},
    whose=Whose.CUSTOMER,
    purpose=_("送货、寄发票"),
    ground=Ground.CONTRACT,
    term=DEALINGS,
    contract=("line", "receiver", "phone"),
    identifies={"phone": "phone"},
)
personal(
    "customers.Certificate",
    {"number": Erase.BLANK, "scope": Erase.BLANK, "issued_by": Erase.BLANK, "note": Erase.BLANK},
    whose=Whose.CUSTOMER,
    purpose=_("核对经营资格"),
    ground=Ground.LAW,
    term=DEALINGS,
    contract=("number",),
)
personal(
    "customers.KeyDate",
    {"lunar": Erase.DERIVED},
    whose=Whose.CONTACT,
    purpose=CARE,
    ground=Ground.CONSENT,
    term=DEALINGS,
)
personal(
    "customers.Consent",
    {"purpose": Erase.KEPT, "given": Erase.KEPT, "on": Erase.KEPT, "source": Erase.KEPT},
    whose=Whose.CONTACT,
    purpose=_("证明取得过同意，或已撤回"),
    ground=Ground.LAW,
    term=DEALINGS,
    why=_("证明办过；不含姓名和号码"),
)
texts("customers.Consent", "note", purpose=_("证明取得过同意，或已撤回"), ground=Ground.LAW)
texts("customers.Need", "text", purpose=FILE)
texts("customers.Competitor", "name product strengths weaknesses opinion tactics", purpose=FILE)
texts("customers.FileProposal", "before value decided_why", purpose=FILE)
texts("customers.Relation", "note", purpose=FILE)
texts("customers.MergeChange", "before after", purpose=_("合并可以撤销"))
texts("customers.CustomerMerge", "reason moved undo_report", purpose=_("合并可以撤销"))
texts("customers.HandoverItem", "before after", purpose=_("交接可以撤回"))
texts("customers.Handover", "reason left_over shares", purpose=_("交接可以撤回"))
texts("customers.DuplicateCluster", "reason", purpose=FILE)
texts("customers.NotDuplicate", "reason", purpose=FILE)
texts("customers.PoolException", "reason ended_reason overrides", purpose=FILE)
texts("customers.PoolStay", "reason exception", purpose=FILE)
texts("customers.CustomerFigures", "next_due_title", purpose=FILE)
texts("customers.LifecycleMove", "why", purpose=FILE)

plain("customers.Customer", "number former_numbers brand_place uscc registration_number industry channel outlet_type source region province city district division_code")
plain("customers.CustomerAddress", "province city district division_code")
plain("customers.Certificate", "kind")
plain("customers.CustomField", "code label choices hint")
plain("customers.DuplicateCluster", "reasons")
plain("customers.MergeChange", "model")
plain("customers.CustomerFigures", "grade")
plain("customers.HandoverItem", "table")
plain("customers.KeyDate", "what")
plain("customers.LifecycleMove", "fact_kind")
plain("customers.PoolStay", "grade clause")
plain("customers.ProfileRule", "kind nature fields")
plain("customers.FileProposal", "field")


@people("customer", DEALINGS)
def private_customers() -> QuerySet:
    """Since they were recorded, or taken out of use: until then they were a customer."""
    return Customer.everything.filter(kind=Customer.Kind.PERSON).exclude(name=GONE).annotate(since=Greatest(TruncDate("created_at"), TruncDate("removed_at")))


@people("contact", DEALINGS, through="works_at")
def contacts() -> QuerySet:
    """Dealings with the firm are dealings with who works there; not any more with who left it or was taken out of use."""
    since = Greatest(TruncDate("created_at"), "left_on", TruncDate("removed_at"))
    works_at = Case(When(left_on__isnull=True, removed_at__isnull=True, then=F("customer_id")))
    return Contact.everything.exclude(name=GONE).annotate(since=since, works_at=works_at)


@dealing("contact", "consent", _("同意记录"))
def last_consent(of: Any) -> QuerySet:
    """Given or taken back: the contact spoke to us."""
    return Consent.objects.filter(contact_id=of).order_by("-on").values("on")[:1]


@dealing("customer", "consent", _("同意记录"))
def last_consent_there(of: Any) -> QuerySet:
    """A private customer's own contacts speak for it."""
    return Consent.objects.filter(contact__customer_id=of).order_by("-on").values("on")[:1]
