"""What an administrator sets up: the company's own fields, what a complete file needs (PLT-13, CUS-03)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.customers import rules, selectors, services
from guike.customers.forms import CustomFieldForm, RequirementForm
from guike.customers.models import Customer, CustomField
from guike.customers.views.form_steps import initial, show
from guike.platform.access import page, row, rows
from guike.platform.ui.sheets import carried_out

NATURES = {"": _("未分性质"), **dict(Customer.Nature.choices)}
KINDS = dict(Customer.Kind.choices)


@page("custom_field", "view")
def custom_fields(request: HttpRequest) -> HttpResponse:
    return render(request, "customers/custom_fields.html", {"fields": rows(request.viewer, "custom_field").order_by("position", "pk")})


@page("custom_field", "add")
def add_custom_field(request: HttpRequest) -> HttpResponse:
    form = CustomFieldForm(request.POST or None, viewer=request.viewer)
    back = reverse("customers:custom_fields")
    answer = carried_out(
        request,
        form,
        lambda: services.add_custom_field(form.cleaned_data, actor=request.viewer),
        lambda made: _("已加字段：%(label)s") % {"label": made.label},
        lambda _made: back,
    )
    return answer or show(request, "small_form.html", form, title=_("加字段"), back=back)


@page("custom_field", "change", row="pk")
def edit_custom_field(request: HttpRequest, pk: int) -> HttpResponse:
    found: CustomField = row(request.viewer, "custom_field", pk, "change")
    form = CustomFieldForm(request.POST or None, viewer=request.viewer, initial=initial(found, CustomFieldForm.base_fields))
    back = reverse("customers:custom_fields")
    answer = carried_out(
        request,
        form,
        lambda: services.change_custom_field(pk, form.cleaned_data, actor=request.viewer),
        lambda _made: _("已保存"),
        lambda _made: back,
    )
    return answer or show(request, "small_form.html", form, title=found.label, back=back)


@page("profile_rule", "view")
def requirements(request: HttpRequest) -> HttpResponse:
    lists, days = selectors.requirement_lists(request.viewer), selectors.requirement_days(request.viewer)
    labels = {**rules.PERSON_FIELDS, **rules.COMPANY_FIELDS}
    shown = [
        {
            "kind": kind,
            "nature": nature,
            "title": f"{KINDS[kind]} · {NATURES[nature]}",
            "items": [labels[item] for item in items],
            "days": days.get((kind, nature)),
        }
        for (kind, nature), items in sorted(lists.items())
    ]
    return render(request, "customers/requirements.html", {"lists": shown})


@page("profile_rule", "change")
def edit_requirement(request: HttpRequest, kind: str, nature: str = "") -> HttpResponse:
    if kind not in KINDS or nature not in NATURES:
        raise Http404
    lists = selectors.requirement_lists(request.viewer)
    days = selectors.requirement_days(request.viewer).get((kind, nature))
    start = {"items": list(rules.requirement_for(lists, kind, nature)), "days": days}
    form = RequirementForm(request.POST or None, kind=kind, viewer=request.viewer, initial=start)
    back = reverse("customers:requirements")
    answer = carried_out(
        request,
        form,
        lambda: services.set_requirement(kind, nature, form.cleaned_data["items"], days=form.cleaned_data["days"], actor=request.viewer),
        lambda _made: _("已保存，完整度已重算"),
        lambda _made: back,
    )
    return answer or show(request, "small_form.html", form, title=f"{KINDS[kind]} · {NATURES[nature]}", back=back)
