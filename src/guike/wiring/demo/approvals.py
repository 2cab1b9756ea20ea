"""Requests for approval in every state: what a manager finds in the inbox, what was signed, returned, refused, taken back (PLT-05)."""

from datetime import date, timedelta
from typing import Any

from guike.engine import services as engine
from guike.engine.approvals import services as approvals
from guike.engine.selectors import standings
from guike.organisation.selectors import viewer_of_person
from guike.platform.access import SYSTEM, Viewer
from guike.wiring.demo.customers import Account

#: Applicant, outcome asked for, days, reason.
REQUESTS = (
    ("林晓燕", "A", 90, "新产线投产，三个月内订单翻倍，先按 A 级服务"),
    ("林晓燕", "B", 180, "停产检修到明年开春，订单顺延，暂不降级"),
    ("林晓燕", "A", 60, "战略协议在谈，谈定前按 A 级排拜访"),
    ("林晓燕", "B", 30, "发票还没开完，数据月底补齐"),
    ("王立群", "A", 365, "总部集采客户，分公司订单分散在各地"),
    ("王立群", "C", 45, "连续两单验货纠纷，先按 C 级收紧"),
    ("林晓燕", "A", 20, "客户高层下周来厂"),
    ("王立群", "B", 91, "换了采购负责人，重新建立关系"),
)


def make_requests(accounts: list[Account], staff: Any, today: date) -> int:
    """Eight overrides on their way; deterministic, no dice. Returns how many."""
    viewers = {name: viewer for name in ("林晓燕", "王立群", "孙敏", "顾明远", "沈国衡") if (viewer := _viewer(staff.people[name], name))}
    chosen = _customers(accounts, staff)
    made = []
    for (applicant, outcome, days, reason), customer in zip(REQUESTS, chosen, strict=False):
        until = today + timedelta(days=days - 1)
        asked = engine.override("customer-grade", customer, outcome, reason=reason, until=until, actor=viewers[applicant])
        made.append(asked.pk)
    if len(made) == len(REQUESTS):
        _walk(made, viewers)
    return len(made)


def _viewer(person_id: int, name: str) -> Viewer:
    """Somebody without a login signs in the demo too."""
    return viewer_of_person(person_id) or Viewer(None, person_id, name, name, frozenset({"executive"}))


def _customers(accounts: list[Account], staff: Any) -> list[int]:
    """Customers of 浙南 with a grade and no override, in their order."""
    south = {staff.people["陈思远"], staff.people["黄可"]}
    ids = [one.row.pk for one in accounts if one.row.owner_id in south][:200]
    held = standings(SYSTEM, "customer", ids)
    graded = [pk for pk in ids if any(one.is_primary and one.override_until is None for one in held.get(pk, []))]
    return graded[10 : 10 + len(REQUESTS)]


def _walk(made: list[int], viewers: dict[str, Viewer]) -> None:
    """Leave two untouched; sign, return, refuse and take back the others."""
    _first, second, third, fourth, fifth, sixth, seventh, eighth = made
    approvals.approve(second, actor=viewers["孙敏"], comment="停产通知已看到")
    approvals.send_back(third, actor=viewers["孙敏"], comment="期限太长，先报 30 天")
    approvals.reject(fourth, actor=viewers["王立群"], comment="数据补齐自然会升，不用调")
    approvals.approve(fifth, actor=viewers["孙敏"], comment="属实，集采合同编号已核对")
    approvals.approve(sixth, actor=viewers["孙敏"])
    approvals.approve(sixth, actor=viewers["顾明远"], comment="同意收紧，月底复查")
    approvals.withdraw(seventh, actor=viewers["林晓燕"], reason="客户改期，不需要了")
    approvals.add_signer(eighth, viewers["沈国衡"].person_id or 0, place="after", actor=viewers["孙敏"], comment="涉及关键客户，总经理看一下")
