"""Large exports wait for a signature, slices of a day count together, the file is the applicant's alone (PLT-03, PLT-05)."""

import json
import re
import threading
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection

from guike.customers import services
from guike.customers.models import Customer
from guike.customers.tests.test_pool import at_once
from guike.engine import services as engine
from guike.engine.approvals import exports
from guike.engine.approvals import services as approvals
from guike.engine.models import Approval
from guike.organisation.models import Department, Person, Post
from guike.platform import clock, numbering
from guike.platform.access import SYSTEM, Viewer
from guike.platform.api import keys, taking
from guike.platform.api.forms import KeyForm
from guike.platform.api.tests.calling import Caller
from guike.platform.errors import Refused
from guike.platform.exports import limits
from guike.platform.exports.services import export_table
from guike.platform.imports.models import ExportRecord
from guike.platform.models import AccessLog, JobRun
from guike.platform.notifications.models import Notice
from guike.platform.sheets.writer import Heading

POLICY = """
code: export-authority
kind: authority
title: 批量导出审批权限
document: export
clause: {title: 客户管理制度, number: 第六条, text: 一天超过五行的，由上级批准。}
routes:
  - {code: large, label: 超过 5 行, when: {field: request.rows_day, op: gt, value: 5}, reason: 超过 5 行, steps: [{who: superior, level: 1}]}
  - {code: free, label: 5 行以内, steps: []}
"""


@pytest.fixture
def boss(manager, sales):
    """王立 reports to 沈国衡; more than five rows a day need his signature."""
    numbering.register("approval", "审批", "SP", restarts="year")
    place = Department.objects.create(name="总经办", function="management")
    boss = Person.objects.create(number="P900", name="沈国衡")
    Post.objects.create(person=boss, department=place, role="executive", title="总经理")
    Post.objects.filter(person=manager.person_id).update(supervisor=boss)
    engine.publish_text(POLICY, effective=date(2020, 1, 1), actor=SYSTEM)
    return Viewer(None, boss.pk, boss.name, "P900", frozenset({"executive"}), frozenset({place.pk}), frozenset({place.pk}))


@pytest.fixture
def firms(owner, south):
    def make(count):
        for n in range(count):
            services.add_customer({"name": f"温州第{n}阀门厂", "phone": f"1390577{n:04}"}, actor=owner)

    return make


def exported(browser, query="view=all"):
    return browser.get(f"/customers/?{query}&export=csv")


def lines(answer):
    return b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()


def ask(browser, page, reason="月度对账"):
    sealed = re.search(r'name="sealed" value="([^"]+)"', page.content.decode())[1]
    return browser.post("/approvals/export/", {"sealed": sealed, "reason": reason})


def test_a_small_export_goes_through_and_slices_count_together(boss, manager, firms, as_viewer):
    firms(3)
    browser = as_viewer(manager)
    assert len(lines(exported(browser))) == 4
    stopped = exported(browser)
    page = stopped.content.decode()
    assert "这次 3 行，24 小时内合计 6 行：超过 5 行，要先审批（《客户管理制度》第六条）" in page and "列：" in page
    assert ExportRecord.objects.count() == 1
    assert limits.recent(manager) == 3


def test_what_went_out_more_than_a_day_ago_does_not_count(boss, manager, firms, as_viewer):
    ExportRecord.objects.create(kind="customer", title="客户", rows=5, form="csv", by_id=manager.account_id, at=clock.now() - timedelta(hours=25))
    firms(3)
    assert len(lines(exported(as_viewer(manager)))) == 4


def test_signed_the_worker_makes_it_for_the_applicant_alone(boss, manager, marketing, firms, as_viewer):
    firms(6)
    browser = as_viewer(manager)
    asked = exported(browser, "view=all&q=温州第")
    assert ask(browser, asked, reason=" ").status_code == 422
    ask(browser, asked)
    request = Approval.objects.get()
    assert (request.state, request.title, request.reason) == ("pending", "导出客户 6 行", "月度对账")
    shown = {one["label"]: one["after"] for one in request.changes}
    assert shown["内容"] == "客户" and shown["行数"] == "6" and "负责人" in shown["列"]
    assert "还在审批" in ask(browser, asked).content.decode()
    approvals.approve(request.pk, actor=boss)
    run = JobRun.objects.get(kind="approvals.export")
    assert exports.make(None, **run.arguments) == {"rows": 6}
    assert exports.make(None, **run.arguments) == {"rows": 0}  # delivered twice: one file, one record
    record = ExportRecord.objects.get()
    assert (record.rows, record.approved, record.by_id) == (6, request.number, manager.account_id)
    assert limits.recent(manager) == 0
    assert f"/approvals/{request.pk}/file/" in browser.get(f"/approvals/{request.pk}/").content.decode()
    assert len(b"".join(browser.get(f"/approvals/{request.pk}/file/").streaming_content).decode("utf-8-sig").splitlines()) == 7
    stranger = as_viewer(marketing).get(f"/approvals/{request.pk}/file/")
    assert "不是你申请的导出" in stranger.content.decode() and "温州第" not in stranger.content.decode()
    assert Notice.objects.filter(kind="export.ready").count() == 1


