"""Erasing a person: the name, number and account stand nowhere afterwards but where it is declared, and the trail still verifies."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from guike.contact.models import FollowUp
from guike.customers import services as customers
from guike.customers.models import Contact, Customer, CustomerAddress
from guike.organisation.models import Account
from guike.oversight import services
from guike.oversight.models import Excision, Keeping, PersonalRequest
from guike.platform import audit, clock, files, jobs, numbering
from guike.platform.access import SYSTEM
from guike.platform.errors import Refused
from guike.platform.models import AccessLog, Attachment, JobRun
from guike.sales.models import SalesOrder

NAME, PHONE, WECHAT, MAIL = "欧阳云裳", "13966668888", "wx_ouyang_yunshang", "yunshang@ouyang.example"


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
def firm(company) -> Customer:
    return customers.add_customer({"name": "温州瓯泰阀门有限公司", "phone": "0577-88881234"}, actor=SYSTEM, owner_id=company.seller.pk)


@pytest.fixture
def contact(firm) -> Contact:
    made = customers.add_contact(
        firm.pk,
        {"name": NAME, "phone": "13911112222", "wechat": WECHAT, "email": MAIL, "note": "爱喝龙井", "birthday": date(1985, 3, 8)},
        actor=SYSTEM,
    )
    customers.add_contact(firm.pk, {"name": "林海峰", "phone": "13800138000", "note": f"{NAME}的上级"}, actor=SYSTEM)
    return customers.change_contact(made.pk, {"phone": PHONE}, version=made.version, actor=SYSTEM, reason=f"{NAME}换了手机")


def spread(company, firm, contact) -> None:
    """The person is met everywhere: texts, another customer's texts, logs, imports, filters, messages, approvals."""
    from guike.engine.models import Activity, Obligation
    from guike.platform.imports.models import ExportRecord, ImportRun
    from guike.platform.notifications.models import Notice

    said = FollowUp.objects.create(
        customer=firm, person=company.seller, department=company.south, happened_on=clock.today(), method="phone",
        said=f"和{NAME}谈到账期，回电 139-6666-8888", topic=f"回访{NAME}", recorded_at=clock.now(),
    )
    said.contacts.add(contact)
    Activity.objects.create(
        kind="follow_up", channel="phone", subject_kind="customer", subject_id=firm.pk, happened_on=clock.today(), happened_at=clock.now(),
        counterpart=NAME, title=f"回访{NAME}", text="x", source_kind="follow_up", source_id=said.pk, recorded_at=clock.now(),
    )
    other = Customer.objects.create(number=numbering.take("customer"), name="台州恒捷泵业有限公司", note=f"{NAME}介绍来的，电话 {PHONE}")
    Obligation.objects.create(
        kind="promise", subject_kind="customer", subject_id=other.pk, title=f"答复{NAME}", opened_on=clock.today(), opened_at=clock.now(), due_on=clock.today(),
    )
    audit.note(SYSTEM, "export", "contact", detail={"filter": f"姓名是 {NAME}", "rows": 1})
    ExportRecord.objects.create(kind="contact", title="联系人", filter=f"手机 {PHONE}", rows=1, form="xlsx", at=clock.now())
    ImportRun.objects.create(kind="contacts", file_name=f"{NAME}.xlsx", sha256="0" * 64, size=1, errors=[{"row": 3, "value": PHONE}], uploaded_at=clock.now())
    account = Account.objects.filter(person=company.seller).first() or company.account(company.seller, "seller")
    Notice.objects.create(account=account, kind="x", title=f"{NAME}来电", key="k", at=clock.now())
    Attachment.objects.create(subject_kind="customer", subject_id=firm.pk, name=f"{NAME}名片.png", size=1, sha256="1" * 64, media_type="image/png", uploaded_at=clock.now())


