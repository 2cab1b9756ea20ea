"""What stands on a customer's page whatever tab is open: facts, badges, figures, what needs you, the rail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias
from urllib.parse import quote

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from guike.contact.panels import done_at, when_words
from guike.customers import panels
from guike.customers.selectors import without_hidden
from guike.engine.obligations import registry as obligation_kinds
from guike.engine.obligations import selectors as obligations
from guike.engine.selectors.outcomes import Held, standing
from guike.platform import clock
from guike.platform.access import Viewer, allowed, reads
from guike.platform.ui import formats
from guike.platform.ui.components import Badge, Duty, Figure, Need, Node

#: Rows of the customers domain, whose models are its own affair; here they are only read.
Customer: TypeAlias = Any
Contact: TypeAlias = Any
TONES = {0: "accent"}
LISTED_DUTIES = 5


@dataclass(frozen=True)
class Record:
    """The composed head and rail of one customer's page."""

    customer: Customer
    facts: list[str]
    seal: str
    seal_rank: int | None
    badges: list[Badge]
    figures: list[Figure]
    need: Need | None
    people: list[Contact]
    chain: list[Node]
    birthdays: list[panels.Birthday]
    founding: panels.Founding | None
    duties: list[Duty]
    open_duties: int
    counts: panels.Counts
    relations: int
    parent: str
    call: tuple[str, str, str]
    log_url: str
    before: str
    after: str
    back: str
    kept: str
    tags: str = ""
    place: str = ""
    exception: panels.Told | None = None


def address(name: str, *arguments: Any, query: str = "") -> str:
    """A page's address; empty where this installation lacks the page."""
    try:
        return reverse(name, args=arguments) + (f"?{query}" if query else "")
    except NoReverseMatch:
        return ""


