"""Every page of customers, as its user meets it and as strangers are refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guike.customers import services
from guike.customers.models import Collaborator, Competitor, Contact, Customer, CustomerAddress, CustomField, Need, ProfileRule
from guike.platform.models import AccessLog, Attachment

FORM = {"name": "乐清宏远机电设备有限公司", "phone": "13900001111", "nature": "agent"}


def contact_of(customer):
    return Contact.objects.filter(customer=customer).first()


ROWS = [
    ("edit/", "change"),
    ("remove/", "delete"),
    ("changes/", "view"),
    ("owner/", "transfer"),
    ("share/", "share"),
    ("stage/", "move"),
    ("contacts/add/", "change"),
    ("needs/add/", "change"),
    ("competitors/add/", "change"),
    ("addresses/add/", "change"),
    ("files/add/", "change"),
]


@pytest.mark.parametrize(("path", "action"), ROWS)
def test_strangers_do_not_find_a_customers_pages(as_viewer, customer, outsider, path, action):
    answer = as_viewer(outsider).get(f"/customers/{customer.pk}/{path}")
    assert answer.status_code in (403, 404)
    assert "瓯泰" not in answer.content.decode()


@pytest.mark.parametrize(("path", "action"), [one for one in ROWS if one[1] != "view"])
def test_service_reads_and_changes_nothing(as_viewer, customer, service, path, action):
    before = Customer.objects.values().get(pk=customer.pk)
    browser = as_viewer(service)
    assert browser.get(f"/customers/{customer.pk}/{path}").status_code == 403
    assert browser.post(f"/customers/{customer.pk}/{path}", {**FORM, "reason": "x", "text": "x", "line": "x"}).status_code == 403
    assert Customer.objects.values().get(pk=customer.pk) == before
    assert not any(model.objects.exists() for model in (Contact, Need, Competitor, CustomerAddress, Attachment))


@pytest.mark.parametrize("path", ["", "add/", "funnel/", "fields/", "requirements/", "1/edit/"])
def test_nobody_without_a_login(db, path):
    answer = Client().get(f"/customers/{path}")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


def test_the_list_shows_mine_and_only_mine(as_viewer, customer, owner, outsider):
    services.add_customer({"name": "杭州金桥流体设备有限公司"}, actor=outsider)
    page = as_viewer(owner).get("/customers/").content.decode()
    assert "温州瓯泰阀门有限公司" in page
    assert "金桥" not in page
    assert f"/customers/{customer.pk}/" in page


@pytest.mark.parametrize("view", ["mine", "week", "all", "silent", "a", "incomplete"])
def test_every_view_opens(as_viewer, customer, owner, view):
    assert as_viewer(owner).get(f"/customers/?view={view}").status_code == 200


@pytest.mark.parametrize(
    "sort", ["name", "grade", "last_contact", "purchases", "last_purchase", "next_step", "number", "completeness", "registered_on"]
)
@pytest.mark.parametrize("sign", ["", "-"])
def test_every_sort_opens(as_viewer, customer, owner, sort, sign):
    assert as_viewer(owner).get(f"/customers/?view=all&sort={sign}{sort}").status_code == 200


def test_sorting_by_a_veiled_column_is_refused(as_viewer, customer, owner):
    assert as_viewer(owner).get("/customers/?view=all&sort=phone").status_code == 400


def test_the_list_asks_few_questions_whatever_its_length(as_viewer, owner, django_assert_max_num_queries):
    for n in range(35):
        services.add_customer({"name": f"客户{n}"}, actor=owner)
    browser = as_viewer(owner)
    browser.get("/customers/")
    with django_assert_max_num_queries(14):
        assert browser.get("/customers/?view=all").status_code == 200


def test_searching_in_the_list(as_viewer, customer, owner):
    browser = as_viewer(owner)
    assert "瓯泰" in browser.get("/customers/?view=all&q=wzot").content.decode()
    assert "瓯泰" not in browser.get("/customers/?view=all&q=zzzz").content.decode()


def test_digits_that_find_nothing_say_that_others_numbers_are_found_whole(as_viewer, customer, owner, service, cast):
    services.change_customer(customer.pk, {"phone": "0577-86669876"}, version=customer.version, actor=owner)
    said = {q: as_viewer(service).get(f"/customers/?view=all&q={q}").content.decode() for q in ("9876", "057786669876", "没有的")}
    assert {q: "要输完整的号码才找得到" in page for q, page in said.items()} == {"9876": True, "057786669876": False, "没有的": False}
    clear = as_viewer(cast("何静", "clerk"))
    assert "要输完整" not in clear.get("/customers/?view=all&q=1112").content.decode()


def test_transfer_of_many_tells_each_rows_fate(as_viewer, customer, manager, teammate, owner):
    other = services.add_customer({"name": "乙厂"}, actor=owner)
    services.transfer(other.pk, teammate.person_id, actor=manager)
    posted = {"do": "transfer", "confirmed": "1", "pk": [customer.pk, other.pk], "owner": teammate.person_id, "reason": "调区"}
    answer = as_viewer(manager).post("/customers/?view=all", posted)
    assert answer.status_code == 200
    assert "本来就归" in answer.content.decode()
    assert set(Customer.objects.values_list("owner_id", flat=True)) == {teammate.person_id}


def test_a_salesperson_cannot_transfer_many(as_viewer, customer, owner, teammate):
    posted = {"do": "transfer", "confirmed": "1", "pk": [customer.pk], "owner": teammate.person_id}
    assert as_viewer(owner).post("/customers/?view=all", posted).status_code == 400
    assert Customer.objects.get(pk=customer.pk).owner_id == owner.person_id


def test_adding_goes_on_to_the_new_customer(as_viewer, owner):
    browser = as_viewer(owner)
    assert browser.get("/customers/add/").status_code == 200
    answer = browser.post("/customers/add/", FORM)
    made = Customer.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/customers/{made.pk}/")
    assert (made.name, made.phone, made.nature, made.owner_id) == ("乐清宏远机电设备有限公司", "13900001111", "agent", owner.person_id)


def test_a_person_has_another_form(as_viewer, owner):
    browser = as_viewer(owner)
    assert "农历生日" in browser.get("/customers/add/?kind=person").content.decode()
    browser.post("/customers/add/?kind=person", {"name": "曾惠", "birthday_lunar": "十月廿二"})
    assert list(Customer.objects.values_list("kind", "birthday_lunar")) == [("person", "10-22")]


@pytest.mark.parametrize(
    ("change", "says"),
    [({"name": ""}, "「客户名称」要填"), ({"uscc": "91371923MA3COKJY73"}, "应为数字 0"), ({"nature": "friend"}, "friend")],
)
def test_a_wrong_form_comes_back_with_what_was_typed(as_viewer, owner, change, says):
    answer = as_viewer(owner).post("/customers/add/", {**FORM, **change})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "13900001111" in answer.content.decode()
    assert not Customer.objects.exists()


def test_editing_carries_the_version(as_viewer, customer, owner):
    browser = as_viewer(owner)
    page = browser.get(f"/customers/{customer.pk}/edit/").content.decode()
    assert 'name="version" value="1"' in page
    assert "0577-86001234" in page
    assert browser.post(f"/customers/{customer.pk}/edit/", {**FORM, "version": 1}).status_code == 302
    stale = browser.post(f"/customers/{customer.pk}/edit/", {**FORM, "name": "另一个名字", "version": 1})
    assert stale.status_code == 422
    assert "刚被别人改过" in stale.content.decode()
    assert Customer.objects.get(pk=customer.pk).name == FORM["name"]


def test_a_veiled_number_is_not_in_the_form_and_stays_when_left_blank(as_viewer, customer, manager):
    browser = as_viewer(manager)
    page = browser.get(f"/customers/{customer.pk}/edit/").content.decode()
    assert "86001234" not in page
    assert "057****1234" in page
    browser.post(f"/customers/{customer.pk}/edit/", {"name": customer.name, "city": "温州市", "version": 1})
    assert Customer.objects.get(pk=customer.pk).phone == "0577-86001234"
    browser.post(f"/customers/{customer.pk}/edit/", {"name": customer.name, "phone": "13700000000", "version": 2})
    assert Customer.objects.get(pk=customer.pk).phone == "13700000000"


def test_hints_of_duplicates_while_typing(as_viewer, customer, owner, outsider):
    mine = as_viewer(owner).get("/customers/similar/", {"name": "温州（瓯泰）阀门有限责任公司"}).content.decode()
    theirs = as_viewer(outsider).get("/customers/similar/", {"phone": "0577-86001234"}).content.decode()
    assert f"/customers/{customer.pk}/" in mine
    assert "陈思远" in theirs
    assert "瓯泰" not in theirs
    assert f"/customers/{customer.pk}/" not in theirs


def test_a_reveal_answers_a_post_only_and_is_logged(as_viewer, customer, manager):
    browser = as_viewer(manager)
    assert browser.get(f"/customers/{customer.pk}/reveal/phone/").status_code == 405
    assert not AccessLog.objects.exists()
    answer = browser.post(f"/customers/{customer.pk}/reveal/phone/")
    assert "0577-86001234" in answer.content.decode()
    assert AccessLog.objects.get().subject_id == customer.pk


def test_removing_needs_a_reason(as_viewer, customer, manager):
    browser = as_viewer(manager)
    assert browser.post(f"/customers/{customer.pk}/remove/", {"reason": ""}).status_code == 422
    assert Customer.objects.filter(pk=customer.pk).exists()
    assert browser.post(f"/customers/{customer.pk}/remove/", {"reason": "注销"}).status_code == 302
    assert browser.get(f"/customers/{customer.pk}/").status_code == 404


def test_people_are_added_changed_and_removed(as_viewer, customer, owner):
    browser = as_viewer(owner)
    browser.post(f"/customers/{customer.pk}/contacts/add/", {"name": "林海峰", "role": "decides", "phone": "13800138000"})
    boss = contact_of(customer)
    browser.post(f"/customers/{customer.pk}/contacts/add/", {"name": "周建国", "reports_to": boss.pk})
    assert Contact.objects.get(name="周建国").reports_to == boss
    page = browser.get(f"/customers/contacts/{boss.pk}/edit/").content.decode()
    assert "13800138000" in page
    browser.post(
        f"/customers/contacts/{boss.pk}/edit/", {"name": "林海峰", "position": "总经理", "version": boss.version, "is_primary": "on"}
    )
    assert Contact.objects.get(pk=boss.pk).position == "总经理"
    assert "1 位下级" in browser.get(f"/customers/contacts/{boss.pk}/remove/").content.decode()
    browser.post(f"/customers/contacts/{boss.pk}/remove/")
    assert list(Contact.objects.values_list("name", "reports_to")) == [("周建国", None)]


@pytest.mark.parametrize("path", ["edit/", "remove/", "reveal/phone/"])
def test_strangers_do_not_find_a_contact(as_viewer, customer, chain, outsider, path):
    answer = as_viewer(outsider).post(f"/customers/contacts/{chain.pk}/{path}", {"name": "x", "version": 1})
    assert answer.status_code == 404
    assert Contact.objects.get(pk=chain.pk).name == "林海峰"


def test_a_boss_from_another_customer_is_no_choice(as_viewer, customer, chain, owner):
    other = services.add_customer({"name": "乙厂"}, actor=owner)
    answer = as_viewer(owner).post(f"/customers/{other.pk}/contacts/add/", {"name": "赵六", "reports_to": chain.pk})
    assert answer.status_code == 422
    assert not other.contacts.exists()


def test_owner_and_collaborators(as_viewer, customer, manager, teammate, outsider):
    browser = as_viewer(manager)
    assert "陈思远" in browser.get(f"/customers/{customer.pk}/owner/").content.decode()
    browser.post(f"/customers/{customer.pk}/owner/", {"owner": teammate.person_id, "reason": "调区"})
    assert Customer.objects.get(pk=customer.pk).owner_id == teammate.person_id
    browser.post(f"/customers/{customer.pk}/share/", {"person": outsider.person_id, "right": "read"})
    assert Collaborator.objects.get().person_id == outsider.person_id
    assert "吴芳" in browser.get(f"/customers/{customer.pk}/share/").content.decode()
    browser.post(f"/customers/{customer.pk}/share/{outsider.person_id}/remove/")
    assert not Collaborator.objects.exists()


def test_the_stage_page_offers_what_the_table_allows(as_viewer, customer, owner):
    browser = as_viewer(owner)
    page = browser.get(f"/customers/{customer.pk}/stage/").content.decode()
    assert 'value="prospect"' in page
    assert 'value="long_term"' not in page
    assert browser.post(f"/customers/{customer.pk}/stage/", {"to_stage": "long_term", "reason": "x"}).status_code == 422
    assert browser.post(f"/customers/{customer.pk}/stage/", {"to_stage": "prospect", "reason": "谈过"}).status_code == 302
    assert Customer.objects.get(pk=customer.pk).stage == "prospect"


@pytest.mark.parametrize("days", ["90", "365", "junk"])
def test_the_funnel_opens(as_viewer, customer, owner, days):
    page = as_viewer(owner).get(f"/customers/funnel/?days={days}").content.decode()
    assert "1 家" in page


def test_needs_and_rivals(as_viewer, customer, owner):
    browser, base = as_viewer(owner), f"/customers/{customer.pk}"
    browser.post(f"{base}/needs/add/", {"kind": "main", "text": "年底备货", "state": "open", "budget": "500000"})
    need = Need.objects.get()
    browser.post(f"{base}/needs/{need.pk}/", {"kind": "main", "text": "年底备货 60 台", "state": "met"})
    assert list(Need.objects.values_list("text", "state", "noted_by")) == [("年底备货 60 台", "met", owner.person_id)]
    assert browser.post(f"{base}/competitors/add/", {"name": "甲牌", "share": "140"}).status_code == 422
    browser.post(f"{base}/competitors/add/", {"name": "甲牌", "share": "40", "strengths": "便宜"})
    rival = Competitor.objects.get()
    browser.post(f"{base}/competitors/{rival.pk}/", {"name": "乙牌"})
    assert Competitor.objects.get().name == "乙牌"
    browser.post(f"{base}/needs/{need.pk}/remove/")
    browser.post(f"{base}/competitors/{rival.pk}/remove/")
    assert (Need.objects.count(), Competitor.objects.count()) == (0, 0)


def test_a_need_of_another_customer_is_not_found(as_viewer, customer, owner):
    need = services.add_need(customer.pk, {"text": "年底备货"}, actor=owner)
    other = services.add_customer({"name": "乙厂"}, actor=owner)
    assert as_viewer(owner).post(f"/customers/{other.pk}/needs/{need.pk}/remove/").status_code == 404
    assert Need.objects.count() == 1


def test_addresses(as_viewer, customer, owner):
    browser, base = as_viewer(owner), f"/customers/{customer.pk}/addresses"
    browser.post(f"{base}/add/", {"kind": "delivery", "line": "滨海一路 1 号", "is_default": "on"})
    address = CustomerAddress.objects.get()
    browser.post(f"{base}/{address.pk}/remove/")
    assert not CustomerAddress.objects.exists()


def test_files_are_kept_served_safely_and_taken_off(as_viewer, customer, owner, outsider, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    browser = as_viewer(owner)
    upload = SimpleUploadedFile("合同.docx", b"PK\x03\x04content", "application/msword")
    assert browser.post(f"/customers/{customer.pk}/files/add/", {"file": upload, "note": "年度合同"}).status_code == 302
    kept = Attachment.objects.get()
    answer = browser.get(f"/files/{kept.pk}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert as_viewer(outsider).get(f"/files/{kept.pk}/").status_code == 404
    browser.post(f"/customers/{customer.pk}/files/{kept.pk}/remove/")
    assert browser.get(f"/files/{kept.pk}/").status_code == 404


def test_a_program_is_no_attachment(as_viewer, customer, owner, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    upload = SimpleUploadedFile("setup.exe", b"MZ", "application/octet-stream")
    answer = as_viewer(owner).post(f"/customers/{customer.pk}/files/add/", {"file": upload})
    assert answer.status_code == 422
    assert "不接收 .exe 文件" in answer.content.decode()
    assert not Attachment.objects.exists()


def test_changes_read_as_sentences_and_keep_veils(as_viewer, customer, owner, manager):
    services.change_customer(customer.pk, {"phone": "13900002222", "city": "台州市"}, version=1, actor=owner)
    mine = as_viewer(owner).get(f"/customers/{customer.pk}/changes/").content.decode()
    theirs = as_viewer(manager).get(f"/customers/{customer.pk}/changes/").content.decode()
    assert "修改资料" in mine
    assert "13900002222" in mine
    assert "台州市" in theirs
    assert "13900002222" not in theirs
    assert "139****2222" in theirs
    assert "13900002222" not in as_viewer(manager).get(f"/history/customer/{customer.pk}/").content.decode()


def test_an_own_field_appears_everywhere_at_once(as_viewer, customer, administrator, owner):
    admin = as_viewer(administrator)
    admin.post("/customers/fields/add/", {"label": "结算方式", "kind": "choice", "choices": "月结、现结", "active": "on"})
    field = CustomField.objects.get()
    assert (field.code, field.choices) == ("jie_suan_fang_shi", ["月结", "现结"])
    browser = as_viewer(owner)
    assert "结算方式" in browser.get("/customers/add/").content.decode()
    browser.post(f"/customers/{customer.pk}/edit/", {**FORM, "version": 1, f"custom_{field.code}": "月结"})
    assert Customer.objects.get(pk=customer.pk).custom == {field.code: "月结"}
    page = browser.get(f"/customers/?view=all&col=name&col=custom_{field.code}").content.decode()
    assert "结算方式" in page
    assert "月结" in page
    admin.post(f"/customers/fields/{field.pk}/", {"label": "结算方式", "kind": "text", "active": "on"})
    assert CustomField.objects.get().kind == "choice"


@pytest.mark.parametrize("path", ["fields/add/", "fields/1/"])
def test_own_fields_are_the_administrators(as_viewer, owner, path):
    browser = as_viewer(owner)
    assert browser.get(f"/customers/{path}").status_code == 403
    assert browser.post(f"/customers/{path}", {"label": "甲", "kind": "text"}).status_code == 403
    assert not CustomField.objects.exists()


def test_requirements_are_shown_and_set(as_viewer, marketing, owner):
    browser = as_viewer(marketing)
    assert "法定代表人" in browser.get("/customers/requirements/").content.decode()
    assert browser.get("/customers/requirements/company/dealer/").status_code == 200
    browser.post("/customers/requirements/company/dealer/", {"items": ["phone", "city"]})
    assert list(ProfileRule.objects.values_list("kind", "nature", "fields")) == [("company", "dealer", ["city", "phone"])]
    assert browser.get("/customers/requirements/company/friend/").status_code == 404
    assert as_viewer(owner).get("/customers/requirements/").status_code == 403


def test_the_picker_finds_only_what_may_be_seen(as_viewer, customer, chain, owner, outsider):
    found = as_viewer(owner).get("/pick/customer/?q=outai").content.decode()
    assert "KH-000001" in found
    assert "KH-000001" not in as_viewer(outsider).get("/pick/customer/?q=outai").content.decode()
    assert str(chain.pk) in as_viewer(owner).get("/pick/contact/?q=lhf").content.decode()
