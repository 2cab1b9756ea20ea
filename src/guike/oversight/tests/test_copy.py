"""A copy holds everything that is known of the person, nothing of others, and goes only to who may hand it over."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from guike.contact.models import FollowUp
from guike.customers import services as customers
from guike.customers.models import Contact
from guike.organisation.models import Account
from guike.oversight import services
from guike.oversight.models import PersonalRequest
from guike.platform import audit, clock, files, jobs
from guike.platform.access import SYSTEM
from guike.platform.models import AccessLog, Attachment, JobRun

NAME, PHONE = "欧阳云裳", "13966668888"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def as_(client, company):
    def sign(name: str, *roles: str):
        person = getattr(company, name)
        client.force_login(Account.objects.filter(person=person).first() or company.account(person, name, roles))
        return client

    return sign


@pytest.fixture
def contact(company) -> Contact:
    firm = customers.add_customer({"name": "温州瓯泰阀门有限公司"}, actor=SYSTEM, owner_id=company.seller.pk)
    made = customers.add_contact(firm.pk, {"name": NAME, "phone": "13911112222", "note": "=HYPERLINK(1)"}, actor=SYSTEM)
    made = customers.change_contact(made.pk, {"phone": PHONE}, version=made.version, actor=SYSTEM)
    other = customers.add_contact(firm.pk, {"name": "林海峰", "phone": "13800138000"}, actor=SYSTEM)
    for one, said in ((made, "谈到账期"), (other, "只和林海峰谈的")):
        written = FollowUp.objects.create(
            customer=firm, person=company.seller, department=company.south, happened_on=clock.today(), method="phone", said=said, recorded_at=clock.now()
        )
        written.contacts.add(one)
    return made


def request_of(kind: str, pk: int, checked: str = "call") -> PersonalRequest:
    return services.record_request(
        kind, pk, wish="copy", asker=NAME, way="phone", received_on=clock.today(), actor=SYSTEM, checked=checked
    )


def copied(request: PersonalRequest, client) -> zipfile.ZipFile:
    """Asked for on the page, made by the worker, fetched from the page."""
    client.post(f"{request.get_absolute_url()}copy/", {"version": PersonalRequest.objects.get(pk=request.pk).version})
    run = jobs.run_now(JobRun.objects.filter(kind="oversight.copy").latest("pk"))
    assert run.state == "done", run.error
    (made,) = services.copies(request)
    assert made.name in client.get(request.get_absolute_url()).content.decode()
    return zipfile.ZipFile(io.BytesIO(b"".join(client.get(f"/files/{made.pk}/").streaming_content)))


def test_everything_about_the_contact_and_nothing_of_the_colleague(as_, company, contact):
    audit.note(SYSTEM, "export", "contact", contact.pk)
    packed = copied(request_of("contact", contact.pk), as_("boss", "administrator"))
    held = json.loads(packed.read("个人信息副本.json"))
    on_file = {line["字段"]: line["内容"] for line in held["资料"]}
    assert (on_file["姓名"], on_file["手机"]) == (NAME, PHONE)
    assert all(line["用途"] and line["依据"] and line["保存多久"] for line in held["资料"])
    assert ("手机", "13911112222", PHONE) in {(line["字段"], line["改前"], line["改后"]) for line in held["改动"]}
    assert [line["沟通内容"] for line in held["往来"]] == ["谈到账期"]
    assert "导出" in {line["动作"] for line in held["谁看过"]}
    text = json.dumps(held, ensure_ascii=False)
    for strange in ("林海峰", "13800138000", "陈思远", "周建国"):
        assert strange not in text, strange
    book = CalamineWorkbook.from_filelike(io.BytesIO(packed.read("个人信息副本.xlsx")))
    assert book.sheet_names == ["资料", "改动", "往来", "文件", "谁看过"]
    assert ["联系人", "手机", PHONE] in [row[:3] for row in book.get_sheet_by_name("资料").to_python()]
    assert "=HYPERLINK(1)" in [row[2] for row in book.get_sheet_by_name("资料").to_python()]  # as text


def test_a_private_customers_files_go_along(as_, company):
    person = customers.add_customer({"name": NAME, "kind": "person", "phone": PHONE}, actor=SYSTEM, owner_id=company.seller.pk)
    files.attach(SimpleUploadedFile("身份证.png", b"png"), "customer", person.pk, actor=SYSTEM)
    packed = copied(request_of("customer", person.pk), as_("boss", "administrator"))
    assert packed.read("文件/001 身份证.png") == b"png"


def test_a_copy_is_logged_as_taken_out(as_, company, contact):
    boss = as_("boss", "administrator")
    copied(request_of("contact", contact.pk), boss)
    assert AccessLog.objects.filter(action="copy", object="contact", subject_id=contact.pk, who="周建国").count() == 1
    assert "给本人副本" in boss.get("/audit/?view=taken").content.decode()


def test_not_before_the_identity_is_checked_and_not_by_everybody(as_, company, contact):
    request = request_of("contact", contact.pk, checked="")
    boss = as_("boss", "administrator")
    assert boss.post(f"{request.get_absolute_url()}copy/", {"version": 1}).status_code == 409
    assert as_("seller").post(f"{request.get_absolute_url()}copy/", {"version": 1}).status_code == 403
    assert not JobRun.objects.filter(kind="oversight.copy").exists()


def test_who_recorded_the_request_gets_no_copy(as_, company, contact):
    as_("seller").post(
        f"/personal/requests/add/?kind=contact&id={contact.pk}",
        {"wish": "copy", "asker": NAME, "way": "phone", "received_on": clock.today().isoformat(), "checked": "call"},
    )
    request = PersonalRequest.objects.get()
    copied(request, as_("boss", "administrator"))
    (made,) = services.copies(request)
    seller = as_("seller")
    assert seller.get(request.get_absolute_url()).status_code == 200
    assert made.name not in seller.get(request.get_absolute_url()).content.decode()
    assert seller.get(f"/files/{made.pk}/").status_code == 403


def test_the_copy_is_gone_after_thirty_days(as_, company, contact, monkeypatch):
    request = request_of("contact", contact.pk)
    boss = as_("boss", "administrator")
    copied(request, boss)
    (made,) = services.copies(request)
    assert as_("colleague").get(f"/files/{made.pk}/").status_code == 403
    assert services.remove_old_copies() == 0
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert services.remove_old_copies() == 1
    assert not files.is_there(made.sha256)
    assert services.remove_old_copies() == 0
    assert Attachment.objects.get(pk=made.pk).removed_at is not None


def test_a_second_delivery_makes_no_second_copy(as_, company, contact):
    request = request_of("contact", contact.pk)
    copied(request, as_("boss", "administrator"))
    JobRun.objects.filter(kind="oversight.copy").update(state="waiting")
    jobs.run_now(JobRun.objects.get(kind="oversight.copy"))
    assert len(services.copies(request)) == 1
