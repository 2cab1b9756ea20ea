"""The forms of an approval."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guike.platform.ui import forms as ui

PHRASES = [_("同意"), _("按制度办"), _("情况属实"), _("下不为例")]
REFUSALS = [_("理由不充分，补充依据"), _("期限太长，缩短后再报"), _("先和客户确认"), _("材料不全")]


class ExportForm(ui.Form):
    """What a large export is for."""

    reason = ui.TextAreaField(label=_("用途"), phrases=[_("月度对账"), _("总部统计"), _("客户拜访安排")], rows=2, max_length=500)


class SignForm(ui.Form):
    """What a signer says; needed for returning and refusing."""

    comment = ui.TextAreaField(label=_("意见"), required=False, phrases=[*PHRASES, *REFUSALS], rows=1, max_length=500)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.fields["comment"].widget.attrs["placeholder"] = _("意见，同意可不写")


class BulkForm(ui.Form):
    """One comment for all that are signed at once."""

    comment = ui.TextAreaField(label=_("意见"), required=False, phrases=PHRASES, rows=2, max_length=500)


class DelegateForm(ui.Form):
    """Who signs instead."""

    person = ui.PickField("person", label=_("转交给"))
    comment = ui.TextAreaField(label=_("说明"), required=False, phrases=[_("归你管，看一下"), _("我不熟悉情况")], rows=2, max_length=500)


class AddForm(ui.Form):
    """Who signs too, before or after oneself."""

    person = ui.PickField("person", label=_("加签给"))
    place = ui.ChipField(label=_("顺序"), choices=[("before", _("在我之前签")), ("after", _("在我之后签"))], initial="before")
    comment = ui.TextAreaField(label=_("说明"), required=False, phrases=[_("帮看数字对不对"), _("涉及你部门")], rows=2, max_length=500)


class AgainForm(ui.Form):
    """A returned request on its way again."""

    reason = ui.TextAreaField(label=_("理由"), rows=3, max_length=500)
    comment = ui.TextAreaField(label=_("改了什么"), required=False, phrases=[_("补充了依据"), _("缩短了期限")], rows=2, max_length=500)


class WithdrawForm(ui.Form):
    """Why a request is taken back."""

    reason = ui.TextAreaField(label=_("撤回原因"), required=False, phrases=[_("不需要了"), _("填错了，重新申请")], rows=2, max_length=500)


class CommentForm(ui.Form):
    """Something said without deciding."""

    comment = forms.CharField(widget=forms.HiddenInput)
