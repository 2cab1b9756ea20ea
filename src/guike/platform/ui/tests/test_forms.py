"""Fields that understand what people type, and how a field is drawn."""

from datetime import date
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.template import Context, Template

from guike.platform.errors import Refused
from guike.platform.ui import forms as ui


class DealForm(ui.VersionMixin, ui.Form):
    name = ui.TextAreaField(label="内容", phrases=["催交期"], help_text="写清谁答应了什么")
    amount = ui.MoneyField(label="金额", required=False)
    on = ui.DayField(label="日期", required=False, presets=lambda: [("明天", date(2026, 11, 23))])
    phone = ui.PhoneField(label="电话", required=False)
    channel = ui.ChipField(label="方式", choices=[("phone", "电话"), ("visit", "登门")], icons={"phone": "phone"})
    owner = ui.PickField("test_owner", label="负责人", required=False)
    others = ui.PickManyField("test_owner", label="协同", required=False)


def filled(viewer=None, **values: str) -> DealForm:
    query = QueryDict(mutable=True)
    for name, value in {"name": "谈了价格", "channel": "phone", **values}.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return DealForm(query, **({"viewer": viewer} if viewer else {}))


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1,234.50", "1234.50"),
        ("¥1234.5", "1234.50"),
        ("12.5万", "125000.00"),
        ("12.5 万元", "125000.00"),
        ("0.125", "0.13"),
        ("−3", "-3.00"),
        ("2亿", "200000000.00"),
    ],
)
def test_amounts_as_people_type_them(typed, amount):
    form = filled(amount=typed)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == Decimal(amount)


@pytest.mark.parametrize("typed", ["一百", "12.5斤", "1.2.3", "1e5", "NaN", "99999999999999999999"])
def test_what_is_no_amount_is_said_so(typed):
    form = filled(amount=typed)
    assert not form.is_valid()
    assert list(form.errors) == ["amount"]


@pytest.mark.parametrize("typed", ["2026-11-22", "2026/11/22", "2026.11.22", "2026年11月22日"])
def test_days_as_people_type_them(typed):
    form = filled(on=typed)
    assert form.is_valid()
    assert form.cleaned_data["on"] == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "kept"), [("138 0013 8000", "13800138000"), ("+86-138-0013-8000", "13800138000"), ("0577-88001234", "0577-88001234")]
)
def test_phones_are_tidied(typed, kept):
    form = filled(phone=typed)
    assert form.is_valid()
    assert form.cleaned_data["phone"] == kept


def test_a_letter_is_no_phone():
    assert "电话写成" in filled(phone="abc").errors["phone"][0]


def test_empty_required_fields_say_which():
    form = DealForm(QueryDict("name=&channel="))
    assert form.errors["name"] == ["「内容」要填"]
    assert form.errors["channel"] == ["「方式」要选一项"]


@pytest.mark.django_db
def test_a_picker_takes_only_rows_in_sight(firms, administrator):
    form = filled(administrator, owner="7", others=["7", "8"])
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["owner"], form.cleaned_data["others"]) == (7, [7, 8])
    assert "不在可见范围内" in filled(administrator, owner="99").errors["owner"][0]
    assert "不在可见范围内" in filled(administrator, others=["7", "99"]).errors["others"][0]
    assert "不在可见范围内" in filled(owner="7").errors["owner"][0]


@pytest.mark.django_db
def test_a_picker_works_without_script_and_keeps_what_was_chosen(firms, administrator):
    page = Template("{% field form.owner %}").render(Context({"form": filled(administrator, owner="8")}))
    assert '<option value="8" selected>林雨桐</option>' in page
    assert "陈思远（浙南片区）" in page
    assert 'data-pick="/pick/test_owner/"' in page


def test_a_field_carries_label_help_error_and_their_links():
    page = Template("{% field form.name %}").render(Context({"form": DealForm(QueryDict("name="))}))
    assert '<label class="gk-label" for="id_name">内容' in page
    assert 'aria-describedby="id_name-help id_name-error"' in page
    assert 'aria-invalid="true"' in page
    assert 'id="id_name-error"' in page
    assert "必填" in page


def test_chips_are_a_group_of_radio_buttons_with_one_legend():
    page = Template("{% field form.channel %}").render(Context({"form": DealForm()}))
    assert page.count('type="radio"') == 2
    assert "<legend" in page
    assert "form-control" not in page


def test_the_summary_leads_to_each_wrong_place():
    page = Template("{% form_errors form %}").render(Context({"form": filled(amount="一百", phone="abc")}))
    assert "有 2 处要改" in page
    assert 'href="#id_amount"' in page
    assert 'href="#id_phone"' in page


def test_a_services_refusal_stands_at_its_field_or_on_top():
    form = filled()
    form.refuse(Refused("超出授信", field="amount", clause="第 17 条"))
    assert form.errors["amount"] == ["超出授信（第 17 条）"]
    form.refuse(Refused("已被别人修改"))
    assert form.non_field_errors() == ["已被别人修改"]


def test_drafts_are_kept_per_form():
    page = Template("{% field form.name %}").render(Context({"form": DealForm(draft="follow_up:17")}))
    assert 'data-draft="follow_up:17:name"' in page


def test_model_forms_never_write():
    with pytest.raises(TypeError, match="do not write"):
        ui.ModelForm.save(object())
