from django import forms
from django.utils.translation import gettext_lazy as _

from guike.organisation import rules
from guike.platform.ui import forms as ui


def _roles() -> list[tuple[str, str]]:
    return [("", str(_("按岗位判断"))), *((code, str(_(name))) for code, name in rules.ROLES.offered().items())]


ROWS = 6


class CompanyForm(ui.Form):
    name = forms.CharField(label=_("公司全称"), max_length=100)
    short_name = forms.CharField(label=_("简称"), max_length=20, required=False, help_text=_("显示在左上角，例如「申衡流体」"))
    city = forms.CharField(label=_("所在城市"), max_length=30, required=False)
    uscc = forms.CharField(label=_("统一社会信用代码"), max_length=18, required=False, help_text=_("以后也可以补"))
    own_name = forms.CharField(label=_("管理员姓名"), max_length=40, help_text=_("也就是正在操作的人"))


class PersonLine(ui.Form):
    """One line of the quick table; empty lines are left out."""

    name = forms.CharField(label=_("姓名"), max_length=40, required=False)
    department = forms.CharField(label=_("部门"), max_length=200, required=False)
    title = forms.CharField(label=_("岗位"), max_length=40, required=False)
    role = forms.ChoiceField(label=_("角色"), choices=_roles, required=False)
    heads = forms.BooleanField(label=_("负责人"), required=False)
    login = forms.CharField(label=_("登录名"), max_length=60, required=False)

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if not cleaned.get("name") and any(cleaned.get(field) for field in ("department", "title", "login")):
            self.add_error("name", _("写上姓名"))
        if cleaned.get("name") and cleaned.get("role") and not cleaned.get("department"):
            self.add_error("department", _("写上部门"))
        return cleaned


PeopleTable = forms.formset_factory(PersonLine, extra=0, max_num=200, absolute_max=200)
