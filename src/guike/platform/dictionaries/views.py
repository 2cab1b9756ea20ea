"""Dictionaries on a page: the lists, the words of one, a word in the sheet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guike.platform.access import allowed, page
from guike.platform.dictionaries import selectors, services
from guike.platform.dictionaries.forms import NewWordForm, WordForm
from guike.platform.errors import Refused
from guike.platform.ui import sheets
from guike.platform.ui.sheets import form_status


@page("dictionary", "view")
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "dictionaries/index.html", {"dictionaries": selectors.dictionaries_for(request.viewer)})


@page("dictionary", "view")
def dictionary(request: HttpRequest, code: str) -> HttpResponse:
    """The words of one dictionary, with a line to add one."""
    found = get_object_or_404(selectors.dictionaries_for(request.viewer), code=code)
    form = NewWordForm(request.POST or None, viewer=request.viewer)
    if form.is_valid():
        try:
            made = services.add_entry(code, form.cleaned_data["label"], actor=request.viewer)
            return sheets.done(request, _("「%(label)s」已加") % {"label": made.label}, to=reverse("dictionaries:dictionary", args=[code]))
        except Refused as refusal:
            form.refuse(refusal)
    context = {
        "dictionary": found,
        "words": selectors.words(request.viewer, found),
        "form": form,
        "may_change": allowed(request.viewer, "dictionary", "change"),
    }
    return render(request, "dictionaries/dictionary.html", context, status=form_status(form))


@page("dictionary", "change", row="pk")
def word(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.word(request.viewer, pk, "change")
    back = reverse("dictionaries:dictionary", args=[found.dictionary.code])
    initial = {
        "label": found.label,
        "synonyms": "、".join(found.synonyms),
        "colour": found.colour,
        "active": found.active,
        "version": found.version,
    }
    form = WordForm(request.POST or None, viewer=request.viewer, initial=initial)
    if form.is_valid():
        values = {**form.cleaned_data, "synonyms": services.split_synonyms(form.cleaned_data["synonyms"])}
        try:
            services.change_entry(pk, actor=request.viewer, **values)
            return sheets.done(request, _("「%(label)s」已改") % {"label": values["label"]}, to=back)
        except Refused as refusal:
            form.refuse(refusal)
    return render(request, "dictionaries/word.html", {"form": form, "word": found, "back": back}, status=form_status(form))


@page("dictionary", "change", row="pk")
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """One place up or down."""
    found = selectors.word(request.viewer, pk, "change")
    services.move_entry(pk, -1 if request.POST.get("way") == "up" else 1, actor=request.viewer)
    return redirect("dictionaries:dictionary", code=found.dictionary.code)
