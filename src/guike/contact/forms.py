"""The follow-up sheet and the two small forms beside it. Forms check shapes; the rules are the service's."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guike.contact import rules
from guike.contact.models import FollowUp
from guike.contact.selectors import Sheet
from guike.customers.selectors import Blank
from guike.platform import clock
from guike.platform.access import allowed
from guike.platform.errors import Refused
from guike.platform.ui import formats
from guike.platform.ui import forms as ui

PROMISES = 3
#: Fields of the customer's file in the sheet carry this before their name.
FILE = "file_"
PRESET_LABELS = {"tomorrow": _("明天"), "in_3_days": _("3 天后"), "monday": _("下周一"), "in_2_weeks": _("两周后")}


class FilesInput(forms.ClearableFileInput):
    """Several files from one control; on a phone the camera is among the sources."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """A list of uploads, possibly empty."""

    def clean(self, data: Any, initial: Any = None) -> list:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in files if one]


def _file_field(blank: Blank) -> forms.Field:
    """The form field of something that the file lacks."""
    options: dict[str, Any] = {"label": blank.label, "required": False}
    if blank.kind == "choice":
        return forms.ChoiceField(choices=[("", "—"), *blank.choices], **options)
    if blank.kind == "day":
        return ui.DayField(**options)
    if blank.kind == "number":
        return forms.DecimalField(min_value=0, **options)
    return forms.CharField(max_length=blank.most, **options)


def _preset_label(sheet: Sheet, code: str) -> Any:
    if code != "cadence":
        return PRESET_LABELS[code]
    seal = sheet.standing.seal
    return _("按 %(grade)s 级频次") % {"grade": seal} if seal.isascii() and seal else _("按频次")


class FollowUpForm(ui.Form):
    """Required: method, what was said and, to arrange the next contact, its day. 「只保存」 needs no day."""

    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    method = ui.ChipField(label=_("方式"), choices=[(code, _(label)) for code, label in rules.SHORT.items()], icons=rules.ICONS)
    contacts = ui.ChipManyField(label=_("和谁"), required=False)
    said = ui.TextAreaField(label=_("沟通内容"), rows=3)
    done = ui.ChipManyField(label=_("办完的事"), required=False)
    next_on = ui.DayField(label=_("下次联系"), required=False)
    next_step = forms.CharField(label=_("下一步做什么"), max_length=160, required=False)
    happened_on = ui.DayField(label=_("日期"))
    happened_time = forms.TimeField(label=_("时间"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    topic = forms.CharField(label=_("主题"), max_length=120, required=False)
    feedback = forms.CharField(label=_("客户反馈"), required=False, widget=forms.Textarea({"rows": 2}))
    place = forms.CharField(label=_("地点"), max_length=120, required=False)
    files = FilesField(label=_("照片、附件"), required=False, widget=FilesInput)  # type: ignore[assignment]

    def __init__(self, *args: Any, sheet: Sheet, promises: bool = True, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        self._offer(sheet)
        if promises:
            for place in range(1, PROMISES + 1):
                self.fields[f"promise_{place}"] = forms.CharField(label=_("答应了什么"), max_length=160, required=False)
                self.fields[f"promise_{place}_on"] = ui.DayField(label=_("到哪天为止"), required=False)
        self.asks_file = promises and allowed(self.viewer, "file_proposal", "add")
        if any(name.startswith(FILE) for name in self.data):
            self.ask_file()

    def ask_file(self) -> None:
        """Ask for what the customer's file lacks: wherever the form is shown, and where it comes back with some of it."""
        for blank in self.sheet.lacking.blanks if self.asks_file and not self.file_fields else ():
            self.fields[f"{FILE}{blank.code}"] = _file_field(blank)

    def _offer(self, sheet: Sheet) -> None:
        """What may be chosen is read when it is shown, or when something was chosen."""
        contacts: Any = self.fields["contacts"]
        contacts.choices = lambda: [
            (contact.pk, f"{contact.name}（{contact.position}）" if contact.position else contact.name) for contact in sheet.contacts
        ]
        self.fields["done"].choices = lambda: [(owed.pk, owed.title) for owed in sheet.open_things]  # type: ignore[attr-defined]
        self.fields["said"].widget.phrases = lambda: sheet.phrases  # type: ignore[attr-defined]
        self.fields["said"].widget.attrs["data-focus"] = True
        self.fields["next_on"].widget.presets = lambda: [  # type: ignore[attr-defined]
            (_preset_label(sheet, preset.code), preset.day) for preset in sheet.presets
        ]

    @property
    def file_fields(self) -> list:
        """What the customer's file lacks, as bound fields."""
        return [self[name] for name in self.fields if name.startswith(FILE)]

    def file_values(self) -> dict[str, Any]:
        """What was filled in of the file."""
        values = self.cleaned_data
        return {
            name.removeprefix(FILE): values[name] for name in self.fields if name.startswith(FILE) and values.get(name) not in (None, "")
        }

    def refuse(self, refusal: Refused) -> None:
        """A refusal of the file's field stands at that field."""
        if f"{FILE}{refusal.field}" in self.fields:
            refusal.field = f"{FILE}{refusal.field}"
        super().refuse(refusal)

    @property
    def promise_fields(self) -> list:
        """Pairs of (what, until when) as bound fields."""
        return [(self[f"promise_{n}"], self[f"promise_{n}_on"]) for n in range(1, PROMISES + 1) if f"promise_{n}" in self.fields]

    @property
    def saves_only(self) -> bool:
        return "save_only" in self.data

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.is_bound and not self.saves_only and not values.get("next_on") and "next_on" not in self.errors:
            self.add_error("next_on", _("选下次联系的日期，或点「只保存」"))
        return values

    def draft_made(self) -> rules.Draft:
        """The clean values as the service takes them; 「只保存」 leaves the next step out."""
        values = self.cleaned_data
        skip_next = self.saves_only
        return rules.Draft(
            method=values["method"],
            said=values["said"],
            happened_on=values["happened_on"],
            happened_time=values["happened_time"],
            contact_ids=tuple(int(pk) for pk in values["contacts"]),
            topic=values["topic"],
            feedback=values["feedback"],
            place=values["place"],
            next_on=None if skip_next else values["next_on"],
            next_step="" if skip_next else values["next_step"],
            promises=self._promises(),
            done=tuple(int(pk) for pk in values["done"]),
        )

    def _promises(self) -> tuple[rules.Promise, ...]:
        pairs = [(self.cleaned_data.get(f"promise_{n}", ""), self.cleaned_data.get(f"promise_{n}_on")) for n in range(1, PROMISES + 1)]
        return tuple(rules.Promise(text, day) for text, day in pairs if text or day)


