import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guike.organisation import rules
from guike.organisation.models.people import role_choices
from guike.organisation.selectors import roles
from guike.platform import clock
from guike.platform.access import Declaration, declarations
from guike.platform.errors import Stale
from guike.platform.rights import ACTION, FIELD, Cell, Rights, offered_reaches, offered_rights
from guike.platform.ui import forms as ui

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
    role = forms.ChoiceField(label=_("角色"), choices=role_choices, help_text=_("决定能看什么、能做什么"))
    supervisor = ui.PickField("person", label=_("直接上级"), required=False, help_text=_("不选就是部门负责人"))
    starts_on = ui.DayField(label=_("开始"), required=False)
    is_primary = forms.BooleanField(label=_("主岗"), required=False)


class NewPersonForm(PersonForm):
    """A person with the first post and, if wished, a login: what somebody types when a colleague starts."""

    department = ui.PickField("department", label=_("部门"), required=False)
    title = forms.CharField(label=_("岗位"), max_length=40, required=False)
    role = forms.ChoiceField(label=_("角色"), choices=lambda: [("", _("以后再定")), *role_choices()], required=False)
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
    roles = ui.ChipManyField(label=_("岗位之外的角色"), choices=role_choices, required=False)


class RolesForm(ui.Form):
    login = forms.CharField(label=_("登录名"), max_length=60)
    roles = ui.ChipManyField(label=_("岗位之外的角色"), choices=role_choices, required=False, help_text=_("一般只给管理员用；业务上的角色写在岗位里"))


class CompanyForm(ui.VersionMixin, ui.Form):
    name = forms.CharField(label=_("公司全称"), max_length=100)
    short_name = forms.CharField(label=_("简称"), max_length=20, required=False, help_text=_("显示在左上角"))
    uscc = forms.CharField(label=_("统一社会信用代码"), max_length=18, required=False)
    city = forms.CharField(label=_("所在城市"), max_length=30, required=False)
    industry = forms.CharField(label=_("主营业务"), max_length=60, required=False)
    phone = ui.PhoneField(label=_("电话"), required=False, max_length=30)
    address = forms.CharField(label=_("地址"), max_length=200, required=False)


class ReasonForm(ui.Form):
    """Why rights are changed: asked every time, kept with the change."""

    reason = forms.CharField(label=_("原因"), max_length=200, help_text=_("会留在变更记录里，例如「片区合并，经理要看全片区」"))


class DeclineForm(ui.Form):
    note = forms.CharField(label=_("说明"), max_length=200, help_text=_("提出的人会看到"))


class RoleNameForm(ReasonForm):
    name = forms.CharField(label=_("角色名称"), max_length=20)
    field_order = ["name", "reason"]


class RightsForm(ReasonForm):
    """One object of one role: a choice per action and per ruled field, with what was seen when it was opened."""

    opened = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, rights: Rights, role: str, declaration: Declaration, **kwargs: Any):
        self.places = {f"{cell.part}-{cell.name}": cell for cell in roles.cells_of(role, declaration)}
        self.rights = rights
        present = {name: int(roles.value_of(rights, cell)) for name, cell in self.places.items()}
        kwargs["initial"] = {**present, "opened": json.dumps(present)}
        super().__init__(*args, **kwargs)
        reaches = offered_reaches(declaration, declarations().__getitem__)
        for name, cell in self.places.items():
            values: list[int] = list(reaches) if cell.part == ACTION else list(offered_rights(declaration, cell.name))
            choices = [(value, roles.value_label(cell, value)) for value in values]
            label = roles.part_label(cell)
            self.fields[name] = forms.TypedChoiceField(label=label, choices=choices, coerce=int, initial=present[name])
        self.order_fields([*self.places, "reason", "opened"])

    def cells(self) -> dict[Cell, int]:
        """Every cell as chosen."""
        return {cell: self.cleaned_data[name] for name, cell in self.places.items()}

    def seen(self) -> dict[Cell, int]:
        """The cells as they were when the form was opened."""
        try:
            opened = json.loads(self.cleaned_data["opened"])
            return {cell: int(opened[name]) for name, cell in self.places.items()}
        except (ValueError, KeyError, TypeError):
            raise Stale(str(_("这张表单不完整，关掉重新打开"))) from None

    def lines(self) -> dict[str, list[tuple[forms.BoundField, str]]]:
        """Part → its choices, each with the shipped value where that is another."""
        found: dict[str, list[tuple[forms.BoundField, str]]] = {ACTION: [], FIELD: []}
        for name, cell in self.places.items():
            shipped = roles.shipped_value(self.rights, cell)
            differs = roles.value_label(cell, shipped) if shipped != roles.value_of(self.rights, cell) else ""
            found[cell.part].append((self[name], differs))
        return found


class ExplainForm(ui.Form):
    """Whose right to what: typed into the address, so that an answer can be sent to somebody."""

    person = ui.PickField("person", label=_("谁"), required=False)
    object = forms.ChoiceField(label=_("对象"), required=False, choices=lambda: [("", "—"), *roles.objects()])
    action = forms.ChoiceField(label=_("动作"), required=False, choices=roles.actions)
    record = forms.CharField(label=_("哪一条"), required=False, max_length=60, help_text=_("编号；不填就查整个对象"))
    address = forms.CharField(label=_("或者贴页面地址"), required=False, max_length=500)
