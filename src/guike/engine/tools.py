"""Policies and grades for assistants (PLT-07: MCP)."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from guike.engine import selectors
from guike.engine.api import explained, simulated
from guike.engine.api import policy_line as told
from guike.platform.access import Viewer
from guike.platform.api.tools import Asked, tool


class Why(Asked):
    customer: Annotated[int, Field(ge=1, le=2**63 - 1)]
    policy: Annotated[str, Field(max_length=60, description="制度代码；不写就是定等级的那一项")] = ""


class Nothing(Asked):
    pass


class Try(Asked):
    text: Annotated[str, Field(max_length=100_000, description="制度全文，YAML")]
    as_of: date | None = None


@tool("explain_grade", "为什么是这个等级", "一家客户的等级、每项得分和理由，以及怎样会升或降。", scope="grades:read", object="customer")
def explain_grade(viewer: Viewer, asked: Why) -> dict[str, Any]:
    return explained(viewer, asked.customer, asked.policy)


@tool("list_policies", "制度", "公司现行的制度。", scope="policies:read", object="policy")
def list_policies(viewer: Viewer, asked: Nothing) -> dict[str, Any]:
    return {"policies": [told(one) for one in selectors.policies(viewer)]}


@tool(
    "simulate_policy",
    "试算制度",
    "在真实数据上试一份制度文本：谁升谁降。什么也不写入。",
    scope="policies:read",
    object="policy",
    action="simulate",
)
def simulate_policy(viewer: Viewer, asked: Try) -> dict[str, Any]:
    return simulated(viewer, asked.text, asked.as_of)
