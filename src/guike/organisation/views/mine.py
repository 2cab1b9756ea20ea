"""My account: who I am here, my posts and deputies, where I signed in."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout as end_session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guike.organisation import selectors, services
from guike.organisation.models import Account, Deputy, LoginRecord, Person
from guike.platform import clock
from guike.platform.access import signed_in


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """One's own page: posts, roles in words, deputies, the last log-ins."""
    viewer = request.viewer
    context = {
        "account": Account.objects.get(pk=viewer.account_id),
        "person": Person.objects.get(pk=viewer.person_id),
        "posts": selectors.posts_of(viewer, viewer.person_id),
        "above": selectors.person_names(chain).items() if (chain := selectors.chain_of(viewer.person_id)) else [],
        "deputies": Deputy.objects.filter(person=viewer.person_id, ends_on__gte=clock.today()).select_related("deputy"),
        "deputising": Deputy.objects.filter(deputy=viewer.person_id, ends_on__gte=clock.today()).select_related("person"),
        "records": LoginRecord.objects.filter(account_id=viewer.account_id)[:10],
        "today": clock.today(),
    }
    return render(request, "organisation/mine/me.html", context)


@signed_in
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere, here as well."""
    services.end_sessions(actor=request.viewer)
    end_session(request)
    messages.success(request, _("所有设备上的登录都已退出"))
    return redirect("organisation:login")
