"""Follow-ups for assistants (PLT-07: MCP)."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from guike.contact import rules, selectors, services
from guike.contact.api import FOLLOW_UPS
from guike.platform import clock
from guike.platform.access import Viewer
from guike.platform.api.tools import Asked, tool
from guike.platform.errors import Refused

Method: Any = Literal[tuple(rules.METHODS)]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]


class Log(Asked):
    customer: Id
    method: Method
    said: Annotated[str, Field(min_length=1, max_length=5000, description="沟通内容，照实写")]
    happened_on: date | None = Field(None, description="哪一天；不写就是今天")
    next_on: date | None = Field(None, description="下次联系日期")
    next_step: Annotated[str, Field(max_length=160, description="下一步做什么")] = ""


class NextStep(Asked):
    customer: Id
    next_on: date
    next_step: Annotated[str, Field(min_length=1, max_length=160)]


@tool(
    "log_follow_up",
    "记跟进",
    "把和一家客户的一次联系记下来，可以带下一步。",
    scope="follow-ups:write",
    object="follow_up",
    action="add",
    reads=False,
)
def log_follow_up(viewer: Viewer, asked: Log) -> dict[str, Any]:
    values = asked.model_dump(exclude={"customer"})
    draft = rules.Draft(**{**values, "happened_on": asked.happened_on or clock.today()})
    made = services.log_follow_up(asked.customer, draft, actor=viewer).follow_up
    return _told(viewer, made.pk)


@tool(
    "set_next_step",
    "定下一步",
    "改自己最近一笔跟进的下一步和日期。",
    scope="follow-ups:write",
    object="follow_up",
    action="change",
    reads=False,
)
def set_next_step(viewer: Viewer, asked: NextStep) -> dict[str, Any]:
    last = selectors.follow_ups(viewer).filter(customer=asked.customer, person=viewer.person_id).first()
    if last is None or not selectors.may_edit(viewer, last):
        raise Refused(_("没有还能改的跟进，先用 log_follow_up 记一笔"))
    present = selectors.follow_up(viewer, last.pk)
    draft = rules.Draft(
        method=present.method, said=present.said, happened_on=present.happened_on, happened_time=present.happened_time,
        contact_ids=tuple(one.pk for one in present.contacts.all()), topic=present.topic, feedback=present.feedback, place=present.place,
    )  # fmt: skip
    services.edit_follow_up(last.pk, replace(draft, next_on=asked.next_on, next_step=asked.next_step), actor=viewer, version=last.version)
    return _told(viewer, last.pk)


def _told(viewer: Viewer, pk: int) -> dict[str, Any]:
    row = FOLLOW_UPS.one(viewer, pk)
    return {"follow_up": FOLLOW_UPS.tell(viewer, row, ["id", "customer", "happened_on", "method", "said", "next_on", "next_step"])}