def met(*values: str) -> dict[str, int]:
    """Table → rows in which one of these values stands, in any column, whatever its kind."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            condition = " OR ".join(["t::text LIKE %s"] * len(values))
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE {condition}', [f"%{value}%" for value in values])  # noqa: S608
            if count := cursor.fetchone()[0]:
                found[table] = count
    return found


def asked(kind: str, pk: int, **values) -> PersonalRequest:
    return services.record_request(
        kind, pk, **{"wish": "erase", "asker": NAME, "way": "phone", "received_on": clock.today(), "actor": SYSTEM, "checked": "call", **values}
    )


def counted(request: PersonalRequest, admin) -> dict:
    """What would go, worked out by the worker."""
    services.count_up(request.pk, actor=admin)
    run = jobs.run_now(JobRun.objects.filter(kind="oversight.count").latest("pk"))
    assert run.state == "done", run.error
    request.refresh_from_db()
    return request.plan


def erased(company, request: PersonalRequest, admin) -> PersonalRequest:
    """Proposed by the administrator, confirmed by the general manager, carried out by the worker."""
    from guike.organisation.selectors import viewer_for

    counted(request, admin)
    services.propose_erasure(request.pk, actor=admin)
    boss = viewer_for(Account.objects.filter(person=company.boss).first() or company.account(company.boss, "boss"))
    services.confirm_erasure(request.pk, actor=boss)
    run = jobs.run_now(JobRun.objects.get(kind="oversight.erase"))
    assert run.state == "done", run.error
    request.refresh_from_db()
    return request


def test_the_person_stands_nowhere_afterwards_and_the_trail_verifies(company, firm, contact, admin):
    spread(company, firm, contact)
    request = asked("contact", contact.pk)
    services.seal()
    before = met(NAME, PHONE, WECHAT, MAIL)
    assert {"customers_contact", "customers_contactevent", "contact_followup", "platform_accesslog", "imports_importrun", "engine_obligation"} <= set(before)
    erased(company, request, admin)
    assert met(NAME, PHONE, "139-6666-8888", WECHAT, MAIL, "13911112222", "爱喝龙井") == {}
    assert met("ouyangyunshang", "OuyangYunshang") == {}  # nor as pinyin
    services.seal()
    found = services.verify()
    assert found.findings == []
    assert found.lawful == Excision.objects.exclude(before="").count() > 5
    assert (request.state, "已删除" in request.outcome) == ("done", True)


def test_what_is_not_the_persons_stays(company, firm, contact, admin):
    spread(company, firm, contact)
    erased(company, asked("contact", contact.pk), admin)
    colleague = Contact.objects.get(name="林海峰")
    assert (colleague.phone, colleague.note) == ("13800138000", "［已删除］的上级")
    firm.refresh_from_db()
    assert firm.phone == "0577-88881234"
    assert FollowUp.objects.get().said == "和［已删除］谈到账期，回电 ［已删除］"
    gone = Contact.everything.get(pk=contact.pk)
    assert (gone.name, gone.phone, gone.phones, gone.birthday, gone.removed_at is not None) == ("已删除", "", [], None, True)


def test_without_signing_for_it_the_same_would_be_found(company, contact, admin, monkeypatch):
    """Control: the excisions are what makes it lawful."""
    from guike.oversight.services import overwriting

    monkeypatch.setattr(overwriting, "excise", lambda *_arguments, **_options: None)
    request = asked("contact", contact.pk)
    services.seal()
    erased(company, request, admin)
    assert {one.kind for one in services.verify().findings} == {"altered"}


def test_control_a_column_left_out_of_the_declarations_keeps_the_value(company, contact, admin, monkeypatch):
    from guike.platform import privacy

    kept = {key: one for key, one in privacy._register.columns.items() if key != ("customers.contact", "wechat")}
    monkeypatch.setattr(privacy._register, "columns", kept)
    erased(company, asked("contact", contact.pk), admin)
    assert set(met(WECHAT)) == {"customers_contact", "customers_contactevent"}


def test_nobody_finds_the_person_any_more(as_, company, firm, contact, admin):
    seller = as_("seller")
    assert NAME in seller.get("/search/?q=欧阳").content.decode()
    erased(company, asked("contact", contact.pk), admin)
    for address in (f"/customers/{firm.pk}/?tab=contacts", f"/customers/contacts/{contact.pk}/edit/", f"/customers/{firm.pk}/changes/", "/customers/similar/?phone=" + PHONE):
        page = seller.get(address).content.decode()
        assert NAME not in page, address
        assert PHONE not in page, address
    assert NAME not in seller.get("/search/?q=欧阳").content.decode().replace("欧阳</", "")


def test_a_shared_number_and_anothers_name_stay(company, firm, contact, admin):
    """The switchboard is the firm's; another 欧阳云裳 is somebody else."""
    customers.change_contact(contact.pk, {"phones": ["0577-88881234"]}, version=Contact.objects.get(pk=contact.pk).version, actor=SYSTEM)
    other = customers.add_customer({"name": "宁波甬江泵业有限公司", "note": f"{NAME}管采购"}, actor=SYSTEM, owner_id=company.seller.pk)
    customers.add_contact(other.pk, {"name": NAME, "phone": "13700001111"}, actor=SYSTEM)
    request = asked("contact", contact.pk)
    assert counted(request, admin)["shared"] == [{"number": "****1234", "kind": "customer", "id": firm.pk}]
    erased(company, request, admin)
    firm.refresh_from_db()
    other.refresh_from_db()
    assert (firm.phone, other.note) == ("0577-88881234", f"{NAME}管采购")
    assert Contact.objects.get(customer=other).name == NAME


