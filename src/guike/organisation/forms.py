from django import forms
from django.utils.translation import gettext_lazy as _

from guike.organisation import rules
from guike.platform import clock
from guike.platform.ui import forms as ui

ROLES = [(code, _(name)) for code, name in rules.ROLES.items()]
FUNCTIONS = [(code, _(name)) for code, name in rules.FUNCTIONS.items()]


class SignInForm(ui.Form):
    login = forms.CharField(
        label=_("登录名"), max_length=100, widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "autofocus": True})
    )
    password = forms.CharField(
        label=_("密码"), max_length=200, strip=False, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )


class PasswordForm(ui.Form):
    old_password = forms.CharField(
        label=_("原密码"), max_length=200, strip=False, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )
    new_password = forms.CharField(
        label=_("新密码"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(label=_("再输一次"), max_length=200, strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"}))

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if "again" in cleaned and cleaned.get("new_password") != cleaned["again"]:
            self.add_error("again", _("两次输入的不一样"))
        return cleaned


class PersonForm(ui.VersionMixin, ui.Form):
    name = forms.CharField(label=_("姓名"), max_length=40)
    number = forms.CharField(label=_("工号"), max_length=20, required=False, help_text=_("不填就按编号规则自动给"))
    phone = ui.PhoneField(label=_("手机"), required=False, max_length=30)
    email = forms.EmailField(label=_("邮箱"), required=False)
    joined_on = ui.DayField(label=_("入职日期"), required=False)


class PostForm(ui.Form):
    department = ui.PickField("department", label=_("部门"))
    title = forms.CharField(label=_("岗位"), max_length=40, required=False, help_text=_("公司里怎么叫，例如「大区经理」"))
    role = forms.ChoiceField(label=_("角色"), choices=ROLES, help_text=_("决定能看什么、能做什么"))
    supervisor = ui.PickField("person", label=_("直接上级"), required=False, help_text=_("不选就是部门负责人"))
    starts_on = ui.DayField(label=_("开始"), required=False)
    is_primary = forms.BooleanField(label=_("主岗"), required=False)


class NewPersonForm(PersonForm):
    """A person with the first post and, if wished, a login: what somebody types when a colleague starts."""

    department = ui.PickField("department", label=_("部门"), required=False)
    title = forms.CharField(label=_("岗位"), max_length=40, required=False)
    role = forms.ChoiceField(label=_("角色"), choices=[("", _("以后再定")), *ROLES], required=False)
    supervisor = ui.PickField("person", label=_("直接上级"), required=False)
    login = forms.CharField(label=_("登录名"), max_length=60, required=False, help_text=_("填了就开账号，一次性密码只显示一次"))

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if bool(cleaned.get("department")) != bool(cleaned.get("role")):
            self.add_error("role" if cleaned.get("department") else "department", _("部门和角色要一起填"))
        return cleaned


class LeaveForm(ui.Form):
    on = ui.DayField(label=_("最后一天"), presets=lambda: [(_("今天"), clock.today())])
    reason = forms.CharField(label=_("说明"), max_length=100, required=False)


class EndPostForm(ui.Form):
    on = ui.DayField(label=_("最后一天"), presets=lambda: [(_("今天"), clock.today())])


class DepartmentForm(ui.Form):
    name = forms.CharField(label=_("名称"), max_length=60)
    parent = ui.PickField("department", label=_("上级部门"), required=False)
    function = forms.ChoiceField(label=_("职能"), choices=[("", _("按名称判断")), *FUNCTIONS], required=False)
    head = ui.PickField("person", label=_("负责人"), required=False, help_text=_("岗位没写直接上级的，逾期升级到这里"))
    code = forms.CharField(label=_("代码"), max_length=20, required=False)


class DeputyForm(ui.Form):
    deputy = ui.PickField("person", label=_("代理人"))
    starts_on = ui.DayField(label=_("从"), presets=lambda: [(_("今天"), clock.today())])
    ends_on = ui.DayField(label=_("到"))
    reason = forms.CharField(label=_("原因"), max_length=100, required=False, help_text=_("例如「出差」「休假」"))


class AccountForm(ui.Form):
    login = forms.CharField(label=_("登录名"), max_length=60, help_text=_("字母、数字、汉字都可以，不分大小写"))
    roles = ui.ChipManyField(label=_("岗位之外的角色"), choices=ROLES, required=False)


class RolesForm(ui.Form):
    login = forms.CharField(label=_("登录名"), max_length=60)
    roles = ui.ChipManyField(label=_("岗位之外的角色"), choices=ROLES, required=False, help_text=_("一般只给管理员用；业务上的角色写在岗位里"))


class CompanyForm(ui.VersionMixin, ui.Form):
    name = forms.CharField(label=_("公司全称"), max_length=100)
    short_name = forms.CharField(label=_("简称"), max_length=20, required=False, help_text=_("显示在左上角"))
    uscc = forms.CharField(label=_("统一社会信用代码"), max_length=18, required=False)
    city = forms.CharField(label=_("所在城市"), max_length=30, required=False)
    industry = forms.CharField(label=_("主营业务"), max_length=60, required=False)
    phone = ui.PhoneField(label=_("电话"), required=False, max_length=30)
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