def record(request: HttpRequest, customer: Customer) -> Record:
    """Everything about an authorised customer, in a number of queries that does not depend on its history."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    came_from = request.GET.get("in", "")
    without_hidden(viewer, customer)
    found = panels.people(viewer, customer)
    held = standing(viewer, "customer", customer.pk)
    primary = next((one for one in held if one.is_primary), None)
    open_ones = list(obligations.of_subject(viewer, "customer", customer.pk, authorised=True)[: LISTED_DUTIES + 1])
    counts = panels.counts(customer)
    log = address("contact:log_for", customer.pk) if allowed(viewer, "follow_up", "add") else ""
    beside = panels.neighbours(viewer, came_from, customer)
    return Record(
        customer=customer,
        facts=_facts(customer, counts),
        seal=primary.outcome if primary else customer.figures.grade,
        seal_rank=_seal_rank(primary),
        badges=_badges(customer, held),
        figures=_figures(viewer, customer),
        need=_need(viewer, customer, open_ones, log),
        people=found,
        chain=panels.chain(found, may_edit=allowed(viewer, "contact", "change")),
        birthdays=panels.birthdays(found),
        founding=panels.founding(customer),
        duties=[_duty(viewer, one) for one in open_ones[:LISTED_DUTIES]],
        open_duties=max(customer.figures.open_obligations, len(open_ones)),
        counts=counts,
        relations=panels.relation_count(viewer, customer),
        parent=panels.parent_name(viewer, customer),
        call=panels.callable_person(viewer, customer, found),
        log_url=log,
        before=beside.before,
        after=beside.after,
        place=beside.place,
        back=f"/customers/?{came_from}" if came_from else "/customers/",
        kept=f"&in={quote(came_from)}" if came_from else "",
        tags=panels.tags_of(customer),
        exception=panels.exception_of(viewer, customer.pk) if counts.exception else None,
    )


def _seal_rank(primary: Held | None) -> int | None:
    return None if primary is None or primary.tone is None else primary.tone + 1


def _facts(customer: Customer, counts: panels.Counts) -> list[str]:
    years = customer.figures.cooperation_years
    shared = _("，协同 %(n)d 人") % {"n": counts.collaborators} if counts.collaborators else ""
    owner = _("负责人 %(name)s") % {"name": customer.owner} if customer.owner else _("公海，没有负责人")
    parts = [
        customer.get_nature_display() or customer.get_kind_display(),
        customer.place,
        _("合作 %(n)d 年") % {"n": years} if years else "",
        owner + shared,
        customer.number,
    ]
    return [str(part) for part in parts if part]


def _badges(customer: Customer, held: Sequence[Held]) -> list[Badge]:
    """At most five, each opening its why: the grade's score first, then the other standings, then the file's state."""
    ordered = sorted((one for one in held if not one.asks_nothing), key=lambda one: not one.is_primary)
    badges = [
        Badge(_badge_words(one), why(customer.pk, one.policy_code), TONES.get(one.tone if one.is_primary and one.tone is not None else -1, ""))
        for one in ordered  # type: ignore[arg-type]
    ]
    life = Badge(str(customer.get_stage_display()), address("customers:stage", customer.pk))
    lacking = (
        [Badge(_("不知道谁拍板"), f"/customers/{customer.pk}/?tab=contacts", "warn", sheet=False)]
        if not customer.decision_makers and customer.is_company
        else []
    )
    file = Badge(_("档案 %(n)d%%") % {"n": customer.completeness}, f"/customers/{customer.pk}/?tab=file", sheet=False)
    return [*badges[: 4 - len(lacking)], life, *lacking, file][:5] if len(badges) < 3 else [*badges[: 4 - len(lacking)], *lacking, life][:5]


def why(customer_id: int, policy_code: str) -> str:
    """Where the engine explains an outcome."""
    return f"/policies/why/customer/{customer_id}/{policy_code}/"


def _badge_words(one: Held) -> str:
    if one.is_primary and one.score is not None:
        words = _("综合分 %(score)s") % {"score": formats.number(one.score)}
    else:
        words = str(one.label)
    return _("%(words)s（人工调整）") % {"words": words} if one.override_until else words


def _growth(now: Decimal, before: Decimal) -> tuple[str, str]:
    """(text, tone) of a year on the year before; nothing where there was none before."""
    if before <= 0:
        return "", ""
    change = (now - before) * 100 / before
    return f"{'+' if change >= 0 else '−'}{abs(change):.1f}%", "up" if change > 0 else ""


def _figures(viewer: Viewer, customer: Customer) -> list[Figure]:
    kept, today = customer.figures, clock.today()
    growth, tone = _growth(kept.purchases_12m, kept.purchases_before)
    orders = _("%(n)d 张订单") % {"n": kept.orders_12m} + (_("，同比") if growth else "")
    bought = Figure(_("12 个月采购额"), formats.wan(kept.purchases_12m), _("万元") if kept.purchases_12m else "", orders, growth, tone)
    return [
        *([bought] if reads(viewer, "customer", "purchases") else []),
        _ago(_("上次下单"), kept.last_purchase_on, today, _("还没下过单")),
        _ago(_("上次联系"), kept.last_contact_on, today, _("还没联系过"), _late_note(kept.next_due_on, today)),
        _next(kept.next_due_on, kept.next_due_title, kept.open_obligations, today),
    ]


def _late_note(due: date | None, today: date) -> str:
    return _("超出频次 %(n)d 天") % {"n": (today - due).days} if due and due < today else ""


def _ago(label: str, day: date | None, today: date, never: str, late: str = "") -> Figure:
    if day is None:
        return Figure(label, formats.NOTHING, "", never, late, "danger" if late else "")
    days = (today - day).days
    note = formats.day(day)
    return Figure(label, str(days) if days else _("今天"), _("天前") if days else "", "" if late else note, late, "danger" if late else "")


def _next(due: date | None, title: str, more: int, today: date) -> Figure:
    if due is None:
        return Figure(_("下一步"), formats.NOTHING, "", _("没有到期的事"))
    days = (due - today).days
    value, unit = (_("今天"), "") if days == 0 else (str(abs(days)), _("天后") if days > 0 else _("天前到期"))
    note = title + (_("，共 %(n)d 件") % {"n": more} if more > 1 else "")
    return Figure(_("下一步"), value, unit, note, tone="danger" if days < 0 else "")


def _duty(viewer: Viewer, one: Any) -> Duty:
    when, tone = when_words(one.due_on, clock.today())
    note = " ".join(part for part in (one.clause, one.reason, str(one.assignee or "")) if part)
    kind = obligation_kinds.kind(one.kind)
    second = str(kind.second) if one.assignee_id == viewer.person_id else ""
    return Duty(when, one.title, note, done_at(one), tone, second=second, second_href=kind.second_link.format(subject_id=one.subject_id))


def _need(viewer: Viewer, customer: Customer, open_ones: Sequence[Any], log: str) -> Need | None:
    """The most pressing thing that the viewer owes this customer by today; nothing when nothing is due."""
    mine = [one for one in open_ones if one.assignee_id == viewer.person_id and one.due_on <= clock.today()]
    if not mine:
        return None
    first = mine[0]
    late = (clock.today() - first.due_on).days
    text = _("已逾期 %(n)d 天：") % {"n": late} if late else _("今天到期：")
    kind = obligation_kinds.kind(first.kind)
    action = _("打电话并记跟进") if kind.by_contact else str(kind.action)
    return Need(
        text, first.title, action if log else "", done_at(first), more=len(mine) - 1, more_href=f"/customers/{customer.pk}/?tab=duties"
    )