def test_the_rights_are_those_of_the_moment_of_making(boss, manager, firms, as_viewer, north):
    firms(6)
    browser = as_viewer(manager)
    ask(browser, exported(browser))
    approvals.approve(Approval.objects.get().pk, actor=boss)
    Post.objects.filter(person=manager.person_id).update(department=north)  # moved: 浙南 is not below any more
    assert exports.make(None, Approval.objects.get().pk)["rows"] == 0


def test_refused_nothing_is_made(boss, manager, firms, as_viewer):
    firms(6)
    browser = as_viewer(manager)
    ask(browser, exported(browser))
    approvals.reject(Approval.objects.get().pk, actor=boss, comment="用途不清")
    assert not JobRun.objects.filter(kind="approvals.export").exists()
    assert "没有文件" in browser.get(f"/approvals/{Approval.objects.get().pk}/file/").content.decode()


def test_what_was_asked_cannot_be_changed_on_the_way_nor_used_by_another(boss, manager, marketing, firms, as_viewer):
    firms(6)
    page = exported(as_viewer(manager))
    assert ask(as_viewer(marketing), page).status_code == 403
    as_viewer(manager).post("/approvals/export/", {"sealed": "x" * 40, "reason": "月度对账"})
    assert not Approval.objects.exists()


def test_a_kind_is_held_back_like_a_list(boss, manager, firms, as_viewer):
    firms(6)
    browser = as_viewer(manager)
    page = browser.post("/imports/export/", {"kind": "customers", "form": "csv", "filter": ""})
    assert "要先审批" in page.content.decode()
    ask(browser, page)
    approvals.approve(Approval.objects.get().pk, actor=boss)
    assert exports.make(None, Approval.objects.get().pk)["rows"] == 6


def test_only_a_list_is_made_from_a_name():
    with pytest.raises(Exception, match="没有"):
        exports.list_of("guike.platform.clock:today")


def test_above_the_line_of_alert_the_administrators_hear_of_it_once(boss, manager, administrator, firms, as_viewer, settings):
    settings.EXPORT_ALERT_ROWS = 1
    firms(2)
    for _again in range(2):
        exported(as_viewer(manager))
    found = Notice.objects.filter(kind="export.large")
    assert [one.title for one in found] == ["王立 24 小时内导出 2 行"]


# --- slices at the same moment ----------------------------------------------------------------------------------------------


def _slices(manager, tmp_path):
    def one(n):
        with (tmp_path / f"{n}.csv").open("wb") as target:
            export_table("客户", [Heading("名称")], [["甲"], ["乙"]], "csv", target, actor=manager, object="customer")

    return [lambda n=n: one(n) for n in range(6)]


def test_slices_at_once_do_not_slip_through(transactional_db, boss, manager, tmp_path):
    assert at_once(_slices(manager, tmp_path)) == 2
    assert limits.recent(manager) == 4


def test_without_the_lock_they_do(transactional_db, boss, manager, tmp_path, monkeypatch):
    meeting = threading.Barrier(6)

    def check(actor, rows):
        before = limits.recent(actor)
        meeting.wait(timeout=20)
        if words := exports.over(actor, rows, before + rows):
            raise limits.NeedsApproval(words, rows, before)

    monkeypatch.setattr(limits, "check", check)
    assert at_once(_slices(manager, tmp_path)) > 2
    connection.close()


# --- read by a key, page by page --------------------------------------------------------------------------------------------


