"""What the pages of the trail say of what is kept: a table of cases, one a kind of value that its column alone does not tell (PLT-02)."""

from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import models

from guike.customers.models import Customer, CustomField
from guike.engine import services as policies
from guike.oversight.selectors import changes
from guike.platform import history, telling
from guike.platform.access import SYSTEM
from guike.platform.models import AccessLog


def row(**values):
    return SimpleNamespace(**values)


@pytest.mark.parametrize(
    ("column", "kept", "of", "told"),
    [
        ("engine.Policy.owner_function", "marketing", {}, "市场"),
        ("engine.Policy.pack", "channel", {}, "渠道通用"),
        ("engine.Regulation.owner_function", "service", {}, "客服"),
        ("engine.Obligation.escalation_days", [3, 7, 14], {}, "逾期第 3、7、14 天"),
        ("engine.Assessment.number", 98.5, {"metric": "payment.on_time_rate"}, "98.5%"),
        ("engine.Assessment.text", "high", {"metric": "market.importance"}, "高"),
        ("engine.Assessment.number", 3, {"metric": "gone.metric"}, "3"),
        ("engine.Proposal.confirmations", [{"as": "负责人", "name": "陈思远", "note": "属实"}], {}, "负责人，陈思远，属实"),
        ("customers.FileProposal.field", "invoice_title", {}, "发票抬头"),
        ("customers.FileProposal.value", "温州瓯泰阀门", {"field": "invoice_title"}, "温州瓯泰阀门"),
        ("customers.FileProposal.value", "C", {"field": "industry"}, "制造业"),
        ("customers.FileProposal.value", "dealer", {"field": "nature"}, "经销商"),
        ("customers.FileProposal.value", "13806664411", {"field": "phone"}, "138****4411"),
        ("customers.ProfileRule.nature", "end_user", {}, "终端用户"),
        ("customers.ProfileRule.fields", ["uscc", "contact"], {}, "统一社会信用代码、联系人"),
        ("customers.PoolException.overrides", [4, 9], {}, "2 项"),
        ("organisation.OwnRole.base", "salesperson", {}, "业务员"),
        ("organisation.RoleRight.object", "sales_order", {}, "订单"),
        ("organisation.RoleRight.name", "export", {"role": "clerk", "object": "customer", "part": "action", "name": "export"}, "导出"),
        ("organisation.CompanyProfile.wizard_step", "packs", {}, "制度包"),
        ("notifications.Robot.kinds", ["gone"], {}, "gone"),
        ("webhooks.Webhook.kinds", ["customer.changed"], {}, "客户修改"),
        ("api.ApiKey.scopes", ["customers:read"], {}, "客户 · 读"),
    ],
)
def test_a_kept_value_is_told_in_words(db, column, kept, of, told):
    model, _dot, name = column.rpartition(".")
    assert history.shown(apps.get_model(model)._meta.get_field(name), kept, None, row(**of)) == told


def test_no_column_of_json_is_told_as_json():
    """Whoever adds one says how it reads, or that it follows from another."""
    untold = [
        f"{event.pgh_tracked_model._meta.label}.{field.name}"
        for event in changes.kept_models()
        for field in event.pgh_tracked_model._meta.concrete_fields
        if isinstance(field, models.JSONField) and hasattr(event, field.attname)
        if telling.teller(event.pgh_tracked_model._meta.label, field.name) is None
    ]
    assert untold == ["oversight.PersonalRequest.plan"]  # its page tells the plan, and hides the column


def told_of(model, before, after):
    """The changes between two versions of one row as a page would list them."""

    def version(values):
        return row(**{field.attname: None for field in model._meta.concrete_fields} | values)

    return history._differences(model, version(before), version(after), frozenset(), None)


def test_the_companys_own_fields_are_told_one_by_one_by_their_labels(db):
    CustomField.objects.create(code="pay", label="付款方式", kind="text")
    CustomField.objects.create(code="vip", label="重点", kind="flag")
    found = told_of(Customer, {"custom": {"pay": "月结", "vip": False, "old": "x"}}, {"custom": {"pay": "现款", "vip": True, "old": "x"}})
    assert [(one.label, one.before, one.after) for one in found] == [("付款方式", "月结", "现款"), ("重点", "否", "是")]


