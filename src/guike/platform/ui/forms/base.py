"""The form classes: they know the viewer, so that pickers show only what may be seen, and carry the row's version."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guike.platform.access import ANONYMOUS, Viewer
from guike.platform.errors import Refused
from guike.platform.ui.forms.widgets import PickInput, TextArea

REQUIRED = _("「%(label)s」要填")
CHOOSE = _("「%(label)s」要选一项")


class ViewerMixin:
    """Takes `viewer=`, hands it to pickers, words the message of an empty required field, and shows a service's refusal."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, viewer: Viewer = ANONYMOUS, draft: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        for name, field in self.fields.items():
            label = field.label or name
            words = CHOOSE if isinstance(field, forms.ChoiceField) or isinstance(field.widget, PickInput) else REQUIRED
            field.error_messages["required"] = words % {"label": label}
            if isinstance(field.widget, PickInput):
                field.viewer = field.widget.viewer = viewer  # type: ignore[attr-defined]
            if draft and isinstance(field.widget, TextArea):
                field.widget.draft = f"{draft}:{name}"

    def refuse(self, refusal: Refused) -> None:
        """Show what a service refused: at its field, or on top of the form."""
        name = refusal.field if refusal.field in self.fields else None
        text = refusal.message + (
            _("（%(clause)s）") % {"clause": refusal.clause} if refusal.clause and refusal.clause not in refusal.message else ""
        )
        self.add_error(name, text)  # type: ignore[attr-defined]


class VersionMixin(forms.Form):
    """Optimistic lock: the version that was shown travels with the form; the service compares it and raises Stale."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class Form(ViewerMixin, forms.Form):
    """`Form(request.POST or None, viewer=request.viewer, draft=f"follow_up:{customer.pk}")`"""


class ModelForm(ViewerMixin, forms.ModelForm):
    """For its fields and labels only: `cleaned_data` goes to a service, `.save()` is never called."""

    def save(self, commit: bool = True) -> Any:
        raise TypeError("forms do not write: pass cleaned_data to a service")
