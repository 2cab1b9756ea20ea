"""Every column that can say something about a person is declared; the list of them is read by those who answer for it."""

from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from guike.customers.models import Contact
from guike.organisation.models import Account
from guike.platform import privacy
from guike.platform.models import AccessLog


@pytest.fixture
def as_(client, company):
    def sign(name: str, *roles: str):
        person = getattr(company, name)
        client.force_login(Account.objects.filter(person=person).first() or company.account(person, name, roles))
        return client

    return sign


def test_every_column_that_can_tell_of_somebody_is_declared():
    assert privacy.unexplained() == [], "say in the domain's personal.py whether these are personal, and how they are erased"
    assert privacy.wrong() == []


def test_control_a_column_nobody_declared_is_named(monkeypatch):
    kept = {key: one for key, one in privacy._register.columns.items() if key != ("customers.contact", "wechat")}
    monkeypatch.setattr(privacy._register, "columns", kept)
    assert privacy.unexplained() == ["customers.Contact.wechat"]


@pytest.mark.parametrize(("name", "telling"), [("name", True), ("phones", True), ("role", False), ("left_on", False), ("customer", False)])
def test_what_can_tell_of_somebody(name, telling):
    assert privacy.is_telling(Contact._meta.get_field(name)) is telling


def test_what_is_kept_has_a_reason():
    with pytest.raises(ValueError, match="needs a reason"):
        privacy.personal(
            "customers.Contact", {"name": privacy.Erase.KEPT}, whose=privacy.Whose.CONTACT, purpose="x", ground=privacy.Ground.LAW, term=privacy.LOGS
        )
    assert all(one.why for one in privacy.declared() if one.erase is privacy.Erase.KEPT)


def test_a_line_says_purpose_ground_term_and_who_sees_it(as_):
    page = as_("boss", "administrator").get("/personal/inventory/?whose=contact").content.decode()
    for words in ("手机", "联系业务、签约、送货和售后", "订立、履行合同所必需", "最后一次往来后 3 年", "明文：内勤", "打码：业务员", "清空"):
        assert words in page, words
    assert "登录名" not in page
    assert "员工" in as_("boss").get("/personal/inventory/?q=登录名").content.decode()


def test_who_sees_it_follows_the_rights_in_force(as_, company, admin):
    from guike.organisation import services
    from guike.platform.rights import FIELD, Cell, Right

    services.change_rights("warehouse", {Cell("warehouse", "contact", FIELD, "phone"): int(Right.READ)}, actor=admin, reason="送货要打电话", seen={})
    assert "明文：仓储、内勤" in as_("boss", "administrator").get("/personal/inventory/?whose=contact").content.decode()


def test_the_file_holds_the_same_lines_and_is_logged(as_):
    boss = as_("boss", "administrator")
    answer = boss.get("/personal/inventory/?whose=contact&export=xlsx")
    rows = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(0).to_python()
    assert rows[0][:3] == ["资料", "字段", "谁的"]
    assert any("手机" in row[1] and row[0] == "联系人" for row in rows)
    assert AccessLog.objects.filter(action="export", object="personal_field").count() == 1


def test_only_who_answers_for_it_reads_it(as_):
    assert as_("seller").get("/personal/inventory/").status_code == 403
    assert as_("manager").get("/personal/inventory/").status_code == 403
    assert as_("accountant", "audit_admin").get("/personal/inventory/").status_code == 200
    # the general manager reads it and takes no file of it
    assert as_("boss").get("/personal/inventory/?export=xlsx").status_code == 403
