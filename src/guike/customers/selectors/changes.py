"""The changes of a customer and of what hangs on it, as people read them (PLT-02)."""

from dataclasses import dataclass, replace

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.customers.models import Collaborator, Competitor, Contact, Customer, CustomerAddress, Need
from guike.customers.selectors.doubles import survivor_of
from guike.customers.selectors.relations import relations
from guike.customers.selectors.visibility import in_clear
from guike.platform import history, masks
from guike.platform.access import Right, Viewer, field_right, row

VERBS = {
    "customers.add_customer": gettext_lazy("建档"),
    "customers.change_customer": gettext_lazy("修改资料"),
    "customers.remove_customer": gettext_lazy("停用"),
    "customers.transfer": gettext_lazy("转负责人"),
    "customers.supplement": gettext_lazy("补充资料"),
    "customers.decide_proposal": gettext_lazy("采纳补充"),
    "customers.share": gettext_lazy("设协同人"),
    "customers.unshare": gettext_lazy("取消协同"),
    "customers.tag": gettext_lazy("标签"),
    "customers.set_tags": gettext_lazy("标签"),
    "customers.move_stage": gettext_lazy("改阶段"),
    "customers.advance_stages": gettext_lazy("阶段自动变动"),
    "customers.take_back_stages": gettext_lazy("阶段随撤销的导入退回"),
    "customers.add_contact": gettext_lazy("加联系人"),
    "customers.change_contact": gettext_lazy("改联系人"),
    "customers.remove_contact": gettext_lazy("删联系人"),
    "customers.add_need": gettext_lazy("记需求"),
    "customers.change_need": gettext_lazy("改需求"),
    "customers.remove_need": gettext_lazy("删需求"),
    "customers.add_competitor": gettext_lazy("记竞品"),
    "customers.change_competitor": gettext_lazy("改竞品"),
    "customers.remove_competitor": gettext_lazy("删竞品"),
    "customers.add_address": gettext_lazy("加地址"),
    "customers.remove_address": gettext_lazy("删地址"),
    "customers.relate": gettext_lazy("建关系"),
    "customers.change_relation": gettext_lazy("改关系"),
    "customers.end_relation": gettext_lazy("结束关系"),
    "customers.merge": gettext_lazy("合并客户"),
    "customers.undo_merge": gettext_lazy("撤销合并"),
    "customers.set_requirement": gettext_lazy("改资料要求"),
    "customers.add_certificate": gettext_lazy("加证照"),
    "customers.add_custom_field": gettext_lazy("加自定义字段"),
    "customers.ask_to_claim": gettext_lazy("申请领取"),
    "customers.ask_to_keep": gettext_lazy("申请保留"),
    "customers.ask_to_share": gettext_lazy("申请协同"),
    "customers.assign": gettext_lazy("分派"),
    "customers.attach_file": gettext_lazy("传附件"),
    "customers.change_certificate": gettext_lazy("改证照"),
    "customers.change_custom_field": gettext_lazy("改自定义字段"),
    "customers.claim": gettext_lazy("领取"),
    "customers.dismiss_duplicate": gettext_lazy("排除重复"),
    "customers.end_certificate": gettext_lazy("停用证照"),
    "customers.hand_over": gettext_lazy("交接客户"),
    "customers.note_consent": gettext_lazy("记同意情况"),
    "customers.recycle": gettext_lazy("收回公海"),
    "customers.release": gettext_lazy("退回公海"),
    "customers.release_by_rule": gettext_lazy("按制度退回公海"),
    "customers.remove_file": gettext_lazy("删附件"),
    "customers.renew_certificate": gettext_lazy("换新证照"),
    "customers.reopen_duplicate": gettext_lazy("重新核对重复"),
    "customers.reveal": gettext_lazy("查看明文"),
    "customers.scan_duplicates": gettext_lazy("查找重复"),
    "customers.undo_handover": gettext_lazy("撤销交接"),
}
#: What follows from other fields tells nobody anything; the parent from a relation, whose other side may be out of sight.
FOLLOWING = frozenset({"parent", "stage_since", "completeness", "decision_makers", "customer", "created_at", "noted_by"})


@dataclass(frozen=True)
class RecordChange:
    """One line: the entry, which record it is about, and what was done in words."""

    entry: history.Entry
    about: str
    what: str


def _veiled(viewer: Viewer, code: str, name: str, clear: bool) -> bool:
    right = field_right(viewer, code, name)
    return right < Right.READ and not (clear and right is Right.MASKED)


def _shown(viewer: Viewer, code: str, change: history.Change, clear: bool) -> history.Change:
    if not _veiled(viewer, code, change.field, clear):
        return change
    before, after = (masks.shown(viewer, code, change.field, value) if value != "—" else value for value in (change.before, change.after))
    return replace(change, before=str(before or "—"), after=str(after or "—"))


def _of(viewer: Viewer, record: models.Model, code: str, about: str, clear: bool) -> list[RecordChange]:
    hidden = FOLLOWING | {name for name in _fields(record) if field_right(viewer, code, name) is Right.HIDDEN}
    lines = []
    for entry in history.of(record, hidden=frozenset(hidden), viewer=viewer):
        changes = tuple(_shown(viewer, code, change, clear) for change in entry.changes)
        what = VERBS.get(entry.verb) or {"insert": _("新建"), "delete": _("删除")}.get(entry.kind, _("修改"))
        lines.append(RecordChange(replace(entry, changes=changes), about, str(what)))
    return lines


def _fields(record: models.Model) -> list[str]:
    return [field.name for field in record._meta.concrete_fields]


def changes(viewer: Viewer, customer: Customer, *, limit: int = 100) -> list[RecordChange]:
    """The newest changes of a customer, its people, addresses, needs, rivals, collaborators and relations; veiled fields stay veiled.

    What was deleted outright is told by the customer's own lines and by the platform's log.
    """
    row(viewer, "customer", survivor_of(viewer, customer.pk) or customer.pk)
    clear = in_clear(viewer, customer)
    found = _of(viewer, customer, "customer", "", clear)
    for contact in Contact.everything.filter(customer=customer):
        found += _of(viewer, contact, "contact", _("联系人「%(name)s」") % {"name": contact.name}, clear)
    for model, label in ((CustomerAddress, _("地址")), (Need, _("需求")), (Competitor, _("竞品")), (Collaborator, _("协同人"))):
        for record in model.objects.filter(customer=customer):
            found += _of(viewer, record, "customer", f"{label}「{str(record)[:20]}」", clear)
    for line in relations(viewer, customer):
        found += _of(
            viewer, line.relation, "customer_relation", _("关系「%(word)s %(name)s」") % {"word": _(line.word), "name": line.other}, clear
        )
    return sorted(found, key=lambda line: line.entry.at, reverse=True)[:limit]
