"""What each role may do: the declarations, in words."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.organisation import rules
from guike.organisation.selectors.roles import people_per_role, role_lines, untouched
from guike.platform.access import page
from guike.platform.ui.components import Tab


@page("role", "view")
def roles(request: HttpRequest) -> HttpResponse:
    """One role at a time; one's own first."""
    own = next((code for code in rules.ROLES if request.viewer.has_role(code)), "salesperson")
    role = request.GET.get("role", own)
    if role not in rules.ROLES:
        raise Http404(_("没有这个角色"))
    counts = people_per_role()
    address = reverse("organisation:roles")
    tabs = [Tab(code, _(name), f"{address}?role={code}", counts.get(code)) for code, name in rules.ROLES.items()]
    context = {"tabs": tabs, "role": role, "name": rules.ROLES[role], "lines": role_lines(role), "untouched": untouched(role)}
    return render(request, "organisation/roles.html", context)
