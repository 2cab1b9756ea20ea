"""A person: the record, posts, deputies, leaving. The list stands in lists.py."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.organisation import selectors, services
from guike.organisation.forms import DeputyForm, LeaveForm, NewPersonForm, PersonForm
from guike.organisation.lists import PeopleList, actions
from guike.organisation.models import Account, Department, Deputy, Person, Post
from guike.platform import clock
from guike.platform.access import page, row
from guike.platform.errors import Refused
from guike.platform.ui import sheets
from guike.platform.ui.components import Badge
from guike.platform.ui.sheets import form_status


@page("person", "view", row="pk")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: posts past and present, who stands above, deputies, the account for those who may see it."""
    found = selectors.person(request.viewer, pk)
    chain = selectors.chain_of(pk)
    names = selectors.person_names(chain)
    context = {
        "person": found,
        "posts": selectors.posts_of(request.viewer, pk),
        "account": selectors.account_of_person(request.viewer, pk),
        "above": [(each, names[each]) for each in chain],
        "below": _direct_reports(pk),
        "heads": Department.objects.filter(head=found),
        "deputies": Deputy.objects.filter(person=found, ends_on__gte=clock.today()).select_related("deputy"),
        "deputising": Deputy.objects.filter(deputy=found, ends_on__gte=clock.today()).select_related("person"),
        "badges": _badges(found),
        "today": clock.today(),
    }
    return render(request, "organisation/people/person.html", context)


@page("person", "add")
def add(request: HttpRequest) -> HttpResponse:
    """A new colleague, with post and login in one form."""
    initial = {"department": request.GET.get("department")}
    form = NewPersonForm(request.POST or None, viewer=request.viewer, initial=initial)
    if form.is_valid():
        try:
            made, password = services.add_colleague(actor=request.viewer, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            if password:
                return show_password(request, made.account, password)
            return sheets.done(
                request, _("%(name)s已加入") % {"name": made.name}, to=reverse("organisation:person", args=[made.pk]), stay=False
            )
    return _form(request, form, "organisation/people/add.html", back=reverse("organisation:people"))


@page("person", "change", row="pk")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.person(request.viewer, pk, "change")
    initial = {name: getattr(found, name) for name in ("name", "number", "phone", "email", "joined_on", "version")}
    form = PersonForm(request.POST or None, viewer=request.viewer, initial=initial)
    if form.is_valid():
        values = dict(form.cleaned_data)
        values["number"] = values["number"] or found.number
        try:
            services.change_person(pk, actor=request.viewer, **values)
            return _done(request, _("已保存"), pk)
        except Refused as refusal:
            form.refuse(refusal)
    return _form(request, form, "organisation/people/form.html", title=_("改资料"), person=found)


@page("person", "change", row="pk")
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """The last day, with what follows from it said before."""
    found = selectors.person(request.viewer, pk, "change")
    form = LeaveForm(request.POST or None, viewer=request.viewer, initial={"on": clock.today()})
    if form.is_valid():
        try:
            services.person_leaves(pk, form.cleaned_data["on"], actor=request.viewer, reason=form.cleaned_data["reason"])
            return _done(request, _("%(name)s的离职已登记") % {"name": found.name}, pk)
        except Refused as refusal:
            form.refuse(refusal)
    return sheets.confirm(
        request,
        title=_("%(name)s离职") % {"name": found.name},
        consequences=_consequences(found),
        submit=_("登记离职"),
        cancel=reverse("organisation:person", args=[pk]),
        danger=True,
        form=form,
    )


@page("person", "change", row="pk")
def come_back(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.person(request.viewer, pk, "change")
    back = reverse("organisation:person", args=[pk])
    if request.method == "POST":
        services.person_returns(pk, actor=request.viewer)
        return _done(request, _("%(name)s已复职") % {"name": found.name}, pk)
    lines = [_("原来的岗位不会恢复，复职后重新安排"), _("账号仍是停用，需要时再开通")]
    return sheets.confirm(request, title=_("%(name)s复职") % {"name": found.name}, consequences=lines, submit=_("复职"), cancel=back)


@page("deputy", "add")
def deputy(request: HttpRequest, pk: int) -> HttpResponse:
    """Name who stands in for a person."""
    found = selectors.person(request.viewer, pk)
    form = DeputyForm(request.POST or None, viewer=request.viewer, initial={"starts_on": clock.today()})
    if form.is_valid():
        cleaned = form.cleaned_data
        try:
            services.name_deputy(
                pk, cleaned["deputy"], cleaned["starts_on"], cleaned["ends_on"], actor=request.viewer, reason=cleaned["reason"]
            )
            return sheets.done(request, _("代理已安排"), to=_home(request, pk))
        except Refused as refusal:
            form.refuse(refusal)
    return _form(request, form, "organisation/people/form.html", title=_("%(name)s不在时由谁代理") % {"name": found.name}, person=found)


@page("deputy", "delete", row="pk")
def withdraw_deputy(request: HttpRequest, pk: int) -> HttpResponse:
    found = row(request.viewer, "deputy", pk, "delete")
    back = _home(request, found.person_id)
    if request.method == "POST":
        services.withdraw_deputy(pk, actor=request.viewer)
        return sheets.done(request, _("代理已撤"), to=back)
    lines = [_("%(deputy)s不再代理%(person)s，之后的待办回到本人") % {"deputy": found.deputy, "person": found.person}]
    return sheets.confirm(request, title=_("撤掉代理"), consequences=lines, submit=_("撤掉"), cancel=back)


def show_password(request: HttpRequest, account: Account, password: str) -> HttpResponse:
    """The one time a one-time password is shown."""
    context = {"account": account, "person": account.person, "password": password}
    response = render(request, "organisation/accounts/one_time.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _direct_reports(person_id: int) -> list[Person]:
    ids = [each for each, boss in selectors.supervisors().items() if boss == person_id]
    return list(Person.objects.filter(pk__in=ids))


def _badges(found: Person) -> list[Badge]:
    if not found.active:
        return [Badge(str(_("已离职")), tone="muted")]
    if found.left_on:
        return [Badge(str(_("%(day)s 离职") % {"day": found.left_on}), tone="warn")]
    if not Post.objects.filter(person=found, ends_on=None).exists():
        return [Badge(str(_("没有岗位")), tone="warn")]
    return []


def _consequences(found: Person) -> list[str]:
    posts = Post.objects.filter(person=found, ends_on=None).count()
    reports = len(_direct_reports(found.pk))
    lines = [_("%(n)s 个岗位到这一天结束") % {"n": posts}, _("账号停用，已登录的设备退出")]
    if reports:
        lines.append(_("%(n)s 名直接下级改由部门负责人管") % {"n": reports})
    return [*lines, _("名下的客户和待办留在原处，可到客户列表里转给别人")]


def _home(request: HttpRequest, person_id: int) -> str:
    if person_id == request.viewer.person_id:
        return reverse("organisation:me")
    return reverse("organisation:person", args=[person_id])


def _done(request: HttpRequest, message: str, pk: int) -> HttpResponse:
    return sheets.done(request, message, to=reverse("organisation:person", args=[pk]))


def _form(request: HttpRequest, form: Any, template: str, **context: Any) -> HttpResponse:
    if "person" in context:
        context["back"] = _home(request, context["person"].pk)
    return render(request, template, {"form": form, **context}, status=form_status(form))


@page("person", "view")
def index(request: HttpRequest) -> HttpResponse:
    """Everybody, with the department and post of today."""
    return PeopleList().respond(request, actions=actions(request.viewer))
