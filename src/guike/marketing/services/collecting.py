"""Writing down what marketing came upon, mending it, dropping it (CUS-08)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from guike.customers import rules as customer_rules
from guike.customers import selectors as customers
from guike.marketing import rules
from guike.marketing.models import Find
from guike.marketing.services import tasks
from guike.platform import clock, numbering
from guike.platform.access import Right, Viewer, field_right, require, row
from guike.platform.errors import Forbidden, Refused, Stale
from guike.platform.verbs import verb

FIELDS = (
    "kind", "name", "uscc", "source", "place_found", "found_on", "industry", "scale", "trend", "product_line", "province", "city",
    "address", "contact", "position", "phone", "note",
)  # fmt: skip


def _text(name: str, value: Any) -> Any:
    field: Any = Find._meta.get_field(name)
    if field.get_internal_type() not in ("CharField", "TextField"):
        return value
    text = str(value or "").strip() if field.get_internal_type() == "TextField" else " ".join(str(value or "").split())
    if field.max_length and len(text) > field.max_length:
        words = {"label": field.verbose_name, "most": field.max_length, "now": len(text)}
        raise Refused(_("%(label)s最多 %(most)d 个字，现在 %(now)d 个") % words, field=name)
    if field.choices and text and text not in dict(field.flatchoices):
        raise Refused(_("%(label)s没有「%(value)s」这一项") % {"label": field.verbose_name, "value": text}, field=name)
    return text


def _cleaned(values: Mapping[str, Any], actor: Viewer) -> dict[str, Any]:
    if unknown := set(values) - set(FIELDS):
        raise TypeError(f"a find has no {sorted(unknown)}")
    if values.get("phone") and field_right(actor, "find", "phone") < Right.WRITE:
        raise Forbidden(_("没有填写「电话」的权限，可找市场部"))
    cleaned = {name: _text(name, value) for name, value in values.items()}
    if "name" in cleaned and not cleaned["name"]:
        raise Refused(_("名称要填"), field="name")
    if cleaned.get("uscc"):
        code = customer_rules.read_code(cleaned["uscc"])
        if code.kind != "uscc":
            raise Refused(_("统一社会信用代码不对：%(problem)s") % {"problem": code.problem or _("要 18 位")}, field="uscc")
        cleaned["uscc"] = code.value
    if cleaned.get("found_on") and cleaned["found_on"] > clock.today():
        raise Refused(_("发现日期在今天之后，改为今天或更早"), field="found_on")
    if "found_on" in cleaned and cleaned["found_on"] is None:
        del cleaned["found_on"]
    return cleaned


def derive(found: Find) -> list[str]:
    """Set what follows from the find's own fields; the names of what was set. No query."""
    numbers = customer_rules.split_phones(found.phone)
    keys = customer_rules.of_customer(
        number=found.number,
        name=found.name,
        short_name=found.contact,
        phone=numbers[0] if numbers else "",
        phones=numbers[1:],
        kind=found.kind,
    )
    found.name_key, found.phone_keys, found.search = keys["name_key"], keys["phone_keys"], keys["search"]  # type: ignore[assignment]
    return ["name_key", "phone_keys", "search"]


def look_for_double(found: Find) -> None:
    """How much it resembles somebody in the books, whoever owns that customer. Only the degree is kept. Three queries."""
    asked = customer_rules.identity(
        name=found.name, kind=found.kind, uscc=found.uscc, registration_number="", phones=customer_rules.split_phones(found.phone)
    )
    matches = customers.matches(asked, least=rules.SUSPICIOUS, but=[found.customer_id] if found.customer_id else ())
    found.alike = matches[0].likeness.score if matches else 0


@verb("marketing.add_find")
def add_find(values: Mapping[str, Any], *, actor: Viewer, reason: str = "") -> Find:
    """Write down a possible customer. A likeness to one in the books does not refuse: the form has warned (CUS-07)."""
    require(actor, "find", "add")
    found = Find(number=numbering.take("find"), found_by_id=actor.person_id, **_cleaned({"name": "", **values}, actor))
    derive(found)
    look_for_double(found)
    found.save(force_insert=True)
    return found


@verb("marketing.change_find")
def change_find(find_id: int, values: Mapping[str, Any], *, version: int, actor: Viewer, reason: str = "") -> Find:
    """Mend a find that nobody accepted yet. `Stale` when somebody saved it meanwhile."""
    found: Find = row(actor, "find", find_id, "change", lock=True)
    if found.version != version:
        raise Stale(_("「%(name)s」刚被别人改过，刷新后再改，已填内容先复制") % {"name": found})
    if found.state == Find.State.ACCEPTED:
        raise Refused(_("「%(name)s」已被接收，资料在客户那里改") % {"name": found})
    cleaned = _cleaned(values, actor)
    changed = [name for name, value in cleaned.items() if getattr(found, name) != value]
    if not changed:
        return found
    for name in changed:
        setattr(found, name, cleaned[name])
    look_for_double(found)
    found.version += 1
    found.save(update_fields=[*changed, *derive(found), "alike", "version"])
    return found


@verb("marketing.drop_find")
def drop_find(find_id: int, *, actor: Viewer, reason: str) -> Find:
    """Give a find up for good, with a reason; it leaves the lists of who was asked."""
    found: Find = row(actor, "find", find_id, "drop", lock=True)
    if not rules.may_become(found.state, "dropped"):
        raise Refused(_("「%(name)s」%(state)s，不能作废") % {"name": found, "state": found.get_state_display()})
    if not reason.strip():
        raise Refused(_("写明作废的原因"), field="reason")
    tasks.call_off(found, _("线索已作废"))
    found.state, found.said = Find.State.DROPPED, reason.strip()[:200]
    found.receiver_id = found.department_id = None
    found.pooled, found.due_on = False, None
    found.version += 1
    found.save(update_fields=["state", "said", "receiver", "department", "pooled", "due_on", "version"])
    return found