def test_what_a_key_reads_counts_with_the_files_of_its_owner(boss, manager, firms, as_viewer):
    firms(3)
    erp = Caller(manager)
    assert len(erp.get("/customers").json()["data"]) == 3
    refused = erp.get("/customers?limit=3")
    assert (refused.status_code, refused.json()["code"], refused.json()["recent"]) == (403, "rows", 3)
    assert "24 小时内合计 6 行：超过 5 行，要先审批（《客户管理制度》第六条）。整批数据从列表导出并申请审批" in refused.json()["detail"]
    assert "data" not in refused.json()
    assert "要先审批" in exported(as_viewer(manager)).content.decode()
    assert Caller(manager).get("/customers?limit=3").status_code == 403  # another key of the same person
    assert erp.get("/customers?limit=2").status_code == 200
    assert limits.recent(manager) == 5


def test_one_record_after_the_other_is_slicing_too(boss, manager, firms):
    firms(6)
    erp = Caller(manager)
    answers = [erp.get(f"/customers/{pk}").status_code for pk in Customer.objects.order_by("pk").values_list("pk", flat=True)]
    assert answers == [200] * 5 + [403]


def test_what_a_program_writes_itself_and_looks_for_in_vain_counts_nothing(boss, manager):
    erp = Caller(manager)
    made = erp.post("/customers", {"name": "温州瓯泰阀门有限公司", "phone": "13800138000"}).json()
    erp.patch(f"/customers/{made['id']}", {"note": "来自 ERP", "version": made["version"]})
    erp.get("/customers?q=查无此人")
    erp.get(f"/customers/{made['id'] + 1}")
    assert limits.recent(manager) == 0


def test_an_assistants_finds_count(boss, manager, firms):
    firms(6)
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "search_customers", "arguments": {"text": "温州"}}}
    caller = Caller(manager)
    answer = caller.client.post(
        "/mcp", json.dumps(call), content_type="application/json", headers={"Authorization": f"Bearer {caller.text}", "Accept": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "rows") and "温州第" not in answer.content.decode()


def test_a_freed_key_reads_on_and_what_it_read_is_written_down(boss, manager, firms, as_viewer):
    firms(6)
    sync = Caller(manager, unmetered=True)
    assert [sync.get("/customers").status_code for _again in range(2)] == [200, 200]
    assert limits.recent(manager) == 0
    with time_machine.travel(clock.now() + timedelta(hours=1, minutes=1)):
        taking.write_down()
        taking.write_down()
    record = ExportRecord.objects.get()
    assert (record.title, record.rows, record.who, record.approved) == ("接口密钥「ERP」读取", 12, "王立", taking.FREED)
    assert AccessLog.objects.get(action="export").detail == {"title": "接口密钥「ERP」读取", "rows": 12}
    assert limits.recent(manager) == 0


def test_what_was_read_counts_once_before_and_after_it_is_written_down(boss, manager, firms):
    firms(2)
    erp = Caller(manager)
    erp.get("/customers")
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        erp.get("/customers")  # the next call writes down what the one before read
        assert [one.rows for one in ExportRecord.objects.all()] == [2]
        assert limits.recent(manager) == 4
    with time_machine.travel(clock.now() + timedelta(hours=27)):
        assert limits.recent(manager) == 0


def test_two_keys_at_once_do_not_slip_through(transactional_db, boss, manager, firms):
    firms(3)
    callers = [Caller(manager) for _key in range(4)]

    def read(caller):
        if caller.get("/customers").status_code != 200:
            raise Refused("read too much")

    assert at_once([lambda caller=caller: read(caller) for caller in callers]) == 1
    assert limits.recent(manager) == 3


def test_only_who_manages_keys_frees_one(administrator, manager):
    with pytest.raises(Refused, match="由管理员来设"):
        keys.make_key("ERP", ["customers:read"], actor=manager, unmetered=True)
    key, _text = keys.make_key("ERP", ["customers:read"], actor=manager)
    with pytest.raises(Refused, match="由管理员来设"):
        keys.change_key(key.pk, "ERP", ["customers:read"], version=1, actor=manager, unmetered=True)
    assert "unmetered" not in KeyForm(viewer=manager).fields and "unmetered" in KeyForm(viewer=administrator).fields
    assert keys.change_key(key.pk, "ERP", ["customers:read"], version=1, actor=administrator, unmetered=True).unmetered
    assert keys.change_key(key.pk, "ERP 2", ["customers:read"], version=2, actor=manager).unmetered
