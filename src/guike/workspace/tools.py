"""What is due, for assistants (PLT-07: MCP)."""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field

from guike.engine.obligations import selectors
from guike.platform import clock
from guike.platform.access import Viewer
from guike.platform.api.tools import Asked, tool
from guike.workspace.api import OBLIGATIONS

SHOWN = ("kind", "subject_kind", "subject_id", "title", "reason", "due_on", "state", "assignee", "escalation_level")


class Due(Asked):
    days: Annotated[int, Field(ge=0, le=60, description="今天起多少天内到期的，逾期的总在里面")] = 0
    mine: Annotated[bool, Field(description="只看自己的")] = True
    limit: Annotated[int, Field(ge=1, le=100)] = 30


@tool("list_due", "今天要办的", "到期和逾期的时限任务，急的在前。", scope="obligations:read", object="obligation")
def list_due(viewer: Viewer, asked: Due) -> dict[str, Any]:
    today = clock.today()
    people = [viewer.person_id] if asked.mine and viewer.person_id else None
    rows = selectors.listed(viewer, on=today, until=today + timedelta(days=asked.days), person_ids=people)
    return {"today": today, "due": [OBLIGATIONS.tell(viewer, row, ["id", *SHOWN]) for row in rows[: asked.limit]]}
