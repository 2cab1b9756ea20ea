"""Posts of a person in the sheet."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.organisation import selectors, services
from guike.organisation.forms import EndPostForm, PostForm
from guike.organisation.models import Post
from guike.platform import clock
from guike.platform.access import page
from guike.platform.errors import Refused
from guike.platform.proof import proved
from guike.platform.ui import sheets
from guike.platform.ui.sheets import form_status


@page("person", "change", row="pk")
@proved
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """A new post for a person."""
    person = selectors.person(request.viewer, pk, "change")
    form = PostForm(request.POST or None, viewer=request.viewer, initial={"starts_on": clock.today()})
    if form.is_valid():
        try:
            cleaned = form.cleaned_data
            primary = True if cleaned["is_primary"] else None
            services.give_post(pk, cleaned["department"], cleaned["role"], actor=request.viewer, is_primary=primary, **_values(form))
            return sheets.done(request, _("岗位已安排"), to=reverse("organisation:person", args=[pk]))
        except Refused as refusal:
            form.refuse(refusal)
    return _form(request, form, _("给%(name)s安排岗位") % {"name": person.name}, pk)


@page("person", "change")
@proved
def change(request: HttpRequest, pk: int) -> HttpResponse:
    post = _post(request, pk)
    initial = {
        "department": post.department_id,
        "title": post.title,
        "role": post.role,
        "supervisor": post.supervisor_id,
        "starts_on": post.starts_on,
        "is_primary": post.is_primary,
    }
    form = PostForm(request.POST or None, viewer=request.viewer, initial=initial)
    if form.is_valid():
        cleaned = form.cleaned_data
        try:
            services.change_post(
                pk,
                actor=request.viewer,
                department_id=cleaned["department"],
                role=cleaned["role"],
                is_primary=cleaned["is_primary"],
                **_values(form),
            )
            return sheets.done(request, _("岗位已改"), to=reverse("organisation:person", args=[post.person_id]))
        except Refused as refusal:
            form.refuse(refusal)
    return _form(request, form, _("改岗位"), post.person_id)


@page("person", "change")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    post = _post(request, pk)
    back = reverse("organisation:person", args=[post.person_id])
    form = EndPostForm(request.POST or None, viewer=request.viewer, initial={"on": clock.today()})
    if form.is_valid():
        try:
            services.end_post(pk, actor=request.viewer, on=form.cleaned_data["on"])
            return sheets.done(request, _("岗位已结束"), to=back)
        except Refused as refusal:
            form.refuse(refusal)
    lines = [_("%(department)s %(post)s：这一天之后不再有这个岗位的权限") % {"department": post.department, "post": post}]
    return sheets.confirm(request, title=_("结束岗位"), consequences=lines, submit=_("结束"), cancel=back, danger=True, form=form)


def _post(request: HttpRequest, pk: int) -> Post:
    post = Post.objects.select_related("department", "person").filter(pk=pk).first()
    if post is None:
        raise Http404(_("没有这个岗位"))
    selectors.person(request.viewer, post.person_id, "change")
    return post


def _values(form: PostForm) -> dict[str, Any]:
    cleaned = form.cleaned_data
    return {"title": cleaned["title"], "supervisor_id": cleaned["supervisor"], "starts_on": cleaned["starts_on"]}


def _form(request: HttpRequest, form: PostForm, title: str, person_id: int) -> HttpResponse:
    context = {"form": form, "title": title, "back": reverse("organisation:person", args=[person_id])}
    return render(request, "organisation/people/form.html", context, status=form_status(form))
