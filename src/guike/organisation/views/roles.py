"""Roles: what each may do, what differs from the shipped rights, who changed what and why (PLT-01)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.organisation import rules
from guike.organisation.selectors import roles as found
from guike.organisation.selectors import separation
from guike.platform.access import Viewer, allowed, page
from guike.platform.rights import Rights

HISTORY = 200


def known_role(code: str) -> str:
    if code not in rules.ROLES:
        raise Http404(_("没有这个角色"))
    return code


@page("role", "view")
def roles(request: HttpRequest) -> HttpResponse:
    """One role at a time; one's own first. With `changed=1` only what differs from the shipped rights."""
    viewer = request.viewer
    own = next((code for code in rules.ROLES if viewer.has_role(code)), "salesperson")
    role = known_role(request.GET.get("role", own))
    only_changed = request.GET.get("changed") == "1"
    areas = found.role_areas(viewer.rights, role, only_changed=only_changed, whole=allowed(viewer, "role", "change"))
    context: dict[str, Any] = {
        "role": role,
        "name": found.role_name(role),
        "own": viewer.rights.own.get(role),
        "base": found.role_name(viewer.rights.base(role)) if role in viewer.rights.own else "",
        "choices": _choices(viewer.rights),
        "areas": areas,
        "untouched": found.untouched(viewer.rights, role),
        "only_changed": only_changed,
        "differs": any(cell.role == role for cell in viewer.rights.changed),
        **_administration(viewer),
    }
    return render(request, "organisation/roles/index.html", context)


def _choices(rights: Rights) -> list[tuple[str, str, int, bool]]:
    """Code, name, how many hold it, and whether it differs from what is shipped."""
    counts, changed = found.people_per_role(), {cell.role for cell in rights.changed}
    shown = [code for code in rules.ROLES if code not in rules.ROLES.closed or counts.get(code)]
    return [(code, found.role_name(code), counts.get(code, 0), code in changed) for code in shown]


def _administration(viewer: Viewer) -> dict[str, Any]:
    """What only those see who look after the rights."""
    if not allowed(viewer, "role", "explain"):
        return {}
    return {
        "two_person": viewer.rights.two_person,
        "waiting": [(entry, found.told(entry)) for entry in found.waiting()],
        "conflicts": [(one.name, "、".join(found.role_name(role) for role in one.roles)) for one in separation.conflicts()],
        "closed": [(code, found.role_name(code)) for code in sorted(rules.ROLES.closed)],
    }


@page("role", "explain")
def history(request: HttpRequest) -> HttpResponse:
    """Every change of rights with who, when, why; of one role with `role`."""
    role = request.GET.get("role", "")
    entries = found.changes(known_role(role) if role else "", HISTORY)
    context = {
        "entries": [(entry, found.role_name(entry.role) if entry.role else "", found.told(entry)) for entry in entries],
        "role": role,
        "name": found.role_name(role) if role else "",
        "back": reverse("organisation:roles") + (f"?role={role}" if role else ""),
    }
    return render(request, "organisation/roles/history.html", context)