def starting_values(sheet: Sheet, method: str = "", done: str = "") -> dict[str, Any]:
    """What the sheet shows before anything is typed: phone, the first contact, the day the cadence asks for."""
    cadence = next((preset.day for preset in sheet.presets if preset.code == "cadence"), None)
    suited = next((way.code for way in sheet.ways if way.suits), "phone")
    return {
        "token": uuid.uuid4(),
        "method": method if method in rules.METHODS else suited,
        "contacts": [sheet.contacts[0].pk] if sheet.contacts else [],
        "happened_on": clock.today(),
        "next_on": cadence,
        "done": [int(done)] if done.isdigit() else [],
    }


def present_values(found: FollowUp) -> dict[str, Any]:
    """A written follow-up as the form shows it for correction."""
    return {
        "method": found.method,
        "contacts": [contact.pk for contact in found.contacts.all()],
        "said": found.said,
        "feedback": found.feedback,
        "topic": found.topic,
        "place": found.place,
        "happened_on": found.happened_on,
        "happened_time": found.happened_time,
        "next_on": found.next_on,
        "next_step": found.next_step,
    }


class EditForm(FollowUpForm):
    """Correcting a follow-up: no promises and no ticks, the version travels along."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, promises=False, **kwargs)
        for name in ("done", "files", "token"):
            del self.fields[name]

    @property
    def saves_only(self) -> bool:
        return False

    def clean(self) -> dict[str, Any]:
        return super(FollowUpForm, self).clean() or {}

    def draft_made(self) -> rules.Draft:
        self.cleaned_data["done"] = []
        return super().draft_made()


class ReasonForm(ui.Form):
    """One sentence of why."""

    reason = forms.CharField(label=_("原因"), max_length=200)


class ChooseForm(ui.Form):
    """Whom the follow-up is about."""

    customer = ui.PickField("customer", label=_("客户"), placeholder=_("名称、拼音、编号或电话"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["customer"].widget.attrs["data-submit"] = True


def day_words(day: date) -> str:
    """12-01 周二"""
    return f"{formats.short_day(day)} {formats.weekday(day)}"
