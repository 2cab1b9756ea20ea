"""A file is no way round the rights and caps of giving customers away and of moving their stage (CUS-05, CUS-06, CUS-12)."""

import csv
from datetime import date

import pytest

from guike.customers import services
from guike.customers.models import LifecycleMove
from guike.engine import services as engine
from guike.organisation.models import Person
from guike.platform import clock
from guike.platform.access import SYSTEM
from guike.platform.imports import services as imports

CAP = """
code: none-more
kind: quota
title: 每人客户数
clause: {title: 客户跟进管理办法, number: 第十五条}
per: [owner]
release: [marketing]
caps:
  - {label: 全部客户, cap: 0}
"""


@pytest.fixture
def bring(tmp_path):
    """The result of a customers' file that names this one customer, with the further columns."""

    def run(actor, customer, **columns):
        path = tmp_path / "客户.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([["客户编号", "客户名称", *columns], [customer.number, customer.name, *columns.values()]])
        return imports.import_file("customers", path, actor=actor, on_error="skip-rows")[1]

    return run


def said(result):
    return [(problem.column, problem.message) for problem in result.problems]


def test_who_works_on_a_customer_does_not_take_it_over_with_a_file(bring, customer, teammate, owner):
    services.share(customer.pk, teammate.person_id, "write", actor=SYSTEM)
    mine = Person.objects.get(pk=teammate.person_id).name
    holder = customer.owner
    result = bring(teammate, customer, 业务员=mine)
    assert said(result) == [("owner", f"没有转「{customer.name}」的权限，现负责人：{holder}")]
    customer.refresh_from_db()
    assert customer.owner_id == owner.person_id
    bring(teammate, customer, 城市="温州市")  # what a collaborator may do, it does
    customer.refresh_from_db()
    assert customer.city == "温州市"


def test_who_may_transfer_does_so_with_a_file(bring, customer, administrator, teammate):
    result = bring(administrator, customer, 业务员=Person.objects.get(pk=teammate.person_id).name)
    assert said(result) == []
    customer.refresh_from_db()
    assert (customer.owner_id, customer.owner_since) == (teammate.person_id, clock.today())


def test_nobody_who_left_gets_a_customer_by_file(bring, customer, administrator, teammate):
    Person.objects.filter(pk=teammate.person_id).update(active=False)
    number = Person.objects.get(pk=teammate.person_id).number
    assert said(bring(administrator, customer, 负责人工号=number)) == [("owner_number", "没有这个人，或已离职")]


def test_whoever_has_no_room_gets_nothing_by_file_unless_who_may_let_it_pass_brings_it(bring, customer, manager, marketing, teammate):
    engine.publish_text(CAP, effective=date(2020, 1, 1), actor=SYSTEM)
    name = Person.objects.get(pk=teammate.person_id).name
    [(column, message)] = said(bring(manager, customer, 业务员=name))
    assert (column, message.split("（")[0]) == ("owner", f"{name}的「全部客户」已有 0 家，再转入 1 家超过上限 0 家")
    customer.refresh_from_db()
    assert customer.owner_id != teammate.person_id
    assert said(bring(marketing, customer, 业务员=name)) == []
    customer.refresh_from_db()
    assert customer.owner_id == teammate.person_id


def test_a_stage_is_moved_by_who_may_move_it(bring, customer, clerk, administrator):
    assert said(bring(clerk, customer, 客户阶段="潜在")) == [("stage", f"没有改变「{customer.name}」阶段的权限")]
    assert said(bring(clerk, customer, 客户阶段="线索")) == []  # where it stands already
    assert said(bring(administrator, customer, 客户阶段="潜在")) == []
    move = LifecycleMove.objects.get(customer=customer, to_stage="prospect")
    assert (move.from_stage, move.why, move.moved_by_id) == ("lead", "导入客户资料", administrator.person_id)


def test_a_stage_that_cannot_be_reached_is_told(bring, customer, administrator):
    result = bring(administrator, customer, 客户阶段="沉睡")
    assert [str(note) for note in result.notes] == ["1 家的客户阶段没有改：现在的阶段不能直接到表里写的阶段，到客户页逐步改"]
    customer.refresh_from_db()
    assert customer.stage == "lead"