def test_two_people_and_only_those_who_may(as_, company, contact, admin):
    request = asked("contact", contact.pk)
    address = request.get_absolute_url()
    assert as_("seller").get(f"{address}erase/").status_code == 403
    boss = as_("boss", "administrator")
    assert "在后台找遍全部资料和历史" in boss.get(f"{address}erase/").content.decode()
    request.refresh_from_db()
    assert boss.post(f"{address}erase/", {"reason": "本人要求", "version": request.version}).status_code == 422  # not looked at yet
    boss.post(f"{address}count/", {"version": request.version})
    assert "正在清点全部资料" in boss.get(f"{address}erase/").content.decode()
    jobs.run_now(JobRun.objects.get(kind="oversight.count"))
    page = boss.get(f"{address}erase/").content.decode()
    assert "联系人：1 条" in page
    assert "这里只是预览，还没有删" in page
    request.refresh_from_db()
    assert boss.post(f"{address}erase/", {"reason": "本人要求", "version": request.version}).status_code == 302
    request.refresh_from_db()
    assert (request.state, request.planned_by) == ("waiting", company.boss)
    assert boss.post(f"{address}confirm/", {"version": request.version}).status_code == 422  # not by the same person
    assert not JobRun.objects.filter(kind="oversight.erase").exists()
    assert Contact.objects.get(pk=contact.pk).name == NAME
    auditor = as_("accountant", "audit_admin")
    assert auditor.post(f"{address}erase/", {"reason": "x", "version": request.version}).status_code == 403
    assert auditor.post(f"{address}count/", {"version": request.version}).status_code == 403
    assert auditor.post(f"{address}confirm/", {"version": request.version}).status_code == 302
    request.refresh_from_db()
    assert (request.state, request.confirmed_by) == ("erasing", company.accountant)


def test_given_back_it_is_open_again(company, contact, admin):
    from guike.organisation.selectors import viewer_for

    request = asked("contact", contact.pk)
    counted(request, admin)
    services.propose_erasure(request.pk, actor=admin)
    boss = viewer_for(company.account(company.boss, "boss"))
    with pytest.raises(Refused, match="理由"):
        services.return_erasure(request.pk, actor=boss, reason=" ")
    services.return_erasure(request.pk, actor=boss, reason="还有争议")
    request.refresh_from_db()
    assert (request.state, request.confirmed_by) == ("open", None)