@pytest.mark.parametrize(
    ("before", "after", "lines", "words"),
    [
        ("", "甲\n乙", (("+", "甲"), ("+", "乙")), "共 2 行"),
        ("甲\n乙\n丙", "甲\n乙二\n丙", (("-", "乙"), ("+", "乙二")), "去掉 1 行，加上 1 行"),
        ("甲\n乙\n丙\n丁", "甲二\n乙\n丙\n丁\n戊", (("-", "甲"), ("+", "甲二"), ("", "…"), ("+", "戊")), "去掉 1 行，加上 2 行"),
    ],
)
def test_of_a_document_only_the_lines_that_differ_are_told(before, after, lines, words):
    found = telling.Document().differing(before, after)
    assert found == lines
    assert telling.Document().counted(found, whole=not before) == words


def test_a_clause_is_told_by_its_sentences():
    clause = telling.Document(by_sentence=True)
    found = clause.differing("78 分以上为 A 级。权重依次为三成五、一成。 没有的按中等。", "76 分以上为 A 级。权重依次为三成五、一成。没有的按中等。")
    assert found == (("-", "78 分以上为 A 级。"), ("+", "76 分以上为 A 级。"))
    assert clause.counted(found, whole=False) == "去掉 1 句，加上 1 句"


@pytest.fixture
def boss(client, company):
    client.force_login(company.account(company.boss, "boss", ("administrator",)))
    return client


def test_a_change_of_a_policy_shows_its_lines_and_leads_to_it(boss, company):
    policies.install_pack("channel", actor=SYSTEM)
    text = apps.get_model("engine", "PolicyVersion").objects.get(policy__code="customer-quota").yaml
    policies.save_draft(text, actor=SYSTEM)
    draft = policies.save_draft(text.replace("cap: 200", "cap: 180"), actor=SYSTEM)
    kept = history.event_model(type(draft)).objects.filter(pgh_obj_id=draft.pk).order_by("pgh_id").last()
    page = boss.get(f"/audit/changes/{kept.pgh_context_id}/").content.decode()
    assert "去掉 1 行，加上 1 行" in page
    assert page.count("cap: 200") == 1 and page.count("cap: 180") == 1
    assert "&#x27;" not in page and "{&#" not in page  # nothing printed as Python has it
    assert '<a href="/policies/customer-quota/">每人客户数上限</a>' in page


def test_a_look_at_any_kind_of_record_names_it_and_leads_to_it(boss, company):
    policies.install_pack("channel", actor=SYSTEM)
    from guike.platform import audit

    policy = apps.get_model("engine", "Policy").objects.get(code="customer-quota")
    for code, pk in (("policy", policy.pk), ("person", company.seller.pk), ("department", company.south.pk), ("gone_kind", 98765)):
        audit.note(SYSTEM, "view", code, pk)
    page = boss.get("/audit/").content.decode()
    table = page.partition("<tbody")[2].partition("</tbody>")[0]
    assert "每人客户数上限" in table and company.seller.name in table and company.south.name in table
    assert f"#{policy.pk}<" not in table and "#98765" in table
    assert 'href="/policies/customer-quota/"' in table


def test_looks_at_many_records_of_a_kind_cost_one_question(boss, company, django_assert_num_queries):
    """A record that calls itself by what it points to does not ask once a line."""
    from guike.oversight.selectors import records_of
    from guike.platform import audit

    for number in range(4):
        customer = Customer.objects.create(number=f"K{number}", name=f"{number} 号", owner=company.seller, department=company.south)
        proposal = apps.get_model("customers", "FileProposal").objects.create(
            customer=customer, field="invoice_title", value="甲", before="", proposed_by=company.seller
        )
        audit.note(SYSTEM, "view", "file_proposal", proposal.pk)
    viewer = viewer_of(company)
    rows = list(AccessLog.objects.filter(object="file_proposal"))
    with django_assert_num_queries(1):
        assert {str(one) for one in records_of(viewer, rows).values()} == {f"{number} 号 发票抬头" for number in range(4)}


def viewer_of(company):
    from guike.organisation.selectors import viewer_of_login

    return viewer_of_login("boss")
