"""The company's mark: uploaded in the settings, shown in the shell."""

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.organisation import selectors, services
from guike.platform import files
from guike.platform.access import page, signed_in
from guike.platform.errors import Refused
from guike.platform.ui import forms as ui
from guike.platform.ui import sheets
from guike.platform.ui.sheets import form_status


class LogoForm(ui.Form):
    file = forms.FileField(
        label=gettext_lazy("标志图片"),
        help_text=gettext_lazy("PNG 或 JPG，不超过 512 KB，长边不超过 2000 像素；方形、透明底最清楚"),
        widget=forms.ClearableFileInput({"accept": "image/png,image/jpeg", "class": "form-control"}),
    )


@page("company", "change")
def logo(request: HttpRequest) -> HttpResponse:
    """Choose a picture, or go back to none."""
    back = reverse("organisation:company")
    if request.method == "POST" and "remove" in request.POST:
        services.remove_logo(actor=request.viewer)
        return sheets.done(request, _("已恢复默认标志"), to=back, stay=False)
    form = LogoForm(request.POST or None, request.FILES or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_logo(form.cleaned_data["file"], actor=request.viewer)
            return sheets.done(request, _("标志已更换"), to=back, stay=False)
        except Refused as refusal:
            form.refuse(refusal)
    context = {"form": form, "logo": selectors.logo_url(), "back": back}
    return render(request, "organisation/logo.html", context, status=form_status(form))


@signed_in
def logo_file(request: HttpRequest) -> HttpResponse | FileResponse:
    """The picture itself, for everybody in the company; nothing without one. Its address carries its digest, so a browser keeps it."""
    found = selectors.company_logo()
    if found is None or not files.is_there(found.sha256):
        return HttpResponse(status=204)
    response = FileResponse(files.opened(found.sha256), content_type=found.media_type)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response