def test_one_is_enough_where_the_company_says_so(company, contact, admin):
    services.set_terms(actor=admin, responsible_id=None, two_people=False)
    request = asked("contact", contact.pk)
    counted(request, admin)
    services.propose_erasure(request.pk, actor=admin)
    assert jobs.run_now(JobRun.objects.get(kind="oversight.erase")).state == "done"
    request.refresh_from_db()
    assert request.state == "done"
    assert AccessLog.objects.get(action="erase").who == "赵管理"


def test_not_before_the_identity_is_checked_nor_while_another_request_is_open(company, contact, admin):
    request = asked("contact", contact.pk, checked="")
    with pytest.raises(Refused, match="先核对申请人的身份"):
        services.propose_erasure(request.pk, actor=admin)
    services.check_identity(request.pk, "call", actor=admin)
    other = asked("contact", contact.pk, wish="copy")
    with pytest.raises(Refused, match=other.number):
        services.propose_erasure(request.pk, actor=admin)


@pytest.fixture
def private(company) -> Customer:
    made = customers.add_customer(
        {"name": NAME, "kind": "person", "phone": PHONE, "registered_address": "温州市鹿城区五马街 1 号", "note": "爱喝龙井"}, actor=SYSTEM, owner_id=company.seller.pk
    )
    CustomerAddress.objects.create(customer=made, line="温州市鹿城区五马街 1 号", receiver=NAME, phone=PHONE)
    return made


def ordered(customer: Customer, status: str, day: date) -> SalesOrder:
    return SalesOrder.objects.create(
        number=f"DD-{status}", customer=customer, status=status, ordered_on=day, confirmed_on=day, delivered_on=day if status == "delivered" else None,
        address="温州市鹿城区五马街 1 号", note=f"{NAME}收",
    )


def test_an_order_under_way_holds_everything_back(company, private, admin):
    ordered(private, "confirmed", clock.today())
    request = asked("customer", private.pk)
    with pytest.raises(Refused, match="1 张订单没有完成"):
        services.propose_erasure(request.pk, actor=admin)


def test_what_proves_a_contract_is_locked_away_until_its_day(company, private, admin, monkeypatch):
    ordered(private, "delivered", date(2025, 3, 1))
    request = erased(company, asked("customer", private.pk), admin)
    assert met(NAME, PHONE, "五马街", "爱喝龙井") == {}
    assert {one.until for one in Keeping.objects.all()} == {date(2028, 3, 1)}
    contents = [services.opened(one.pk, actor=admin, reason="对账") for one in Keeping.objects.order_by("pk")]
    told = [value for content in contents for value in content.values()]
    assert NAME in told
    assert PHONE in told
    assert "爱喝龙井" not in told  # a note proves no contract
    assert AccessLog.objects.filter(action="reveal", object="personal_request", subject_id=request.pk).count() == len(contents)
    assert services.end_over(date(2028, 3, 1)) == 0  # to the end of its last day
    assert services.end_over(date(2028, 3, 2)) == Keeping.objects.count()
    assert not Keeping.objects.exclude(content="").exists()
    with pytest.raises(Refused, match="已清除"):
        services.opened(Keeping.objects.first().pk, actor=admin, reason="对账")


