"""What every subject with an owner can have done: something due, somebody told."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.engine.automations import registry
from guike.engine.automations.registry import Action, Left, Param, Params, Task
from guike.engine.models.obligation import Obligation
from guike.engine.obligations import registry as obligation_kinds
from guike.engine.obligations import services as obligations
from guike.engine.obligations.selectors import LIVE
from guike.organisation import selectors as organisation
from guike.organisation.calendar import selectors as calendar
from guike.platform import clock
from guike.platform.errors import Refused
from guike.platform.notifications import registry as notice_kinds
from guike.platform.notifications.services import notify
from guike.platform.roles import ROLES

KIND = "automation"
NOTICE = "automation.told"
obligation_kinds.register_kind(obligation_kinds.Kind(KIND, gettext_lazy("自动安排"), gettext_lazy("办结"), "settings-automation"))
notice_kinds.register_kind(notice_kinds.Kind(NOTICE, gettext_lazy("自动化提醒"), icon="settings-automation"))


def _who() -> list[tuple[str, Any]]:
    return [
        ("owner", gettext_lazy("负责人")),
        ("superior", gettext_lazy("负责人的上级")),
        ("person", gettext_lazy("指定的人")),
        *((f"role:{code}", _(label)) for code, label in ROLES.items()),
    ]


def _who_words(params: Params) -> str:
    if params["who"] == "person":
        names = organisation.person_names([params["person"]]) if params["person"] else {}
        return next(iter(names.values()), _("指定的人（没有选）"))
    return str(dict(_who()).get(params["who"], params["who"]))


def people(task: Task) -> list[int]:
    """Whom an action means, present ones only. Left where there is nobody."""
    who = task.params["who"]
    owner = registry.subject(task.subject_kind).owner_of(task.row)
    if who == "person":
        found = [task.params["person"]] if task.params["person"] else []
    elif who.startswith("role:"):
        found = list(organisation.people_with_role(who.removeprefix("role:")).values_list("pk", flat=True))
    elif who == "superior":
        above = organisation.supervisor_of(owner) if owner else None
        found = [above] if above else []
    else:
        found = [owner] if owner else []
    present = [pk for pk in found if pk and organisation.works_here(pk)]
    if not present:
        raise Left(_("没有%(who)s") % {"who": _who_words(task.params)})
    return present


ASKS_WHO = (
    Param("who", gettext_lazy("给谁"), "choice", _who, default="owner"),
    Param("person", gettext_lazy("指定的人"), "person", required=False),
)


def _open(task: Task) -> str:
    """Open one obligation, for the first of those meant; a role gets one for whoever holds it first by number."""
    title = task.params["title"]
    same = Obligation.objects.filter(kind=KIND, subject_kind=task.subject_kind, subject_id=task.row.pk, title=title, state__in=LIVE)
    if same.exists():
        raise Left(_("已有同样的待办「%(title)s」") % {"title": title})
    subject = registry.subject(task.subject_kind)
    person = people(task)[0]
    due = calendar.add_workdays(clock.today(), int(task.params["days"]))
    owed = obligations.Due(
        kind=KIND,
        subject_kind=task.subject_kind,
        subject_id=task.row.pk,
        title=title,
        due_on=due,
        assignee_id=person,
        as_owner=task.params["who"] == "owner",
        department_id=subject.department_of(task.row),
        reason=task.because,
    )
    obligations.open_obligation(owed, actor=task.actor)
    name = next(iter(organisation.person_names([person]).values()))
    return _("待办「%(title)s」给%(name)s，%(day)s 到期") % {"title": title, "name": name, "day": due}


def _tell(task: Task) -> str:
    found = people(task)
    words = _("%(subject)s：%(text)s") % {"subject": task.row, "text": task.params["text"]}
    href = task.row.get_absolute_url() if hasattr(task.row, "get_absolute_url") else ""
    notify(
        NOTICE,
        people=found,
        title=words,
        text=task.because,
        href=href,
        key=f"automation:{task.key}:{task.row.pk}",
        subject=(task.subject_kind, task.row.pk),
    )
    names = "、".join(organisation.person_names(found).values())
    return _("已通知%(names)s") % {"names": names}


registry.register_action(
    Action(
        "obligation",
        gettext_lazy("安排待办"),
        "",
        (
            *ASKS_WHO,
            Param("title", gettext_lazy("事项"), "text"),
            Param("days", gettext_lazy("几个工作日内"), "number", most=250, default=3),
        ),
        _open,
        lambda params: _("给%(who)s安排「%(title)s」，%(days)s 个工作日内") % {"who": _who_words(params), "title": params["title"], "days": params["days"]},
    )
)
registry.register_action(
    Action(
        "notify",
        gettext_lazy("发消息"),
        "",
        (*ASKS_WHO, Param("text", gettext_lazy("说什么"), "text", hint=gettext_lazy("前面自动带上对象名称"))),
        _tell,
        lambda params: _("告诉%(who)s「%(text)s」") % {"who": _who_words(params), "text": params["text"]},
    )
)
__all__ = ["Refused", "people"]
