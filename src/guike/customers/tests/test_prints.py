"""The customer's forms on paper: veiled as on screen, logged, within reach, within limits (PLT-04, CUS-12)."""

import pytest

from guike.customers import prints, selectors, services
from guike.customers.models import Customer
from guike.platform.models import AccessLog
from guike.platform.print.services import Boxes, Imprint, form_values, pictures

pytestmark = pytest.mark.django_db


def said(sheet):
    """Everything that stands on a sheet."""
    found = []
    for block in sheet.blocks:
        found += [one.value for one in block.rows] if isinstance(block, Boxes) else [value for row in block.rows for value in row]
    return found


def box(sheet, label):
    return next(one.value for block in sheet.blocks if isinstance(block, Boxes) for one in block.rows if one.label == label)


def test_the_owner_prints_numbers_in_clear_and_others_veiled(customer, chain, owner, service, clerk):
    assert box(prints.profile(owner, selectors.customer(owner, customer.pk)), "电话") == "0577-86001234"
    assert "13800138000" in said(prints.profile(clerk, selectors.customer(clerk, customer.pk)))
    veiled = said(prints.profile(service, selectors.customer(service, customer.pk)))
    assert "138****8000" in veiled
    assert not any("13800138000" in one or "86001234" in one for one in veiled)


def test_bank_details_are_not_on_paper_of_those_who_may_not_read_them(customer, owner, service, manager):
    Customer.objects.filter(pk=customer.pk).update(bank_account="6222020200012345678", bank_name="工商银行龙湾支行")
    assert "6222020200012345678" not in "".join(said(prints.profile(service, selectors.customer(service, customer.pk))))
    assert box(prints.profile(manager, selectors.customer(manager, customer.pk)), "银行账号") == "**** 5678"


def test_an_address_telephone_is_veiled_like_the_customers(customer, owner, service):
    customer.addresses.create(line="瓯海大道 1 号", receiver="老周", phone="13911112222")
    assert "13911112222" in said(prints.profile(owner, selectors.customer(owner, customer.pk)))
    assert "139****2222" in said(prints.profile(service, selectors.customer(service, customer.pk)))


@pytest.mark.parametrize("form", ["profile", "information"])
def test_an_empty_file_and_a_very_long_name_are_printed(form, owner, customer):
    Customer.objects.filter(pk=customer.pk).update(name="中海石化工程装备成套（集团）股份有限公司" * 5, phone="", nature="", city="", district="")
    sheet = prints.FORMS[form](owner, selectors.customer(owner, customer.pk))
    assert 1 <= len(pictures("form.typ", form_values([sheet], Imprint("申衡", owner)))) <= 2


def test_printing_answers_a_pdf_and_is_logged(customer, owner, as_viewer):
    answer = as_viewer(owner).get(f"/customers/{customer.pk}/print/profile/")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    entry = AccessLog.objects.get(action="print")
    assert (entry.object, entry.subject_id, entry.who, entry.detail["title"]) == ("customer", customer.pk, "陈思远", "客户资料表")


def test_out_of_reach_is_not_printed_and_not_logged(customer, outsider, as_viewer):
    assert as_viewer(outsider).get(f"/customers/{customer.pk}/print/profile/").status_code == 404
    assert as_viewer(outsider).get(f"/customers/print/profile/?pk={customer.pk}").status_code == 409
    assert not AccessLog.objects.filter(action="print").exists()


def test_an_unknown_form_is_not_found(customer, owner, as_viewer):
    assert as_viewer(owner).get(f"/customers/{customer.pk}/print/secret/").status_code == 404


def test_several_are_one_file_for_those_who_may_take_data_out(customer, owner, service, as_viewer):
    other = services.add_customer({"name": "瑞安恒流管道有限公司"}, actor=owner)
    query = f"?pk={customer.pk}&pk={other.pk}"
    assert as_viewer(owner).get(f"/customers/print/information/{query}").content.startswith(b"%PDF-")
    assert AccessLog.objects.filter(action="print").count() == 2
    assert as_viewer(service).get(f"/customers/print/information/{query}").status_code == 403
    assert AccessLog.objects.filter(action="print").count() == 2


def test_the_bulk_action_leads_to_the_file(customer, owner, as_viewer):
    given = {"do": "print", "confirmed": "1", "form": "profile", "pk": customer.pk}
    answer = as_viewer(owner).post("/customers/", given)
    assert (answer.status_code, answer["Location"]) == (302, f"/customers/print/profile/?pk={customer.pk}")