def test_a_hold_keeps_everything_and_releasing_it_lets_go_of_what_only_it_kept(company, private, admin):
    ordered(private, "delivered", clock.today() - timedelta(days=30))
    hold = services.place_hold("customer", private.pk, ground="dispute", until=clock.today() + timedelta(days=100), reason="(2026) 浙 0302 民初 1 号", actor=admin)
    stored = files.attach(SimpleUploadedFile("欠条.txt", "欠 100 元".encode()), "customer", private.pk, actor=SYSTEM)
    erased(company, asked("customer", private.pk), admin)
    assert met(NAME, PHONE, "五马街", "爱喝龙井") == {}
    assert files.is_there(stored.sha256)
    by_hold = Keeping.objects.filter(hold=hold)
    assert any("爱喝龙井" in services.opened(one.pk, actor=admin, reason="诉讼").values() for one in by_hold)
    services.release_hold(hold.pk, actor=admin, reason="调解结案")
    assert not by_hold.exclude(content="").exists()
    assert not files.is_there(stored.sha256)
    assert Keeping.objects.filter(hold=None).exclude(content="").exists()  # the contract's own time goes on
    with pytest.raises(Refused, match="已解除"):
        services.release_hold(hold.pk, actor=admin, reason="再一次")


def test_files_leave_the_disk_unless_somebody_else_has_the_same(company, private, firm, admin):
    mine = files.attach(SimpleUploadedFile("身份证.png", b"only mine"), "customer", private.pk, actor=SYSTEM)
    both = files.attach(SimpleUploadedFile("报价.png", b"shared"), "customer", private.pk, actor=SYSTEM)
    files.attach(SimpleUploadedFile("报价.png", b"shared"), "customer", firm.pk, actor=SYSTEM)
    erased(company, asked("customer", private.pk), admin)
    assert not files.is_there(mine.sha256)
    assert files.is_there(both.sha256)


def test_bytes_that_a_crash_left_behind_go_with_the_next_night(company, private, admin, monkeypatch):
    from guike.oversight.services import keeping

    mine = files.attach(SimpleUploadedFile("身份证.png", b"only mine"), "customer", private.pk, actor=SYSTEM)
    with monkeypatch.context() as crashed:
        crashed.setattr(keeping, "sweep", int)
        erased(company, asked("customer", private.pk), admin)
    assert files.is_there(mine.sha256)
    assert services.end_over() == 0
    assert not files.is_there(mine.sha256)


def test_a_job_delivered_twice_does_nothing_twice(company, contact, admin):
    request = erased(company, asked("contact", contact.pk), admin)
    JobRun.objects.filter(kind="oversight.erase").update(state="waiting")
    assert jobs.run_now(JobRun.objects.get(kind="oversight.erase")).state == "done"
    assert AccessLog.objects.filter(action="erase", subject_id=contact.pk).count() == 1
    request.refresh_from_db()
    assert request.state == "done"


def test_work_of_somebody_who_was_shut_out_meanwhile_opens_the_request_again(company, contact, admin):
    request = asked("contact", contact.pk)
    services.set_terms(actor=admin, responsible_id=None, two_people=False)
    counted(request, admin)
    services.propose_erasure(request.pk, actor=admin)
    Account.objects.filter(pk=admin.account_id).update(is_active=False)
    assert jobs.run_now(JobRun.objects.get(kind="oversight.erase")).state == "failed"
    request.refresh_from_db()
    assert (request.state, "已停用" in request.outcome) == ("open", True)
    assert Contact.objects.get(pk=contact.pk).name == NAME


def test_a_crash_in_the_middle_leaves_everything_as_it_was_and_the_request_open(company, contact, admin, monkeypatch):
    from guike.organisation.selectors import viewer_for
    from guike.oversight.services import erasure

    request = asked("contact", contact.pk)
    counted(request, admin)
    services.propose_erasure(request.pk, actor=admin)
    services.confirm_erasure(request.pk, actor=viewer_for(company.account(company.boss, "boss")))
    stored = files.attach(SimpleUploadedFile("名片.png", b"card"), "contact", contact.pk, actor=SYSTEM)
    monkeypatch.setattr(erasure, "_out_of_use", lambda _made: 1 / 0)
    assert jobs.run_now(JobRun.objects.get(kind="oversight.erase")).state == "failed"
    request.refresh_from_db()
    assert request.state == "open"
    assert Contact.objects.get(pk=contact.pk).phone == PHONE
    assert not Excision.objects.exists()
    assert files.is_there(stored.sha256)
