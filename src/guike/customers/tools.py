"""Customers for assistants (PLT-07: MCP)."""

from typing import Annotated, Any

from pydantic import Field

from guike.customers import selectors
from guike.customers.api import CONTACTS, CUSTOMERS
from guike.platform import access
from guike.platform.access import Viewer
from guike.platform.api.tools import Asked, tool

FOUND = ("number", "name", "grade", "owner", "stage", "city", "purchases_12m", "last_contact_on", "next_due_on")


class Search(Asked):
    text: Annotated[str, Field(min_length=1, max_length=60, description="名称、拼音首字母、编号或电话的一部分")]
    limit: Annotated[int, Field(ge=1, le=50)] = 10


class One(Asked):
    customer: Annotated[int, Field(ge=1, le=2**63 - 1, description="客户的 id")]


@tool(
    "search_customers",
    "查客户",
    "按名称、拼音首字母、编号或电话找客户，给出 id、等级、负责人和采购额。",
    scope="customers:read",
    object="customer",
)
def search_customers(viewer: Viewer, asked: Search) -> dict[str, Any]:
    rows = selectors.search(selectors.list_rows(viewer), asked.text.strip(), viewer).order_by("pk")[: asked.limit]
    names = [name for name in CUSTOMERS.wanted(viewer, None) if name in FOUND]
    return {"customers": [CUSTOMERS.tell(viewer, row, ["id", *names]) for row in rows]}


@tool("get_customer", "一家客户", "一家客户的全部资料、联系人和采购数字；隐去的电话保持隐去。", scope="customers:read", object="customer")
def get_customer(viewer: Viewer, asked: One) -> dict[str, Any]:
    found = CUSTOMERS.one(viewer, asked.customer)
    told = {
        name: value
        for name, value in CUSTOMERS.tell(viewer, found, CUSTOMERS.wanted(viewer, None)).items()
        if value not in (None, "", [], {})
    }
    people = selectors.contacts(viewer, found.pk, with_left=False) if access.allowed(viewer, "contact", "view") else []
    names = CONTACTS.wanted(viewer, "name,position,role,attitude,phone,is_primary") if people else []
    return {"customer": told, "contacts": [CONTACTS.tell(viewer, one, names) for one in people]}
