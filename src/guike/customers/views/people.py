"""Contacts, the owner, collaborators."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.customers import selectors, services
from guike.customers.consent_forms import ConsentForm
from guike.customers.forms import ContactForm, OwnerForm, OwnTagsForm, ShareForm
from guike.customers.models import Contact, Customer
from guike.customers.views.form_steps import initial, show, veils
from guike.platform import clock
from guike.platform.access import page, row
from guike.platform.ui import sheets
from guike.platform.ui.sheets import carried_out


def _people_tab(customer_id: int) -> str:
    return f"{reverse('workspace:customer', args=[customer_id])}?tab=contacts"


@page("contact", "add")
def add_contact(request: HttpRequest, pk: int) -> HttpResponse:
    customer = selectors.editable(request.viewer, pk)
    _veiled, hidden = veils(request.viewer, None, "contact")
    colleagues = selectors.contacts(request.viewer, pk, with_left=False)
    start = {"name": request.GET.get("name", "")[:60]}
    form = ContactForm(request.POST or None, colleagues=colleagues, hidden=hidden, viewer=request.viewer, initial=start)
    answer = carried_out(
        request,
        form,
        lambda: services.add_contact(pk, form.values(), actor=request.viewer),
        lambda made: _("已加联系人：%(name)s") % {"name": made.name},
        lambda _made: _people_tab(pk),
        picker="contact",
    )
    return answer or show(request, "contact_form.html", form, customer=customer, back=_people_tab(pk))


@page("contact", "change", row="pk")
def edit_contact(request: HttpRequest, pk: int) -> HttpResponse:
    found: Contact = row(request.viewer, "contact", pk, "change")
    veiled, hidden = veils(request.viewer, found, "contact")
    colleagues = [one for one in selectors.contacts(request.viewer, found.customer_id, with_left=False) if one.pk != pk]
    start = initial(found, [*ContactForm.FIELDS, "version"], veiled) | {"reports_to": found.reports_to_id}
    form = ContactForm(request.POST or None, colleagues=colleagues, veiled=veiled, hidden=hidden, viewer=request.viewer, initial=start)
    answer = carried_out(
        request,
        form,
        lambda: services.change_contact(pk, form.values(), version=form.cleaned_data["version"] or 0, actor=request.viewer),
        lambda _made: _("已保存"),
        lambda _made: _people_tab(found.customer_id),
    )
    return answer or show(request, "contact_form.html", form, customer=found.customer, contact=found, back=_people_tab(found.customer_id))


@page("contact", "change", row="pk")
def consents(request: HttpRequest, pk: int) -> HttpResponse:
    """同意记录: what a contact agreed to and took back, and a new word."""
    found: Contact = row(request.viewer, "contact", pk, "change")
    form = ConsentForm(request.POST or None, viewer=request.viewer, initial={"on": clock.today()})
    answer = carried_out(
        request,
        form,
        lambda: services.note_consent(pk, actor=request.viewer, **form.values()),
        lambda _made: _("已记下"),
        lambda _made: _people_tab(found.customer_id),
    )
    lines = found.consents.select_related("noted_by")
    return answer or show(request, "consents.html", form, customer=found.customer, contact=found, lines=lines, back=_people_tab(found.customer_id))


@page("contact", "delete", row="pk")
def remove_contact(request: HttpRequest, pk: int) -> HttpResponse:
    found: Contact = row(request.viewer, "contact", pk, "delete")
    back = _people_tab(found.customer_id)
    if request.method == "POST":
        services.remove_contact(pk, actor=request.viewer)
        return sheets.done(request, _("已删联系人：%(name)s") % {"name": found.name}, to=back)
    reports = found.reports.count()
    lines = [_("往来记录里的名字保留")]
    if reports:
        lines.append(_("%(n)d 位下级改向上一级汇报") % {"n": reports})
    title = _("删联系人「%(name)s」") % {"name": found.name}
    return sheets.confirm(request, title=title, consequences=lines, submit=_("删除"), cancel=back, danger=True)


@page("customer", "transfer", row="pk")
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.customer(request.viewer, pk)
    form = OwnerForm(request.POST or None, viewer=request.viewer)
    warned: list[str] = []

    def write() -> Customer:
        given = form.cleaned_data
        warned.extend(services.room_warnings(given["owner"], [pk]) if given["owner"] else [])
        return services.transfer(pk, given["owner"], actor=request.viewer, reason=given["reason"], release=given["release"])

    answer = carried_out(
        request,
        form,
        write,
        lambda made: "。".join([_("已转给 %(owner)s") % {"owner": made.owner or _("公海")}, *warned]),
        lambda made: made.get_absolute_url(),
    )
    due = found.figures.open_obligations
    lines = [_("「%(name)s」现由 %(owner)s 负责") % {"name": found.name, "owner": found.owner or _("公海")}]
    lines += [_("%(n)d 件时限任务随之转移") % {"n": due}] if due else []
    return answer or sheets.confirm(
        request, title=_("转负责人"), consequences=lines, submit=_("转负责人"), cancel=found.get_absolute_url(), form=form
    )


@page("customer", "change", row="pk")
def set_tags(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.editable(request.viewer, pk)
    form = OwnTagsForm(request.POST or None, carried=found.tags, viewer=request.viewer)
    answer = carried_out(
        request,
        form,
        lambda: services.set_tags(pk, form.cleaned_data["tags"], actor=request.viewer),
        lambda _changed: _("标签已改"),
        lambda _changed: found.get_absolute_url(),
    )
    return answer or show(
        request, "small_form.html", form, customer=found, title=_("标签"), submit=_("保存"), back=found.get_absolute_url()
    )


@page("customer", "share", row="pk")
def share(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.customer(request.viewer, pk, "share")
    form = ShareForm(request.POST or None, viewer=request.viewer)
    answer = carried_out(
        request,
        form,
        lambda: services.share(pk, form.cleaned_data["person"], form.cleaned_data["right"], actor=request.viewer),
        lambda made: _("%(name)s 已是协同人") % {"name": made.person},
        lambda _made: found.get_absolute_url(),
    )
    people = selectors.collaborators(request.viewer, pk)
    return answer or show(request, "share.html", form, customer=found, people=people, back=found.get_absolute_url())


@page("customer", "share", row="pk")
def unshare(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    found = selectors.customer(request.viewer, pk, "share")
    if request.method == "POST":
        services.unshare(pk, person, actor=request.viewer)
        return sheets.done(request, _("已取消协同"), to=found.get_absolute_url())
    lines = [_("以后看不到「%(name)s」") % {"name": found.name}]
    return sheets.confirm(request, title=_("取消协同"), consequences=lines, submit=_("取消协同"), cancel=found.get_absolute_url())
