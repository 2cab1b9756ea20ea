"""The pages of the trail: what is written while people work, and who reads it."""

import re
from datetime import timedelta

import pytest
from django.apps import apps

from guike.customers.models import Customer
from guike.marketing import services as marketing
from guike.organisation.models import Account
from guike.oversight import services
from guike.oversight.selectors import changes
from guike.oversight.words import VERBS, verb_word
from guike.platform import audit, clock, history, numbering, verbs
from guike.platform.access import SYSTEM
from guike.platform.models import AccessLog, JobRun

CHINESE = re.compile("[一-鿿]")


@pytest.fixture
def customer(company) -> Customer:
    return Customer.objects.create(
        number=numbering.take("customer"), name="温州瓯泰阀门有限公司", owner=company.seller, department=company.south
    )


@pytest.fixture
def as_(client, company):
    """as_("seller") signs a person of the small company in."""

    def sign(name: str, *roles: str):
        person = getattr(company, name)
        account = Account.objects.filter(person=person).first() or company.account(person, name, roles)
        client.force_login(account)
        return client

    return sign


def lines(**where) -> list[tuple[str, str, int | None, str]]:
    return [(one.who, one.action, one.subject_id, one.object) for one in AccessLog.objects.filter(**where).order_by("pk")]


def test_opening_a_customer_is_one_line_and_a_list_none(as_, customer):
    seller = as_("seller")
    assert seller.get("/customers/").status_code == 200
    assert lines() == []
    for _time in range(3):
        assert seller.get(f"/customers/{customer.pk}/").status_code == 200
    assert lines() == [("陈思远", "view", customer.pk, "customer")]
    assert AccessLog.objects.get().address == "127.0.0.1"


def test_another_person_and_eleven_minutes_later_are_lines_of_their_own(as_, customer, monkeypatch):
    as_("seller").get(f"/customers/{customer.pk}/")
    as_("manager").get(f"/customers/{customer.pk}/")
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    as_("seller").get(f"/customers/{customer.pk}/")
    assert [who for who, *_ in lines()] == ["陈思远", "林海", "陈思远"]


def test_a_look_is_one_question_of_the_database(as_, customer, django_assert_num_queries):
    from guike.organisation.selectors import viewer_of_login

    as_("seller")
    viewer = viewer_of_login("seller")
    for written in (True, False):
        with django_assert_num_queries(1):
            assert audit.note_look(viewer, "customer", customer.pk) is written


def test_what_is_refused_is_written(as_, customer):
    other = as_("colleague")
    assert other.get(f"/customers/{customer.pk}/").status_code == 404
    assert other.get("/audit/").status_code == 403
    assert other.get("/customers/987654321/").status_code == 404  # nobody's: nothing to tell
    assert lines() == [("黄可", "unseen", customer.pk, "customer"), ("黄可", "refused", None, "access_log")]


def test_refusals_of_one_login_are_few_within_the_hour(as_, company, customer, monkeypatch):
    monkeypatch.setattr(audit, "REFUSALS_PER_HOUR", 3)
    made = [
        Customer.objects.create(number=numbering.take("customer"), name=f"{n} 号", owner=company.seller, department=company.south)
        for n in range(6)
    ]
    other = as_("colleague")
    for one in made:
        other.get(f"/customers/{one.pk}/")
    assert AccessLog.objects.filter(action="unseen").count() == 3
    as_("accountant", "salesperson").get("/audit/")
    assert AccessLog.objects.filter(action="refused").count() == 1  # another person's refusals are counted apart


def test_the_lists_are_for_those_who_audit(as_, customer):
    for path in ("/audit/", "/audit/logins/", "/audit/changes/", "/audit/verify/"):
        assert as_("seller").get(path).status_code == 403, path
        assert as_("accountant", "audit_admin").get(path).status_code == 200, path


def test_a_line_reads_as_a_sentence_and_names_only_what_its_reader_may_see(as_, company, customer):
    as_("seller").get(f"/customers/{customer.pk}/")
    company.account(company.boss, "boss", ("administrator",))
    page = as_("boss").get("/audit/").content.decode()
    assert "陈思远" in page
    assert "打开" in page
    assert customer.name in page
    auditor = as_("accountant", "audit_admin")
    company_finance = auditor.get("/audit/?q=陈思远").content.decode()
    assert "打开" in company_finance


def test_a_lead_and_a_return_are_called_by_their_names(as_, company, customer):
    found = marketing.add_find({"name": "温州云帆石化有限公司", "source": "", "phone": "0577-8800"}, actor=SYSTEM)
    back = apps.get_model("sales.ReturnOrder").objects.create(number="TH-2026-000009", order_number="DD-9", registered_on=clock.today())
    boss = as_("boss", "administrator")
    for address in (f"/marketing/finds/{found.pk}/", f"/sales/returns/{back.pk}/"):
        assert boss.get(address).status_code == 200
    page = boss.get("/audit/").content.decode()
    assert "温州云帆石化有限公司" in page and back.number in page
    assert f"#{found.pk}<" not in page and f"#{back.pk}<" not in page


