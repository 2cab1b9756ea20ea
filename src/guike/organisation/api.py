"""People and departments for other programs, to read (PLT-07)."""

from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from ninja import Query, Schema
from pydantic import Field

from guike.organisation.lists import PeopleList
from guike.platform import access
from guike.platform.access import Viewer
from guike.platform.api import listing
from guike.platform.api.resources import Extra, Resource, json_answer
from guike.platform.api.root import Routes
from guike.platform.conditions import Field as Asked
from guike.platform.conditions import FieldSet
from guike.platform.ui.lists import ListPage


def _noted(name: str) -> Any:
    return lambda viewer, row: getattr(row, name, None)


PEOPLE = Resource(
    code="people",
    object="person",
    label=gettext_lazy("人员"),
    page=PeopleList,
    fields=("number", "name", "email", "active", "joined_on", "left_on"),
    extras={
        "department": Extra(int, _noted("department_id"), "部门"),
        "role": Extra(str, _noted("role"), "角色"),
        "post": Extra(str, _noted("post_title"), "岗位"),
    },
    exact={"number": ("number", Annotated[str, Field(max_length=40)])},
    writes=False,
)


class DepartmentPage(ListPage):
    """Departments as a list."""

    object = "department"
    fields = FieldSet([Asked("name", gettext_lazy("名称"))])

    def queryset(self, viewer: Viewer) -> QuerySet:
        return access.rows(viewer, "department")


DEPARTMENTS = Resource(
    code="departments",
    object="department",
    label=gettext_lazy("部门"),
    page=DepartmentPage,
    fields=("name", "parent", "head", "function", "active"),
    writes=False,
)
PersonQuestion, DepartmentQuestion = listing.question_of(PEOPLE), listing.question_of(DEPARTMENTS)


class Me(Schema):
    name: str
    login: str
    person: int | None
    roles: list[str]
    departments: list[int]
    key: str
    scopes: list[str]


routes = Routes(tags=["organisation"])


@routes.operation("GET", "/me", scope="", summary="这把密钥是谁的、能做什么", answer=Me)
def me(request: HttpRequest) -> HttpResponse:
    viewer, key = request.viewer, request.api_key  # type: ignore[attr-defined]
    body = {"name": viewer.name, "login": viewer.login, "person": viewer.person_id, "roles": sorted(viewer.roles)}
    return json_answer({**body, "departments": sorted(viewer.department_ids), "key": key.name, "scopes": key.scopes})


@routes.operation("GET", "/people", scope="people:read", object="person", summary="人员列表", answer=PEOPLE.page_shape)
def list_people(request: HttpRequest, asked: Query[PersonQuestion]) -> HttpResponse:  # type: ignore[valid-type]
    return listing.respond(PEOPLE, request.viewer, asked)


@routes.operation("GET", "/people/{int:pk}", scope="people:read", object="person", row="pk", summary="一个人", answer=PEOPLE.shape)
def person(request: HttpRequest, pk: int, fields: str | None = None) -> HttpResponse:
    return PEOPLE.answer(request.viewer, PEOPLE.one(request.viewer, pk), fields=fields)


@routes.operation("GET", "/departments", scope="departments:read", object="department", summary="部门列表", answer=DEPARTMENTS.page_shape)
def list_departments(request: HttpRequest, asked: Query[DepartmentQuestion]) -> HttpResponse:  # type: ignore[valid-type]
    return listing.respond(DEPARTMENTS, request.viewer, asked)


@routes.operation(
    "GET", "/departments/{int:pk}", scope="departments:read", object="department", row="pk", summary="一个部门", answer=DEPARTMENTS.shape
)
def department(request: HttpRequest, pk: int, fields: str | None = None) -> HttpResponse:
    return DEPARTMENTS.answer(request.viewer, DEPARTMENTS.one(request.viewer, pk), fields=fields)
