"""Pages of products."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.platform import history
from guike.platform.access import allowed, hidden_fields, page
from guike.platform.errors import Refused
from guike.platform.ui import sheets
from guike.platform.ui.lists import Action
from guike.products import selectors, services
from guike.products.forms import ProductForm
from guike.products.lists import ProductList


@page("product")
def product_list(request: HttpRequest) -> HttpResponse:
    may_add = allowed(request.viewer, "product", "add")
    actions = [Action(_("新建产品"), reverse("products:add"), "plus", primary=True, sheet=True, new=True)] if may_add else []
    return ProductList().respond(request, actions=actions)


@page("product", row="product_id")
def product(request: HttpRequest, product_id: int) -> HttpResponse:
    found = selectors.product_for(request.viewer, product_id)
    hidden = hidden_fields(request.viewer, "product")
    context = {
        "product": found,
        "shows_list": "list_price" not in hidden,
        "shows_floor": "floor_price" not in hidden,
        "changes": history.of(found, hidden=hidden, limit=5, viewer=request.viewer),
        "history_href": reverse("platform:history", args=["product", found.pk]),
    }
    return render(request, "products/product.html", context)


@page("product", "add")
def add(request: HttpRequest) -> HttpResponse:
    form = ProductForm(
        request.POST or None, viewer=request.viewer, initial={"tax_rate": "13", "active": True, "name": request.GET.get("name", "")[:200]}
    )
    return _form(request, form, lambda: services.add_product(actor=request.viewer, **form.values()), title=_("新建产品"))


@page("product", "change", row="product_id")
def change(request: HttpRequest, product_id: int) -> HttpResponse:
    found = selectors.product_for(request.viewer, product_id, "change")
    initial = {name: getattr(found, name) for name in ProductForm.base_fields}
    initial["tax_rate"] = str(found.tax_rate.normalize().to_integral_value())
    form = ProductForm(request.POST or None, viewer=request.viewer, initial=initial)
    form.fields["number"].required = True

    def save() -> Any:
        version = form.cleaned_data["version"]
        return services.change_product(
            product_id, actor=request.viewer, version=found.version if version is None else version, **form.values()
        )

    return _form(request, form, save, title=_("改产品"), product=found)


def _form(request: HttpRequest, form: ProductForm, save: Any, **context: Any) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            saved = save()
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return sheets.done(
                request, _("「%(name)s」已保存") % {"name": saved.name}, to=saved.get_absolute_url(), made=("product", saved.pk)
            )
    return render(request, "products/form.html", {"form": form, **context}, status=sheets.form_status(form))