def test_searching_by_person_action_day_and_address(as_, company, customer):
    as_("seller").get(f"/customers/{customer.pk}/")
    as_("colleague").get(f"/customers/{customer.pk}/")
    boss = as_("boss", "administrator")
    day = clock.today().isoformat()
    for query, who in {
        f"f.account={company.seller.pk}": "陈思远",
        "f.action=unseen": "黄可",
        "q=黄可": "黄可",
        f'where={{"field":"day","op":"eq","value":"{day}"}}&f.action=view': "陈思远",
    }.items():
        found = boss.get(f"/audit/?view=all&{query}")
        assert found.status_code == 200, query
        table = found.content.decode().partition("<tbody")[2].partition("</tbody>")[0]
        assert {name for name in ("陈思远", "黄可") if name in table} == {who}, query
    assert "没有符合这些条件的记录" in boss.get("/audit/?q=10.9.9.9").content.decode()


def test_a_change_is_read_before_and_after_in_words(as_, company, customer):
    from guike.organisation import services as people

    people.change_person(company.seller.pk, actor=SYSTEM, version=company.seller.version, name="陈思元", reason="改名")
    boss = as_("boss", "administrator")
    page = boss.get("/audit/changes/")
    assert "改名" in page.content.decode()
    import pghistory.models

    note = pghistory.models.Context.objects.get(metadata__why="改名")
    detail = boss.get(f"/audit/changes/{note.pk}/").content.decode()
    assert "<del>陈思远</del>" in detail
    assert "<ins>陈思元</ins>" in detail
    assert boss.get("/audit/changes/nothing/").status_code == 404


def test_a_change_names_its_verb_and_its_record_and_shows_no_code(as_, company, customer):
    from guike.customers import services as customers

    customers.transfer(customer.pk, company.colleague.pk, actor=SYSTEM, reason="换人跟")
    boss = as_("boss", "administrator", "executive")
    import pghistory.models

    note = pghistory.models.Context.objects.get(metadata__why="换人跟")
    assert "转负责人" in boss.get("/audit/changes/").content.decode()
    detail = boss.get(f"/audit/changes/{note.pk}/").content.decode()
    assert "转负责人" in detail
    assert f'<a href="{customer.get_absolute_url()}">{customer}</a>' in detail
    assert "customers.transfer" not in detail
    assert f"#{customer.pk}" not in detail


def test_a_row_that_tells_of_a_kind_of_record_but_of_none_has_a_page(as_, company):
    """An automation names the kind of record that it watches, and no single one."""
    import pghistory.models

    @verbs.verb("series.watch")
    def add(*, actor):
        return apps.get_model("automations", "Automation").objects.create(name="新客户提醒", trigger="customer.added", subject_kind="customer", created_at=clock.now())

    add(actor=SYSTEM)
    note = pghistory.models.Context.objects.get(metadata__verb="series.watch")
    detail = as_("boss", "administrator").get(f"/audit/changes/{note.pk}/")
    assert detail.status_code == 200
    assert "新客户提醒" in detail.content.decode()


def test_every_verb_and_every_kept_field_has_a_word():
    words = {code: verb_word(code) for code, module in verbs.DECLARED.items() if ".tests." not in module}
    assert len(words) > 200  # the services are loaded
    assert [code for code, word in words.items() if not CHINESE.search(word) or (word == "修改" and code not in VERBS)] == []
    fields = [
        (event.pgh_tracked_model._meta.label, field)
        for event in changes.kept_models()
        for field in event.pgh_tracked_model._meta.concrete_fields
        if not field.primary_key and field.name not in history.SILENT and hasattr(event, field.attname)
    ]
    assert [f"{label}.{field.name}" for label, field in fields if not CHINESE.search(history.field_word(field))] == []


def test_managers_see_who_has_been_at_a_customer_and_sellers_do_not(as_, customer):
    as_("seller").get(f"/customers/{customer.pk}/")
    assert "谁看过" not in as_("seller").get(f"/customers/{customer.pk}/").content.decode()
    manager = as_("manager")
    assert "谁看过" in manager.get(f"/customers/{customer.pk}/").content.decode()
    page = manager.get(f"/audit/seen/customer/{customer.pk}/").content.decode()
    assert "陈思远" in page
    assert as_("seller").get(f"/audit/seen/customer/{customer.pk}/").status_code == 403
    hidden = Customer.objects.create(number=numbering.take("customer"), name="财务的", department=customer.department.parent.parent)
    assert as_("manager").get(f"/audit/seen/customer/{hidden.pk}/").status_code == 404


def test_exporting_the_log_is_in_the_log(as_, customer):
    as_("seller").get(f"/customers/{customer.pk}/")
    boss = as_("boss", "administrator")
    answer = boss.get("/audit/?view=all&export=csv")
    assert answer.status_code == 200
    assert ("周建国", "export", None, "access_log") in lines()


def test_the_check_runs_in_the_background_and_its_result_stands_on_the_page(as_, customer, attacker):
    from guike.platform import jobs

    row = audit.note(SYSTEM, "print", "customer", customer.pk).pk
    services.seal()
    attacker("DELETE FROM platform_accesslog WHERE id = %s", [row])
    boss = as_("boss", "administrator")
    assert boss.post("/audit/verify/").status_code == 302
    jobs.run_now(JobRun.objects.get(kind="oversight.verify"))
    page = boss.get("/audit/verify/").content.decode()
    assert "1 处与封签不符" in page
    assert f"第 {row} 行在封签以后删掉了" in page
