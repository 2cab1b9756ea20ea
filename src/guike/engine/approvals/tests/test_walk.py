"""A request on its way: sequence, parallel, joint sign, return, reject, withdraw, delegate, added signers, deputies, leavers (PLT-05)."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from guike.engine.approvals import selectors, services
from guike.engine.approvals.tests.conftest import ONE, publish, request
from guike.engine.models import Approval, ApprovalAct, ApprovalSigner, ApprovalStep, Obligation
from guike.engine.obligations import services as obligations
from guike.organisation.events import DeputyNamed, PersonLeft
from guike.organisation.models import Person, Post
from guike.platform.access import SYSTEM
from guike.platform.errors import Forbidden, Refused

TWO = """
  - code: two
    label: 两级
    steps:
      - {who: superior, level: 1}
      - {who: superior, level: 2}
"""
PARALLEL = """
  - code: both
    label: 上级和市场部同时
    steps:
      - {who: superior, level: 1}
      - {who: role, role: marketing, together: true}
      - {who: role, role: executive}
"""
JOINT = """
  - code: joint
    label: 市场部会签
    steps:
      - {who: role, role: marketing, sign: all}
"""
ANY = JOINT.replace("sign: all", "sign: any")


def waiting(approval) -> set[str]:
    found = ApprovalSigner.objects.filter(approval=approval, state="waiting", step__state="open")
    return set(found.values_list("person__name", flat=True))


def duties(approval, state="open") -> set[str]:
    return set(Obligation.objects.filter(subject_kind="approval", subject_id=approval.pk, state=state).values_list("assignee__name", flat=True))


def fresh(approval) -> Approval:
    return Approval.objects.get(pk=approval.pk)


def test_without_a_policy_nothing_is_governed(company):
    assert selectors.governed("pool_exception") is False
    with pytest.raises(Refused, match="还没有规定「公海例外」由谁批"):
        services.submit(request(), actor=company.viewer("陈思远"))
    assert not Approval.objects.exists()


def test_the_superior_signs_and_the_domain_is_called_back(asked, company, calls):
    approval = asked()
    assert waiting(approval) == {"林晓燕"} == duties(approval)
    assert (approval.state, approval.due_on, approval.number) == ("pending", date(2026, 11, 26), "SP-2026-000001")
    services.approve(approval.pk, actor=company.viewer("林晓燕"), comment="情况属实")
    assert fresh(approval).state == "approved"
    assert calls.made == [("approved", approval.pk)]
    assert duties(approval, "fulfilled") == {"林晓燕"}


def test_steps_follow_one_another(asked, company, calls):
    approval = asked(routes=TWO)
    services.approve(approval.pk, actor=company.viewer("林晓燕"))
    assert waiting(approval) == {"王立群"}
    assert calls.made == []
    with pytest.raises(Forbidden, match="你已经签过"):
        services.approve(approval.pk, actor=company.viewer("林晓燕"))
    services.approve(approval.pk, actor=company.viewer("王立群"))
    assert fresh(approval).state == "approved"


def test_parallel_steps_are_asked_at_once_and_both_count(asked, company):
    approval = asked(routes=PARALLEL)
    assert waiting(approval) == {"林晓燕", "孙敏", "周洁"}
    services.approve(approval.pk, actor=company.viewer("孙敏"))
    assert waiting(approval) == {"林晓燕"}
    assert duties(approval, "withdrawn") == {"周洁"}
    services.approve(approval.pk, actor=company.viewer("林晓燕"))
    assert waiting(approval) == {"沈国衡"}


def test_a_joint_sign_needs_everybody(asked, company):
    approval = asked(routes=JOINT)
    services.approve(approval.pk, actor=company.viewer("孙敏"))
    assert (waiting(approval), fresh(approval).state) == ({"周洁"}, "pending")
    services.approve(approval.pk, actor=company.viewer("周洁"))
    assert fresh(approval).state == "approved"


def test_who_is_not_asked_does_not_sign(asked, company):
    approval = asked()
    from django.http import Http404

    with pytest.raises(Http404):
        services.approve(approval.pk, actor=company.viewer("高慧"))
    with pytest.raises(Forbidden, match="不能自己批"):
        services.approve(approval.pk, actor=company.viewer("陈思远"))
    assert waiting(approval) == {"林晓燕"}
    assert list(approval.acts.values_list("verb", flat=True)) == ["submit"]


def test_the_applicant_is_replaced_by_the_next_superior(asked, company):
    approval = asked("孙敏", ANY)
    assert waiting(approval) == {"周洁"}
    other = services.submit(request(subject_id=8), actor=company.viewer("周洁"))
    assert waiting(other) == {"孙敏"}


def test_an_own_signature_goes_to_the_superior(asked):
    post = """
  - code: a
    label: 片区经理批
    steps:
      - {who: post, post: 片区经理}
"""
    assert waiting(asked("林晓燕", post)) == {"王立群"}


def test_a_step_that_nobody_could_sign_is_refused(asked):
    with pytest.raises(Refused, match="第 1 步「仓库主管」现在没有人能批"):
        asked("沈国衡", ONE.replace("who: superior, level: 1,", "who: post, post: 仓库主管,"))
    assert not Approval.objects.exists()


def test_returned_needs_words_and_goes_round_again(asked, company, calls):
    approval = asked(routes=TWO)
    with pytest.raises(Refused, match="写一句原因"):
        services.send_back(approval.pk, actor=company.viewer("林晓燕"), comment=" ")
    services.send_back(approval.pk, actor=company.viewer("林晓燕"), comment="期限太长")
    found = fresh(approval)
    assert (found.state, found.closed_reason, calls.made) == ("returned", "期限太长", [])
    assert duties(approval) == {"陈思远"}
    services.resubmit(approval.pk, actor=company.viewer("陈思远"), reason="只要十天", given={"request.days": 10})
    found = fresh(approval)
    assert (found.state, found.round, found.facts["request.days"], found.reason) == ("pending", 2, 10, "只要十天")
    assert waiting(approval) == {"林晓燕"} == duties(approval)
    assert list(found.acts.values_list("verb", flat=True)) == ["submit", "return", "resubmit"]


def test_rejected_ends_it_and_tells_the_domain(asked, company, calls):
    approval = asked(routes=PARALLEL)
    services.reject(approval.pk, actor=company.viewer("孙敏"), comment="不符合条件")
    assert (fresh(approval).state, calls.made, waiting(approval)) == ("rejected", [("rejected", approval.pk)], set())
    assert duties(approval) == set()
    with pytest.raises(Refused, match="SP-2026-000001 不同意，不用再签"):
        services.approve(approval.pk, actor=company.viewer("林晓燕"))


def test_only_the_applicant_withdraws(asked, company, calls):
    approval = asked()
    with pytest.raises(Forbidden, match="只有申请人"):
        services.withdraw(approval.pk, actor=company.viewer("林晓燕"))
    services.withdraw(approval.pk, actor=company.viewer("陈思远"), reason="不需要了")
    assert (fresh(approval).state, calls.made) == ("withdrawn", [("dropped", approval.pk)])
    assert duties(approval, "withdrawn") == {"林晓燕"}


def test_what_the_domain_refuses_is_not_signed(asked, company, calls):
    approval = asked()
    calls.refuse = Refused("客户已经释放")
    with pytest.raises(Refused, match="客户已经释放"):
        services.approve(approval.pk, actor=company.viewer("林晓燕"))
    assert (fresh(approval).state, waiting(approval)) == ("pending", {"林晓燕"})
    assert not ApprovalAct.objects.filter(verb="approve").exists()


def test_delegated_to_somebody_else(asked, company):
    approval = asked()
    with pytest.raises(Refused, match="申请人自己"):
        services.delegate(approval.pk, company["陈思远"], actor=company.viewer("林晓燕"))
    services.delegate(approval.pk, company["高慧"], actor=company.viewer("林晓燕"), comment="归你管")
    assert waiting(approval) == {"高慧"} == duties(approval)
    with pytest.raises(Forbidden):
        services.approve(approval.pk, actor=company.viewer("林晓燕"))
    services.approve(approval.pk, actor=company.viewer("高慧"))
    assert fresh(approval).state == "approved"


def test_a_signer_added_before_signs_first(asked, company):
    approval = asked(routes=TWO)
    services.add_signer(approval.pk, company["高慧"], place="before", actor=company.viewer("林晓燕"))
    assert waiting(approval) == {"高慧"} == duties(approval)
    services.approve(approval.pk, actor=company.viewer("高慧"))
    assert waiting(approval) == {"林晓燕"}
    services.approve(approval.pk, actor=company.viewer("林晓燕"))
    assert waiting(approval) == {"王立群"}


def test_a_signer_added_after_signs_next(asked, company):
    approval = asked(routes=TWO)
    services.add_signer(approval.pk, company["高慧"], place="after", actor=company.viewer("林晓燕"))
    assert waiting(approval) == {"林晓燕"}
    services.approve(approval.pk, actor=company.viewer("林晓燕"))
    assert waiting(approval) == {"高慧"}
    services.approve(approval.pk, actor=company.viewer("高慧"))
    assert waiting(approval) == {"王立群"}


def test_added_before_one_of_two_parallel_steps_does_not_stop_the_other(asked, company):
    approval = asked(routes=PARALLEL)
    services.add_signer(approval.pk, company["高慧"], place="before", actor=company.viewer("林晓燕"))
    assert waiting(approval) == {"高慧", "孙敏", "周洁"}
    services.approve(approval.pk, actor=company.viewer("高慧"))
    assert waiting(approval) == {"林晓燕", "孙敏", "周洁"}


def test_the_deputy_signs_for_the_absent(asked, company, absent):
    absent("林晓燕", "王立群")
    approval = asked()
    assert waiting(approval) == {"林晓燕", "王立群"}
    assert duties(approval) == {"王立群"}
    services.approve(approval.pk, actor=company.viewer("王立群"))
    act = approval.acts.get(verb="approve")
    assert (act.person.name, act.seat.name, fresh(approval).state) == ("王立群", "林晓燕", "approved")


def test_an_applicant_is_nobodys_deputy_on_the_own_request(asked, absent):
    absent("林晓燕", "陈思远")
    assert waiting(asked()) == {"林晓燕"}


def test_a_deputy_named_later_is_asked_once(asked, company, absent):
    approval = asked()
    absent("林晓燕", "王立群")
    services.deputy_named(DeputyNamed(company["林晓燕"], company["王立群"], date(2026, 11, 23), date(2026, 11, 30)))
    services.seat_deputies(actor=SYSTEM)
    assert waiting(approval) == {"林晓燕", "王立群"}
    assert approval.acts.filter(verb="deputy").count() == 1


def test_who_left_is_replaced_by_the_posts_successor(asked, company):
    post = ONE.replace("who: superior, level: 1,", "who: post, post: 片区经理,")
    approval = asked(routes=post)
    Post.objects.filter(person=company["林晓燕"]).update(ends_on=date(2026, 11, 23))
    Person.objects.filter(pk=company["林晓燕"]).update(active=False)
    Post.objects.create(person=company.people["黄可"], department=company.departments["浙南片区"], role="sales_manager", title="片区经理", is_primary=False)
    services.person_left(PersonLeft(company["林晓燕"], date(2026, 11, 23)))
    assert waiting(approval) == {"黄可"} == duties(approval)


def test_who_left_without_a_successor_is_replaced_by_the_superior(asked, company):
    approval = asked(routes=ONE.replace("who: superior, level: 1,", "who: person, person: P003,"))
    Person.objects.filter(pk=company["林晓燕"]).update(active=False)
    services.person_left(PersonLeft(company["林晓燕"], date(2026, 11, 24)))
    assert waiting(approval) == {"王立群"}
    assert approval.acts.get(verb="replace").to.name == "王立群"


def test_a_reminder_once_a_day(asked, company, today):
    approval = asked()
    services.remind(approval.pk, actor=company.viewer("陈思远"))
    with pytest.raises(Refused, match="今天已经催过"):
        services.remind(approval.pk, actor=company.viewer("陈思远"))
    today(date(2026, 11, 25))
    services.remind(approval.pk, actor=company.viewer("陈思远"))


def test_the_policy_reminds_before_the_end_once(asked, today):
    approval = asked()
    assert services.remind_due(actor=SYSTEM) == 0
    today(date(2026, 11, 25))
    assert (services.remind_due(actor=SYSTEM), services.remind_due(actor=SYSTEM)) == (1, 0)
    assert approval.acts.filter(verb="notice").count() == 1


def test_a_late_signature_goes_up_the_chain(asked, today):
    from guike.engine.obligations.escalation import escalate

    approval = asked()
    today(date(2026, 11, 28))
    escalate(actor=SYSTEM)
    duty = Obligation.objects.get(subject_kind="approval", subject_id=approval.pk)
    assert (duty.escalation_level, duty.escalated_to.name) == (1, "王立群")


def test_a_signature_is_not_done_by_word(asked, company):
    approval = asked()
    duty = Obligation.objects.get(subject_kind="approval", subject_id=approval.pk)
    with pytest.raises(Refused, match="自己的页面上办"):
        obligations.fulfil(duty.pk, actor=company.viewer("林晓燕"))


def test_no_steps_means_approved_at_once(asked, calls):
    approval = asked(routes="\n  - {code: free, label: 不用批, steps: []}\n")
    assert (approval.state, calls.made) == ("approved", [("approved", approval.pk)])


# --- guards of the database -------------------------------------------------------------------------------------------------


def broken(statement: str, *values) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except Exception as error:
        return "cannot" in str(error) or isinstance(error, IntegrityError) or "Cannot" in str(error)
    return False


def test_acts_are_never_changed_or_deleted(asked):
    approval = asked()
    assert broken("UPDATE engine_approvalact SET comment = 'x' WHERE approval_id = %s", approval.pk)
    assert broken("DELETE FROM engine_approvalact WHERE approval_id = %s", approval.pk)


def test_states_go_only_where_the_rules_let_them(asked, company):
    approval = asked()
    services.reject(approval.pk, actor=company.viewer("林晓燕"), comment="不行")
    assert broken("UPDATE engine_approval SET state = 'approved' WHERE id = %s", approval.pk)
    assert broken("UPDATE engine_approvalstep SET state = 'passed' WHERE approval_id = %s", approval.pk)
    assert broken("UPDATE engine_approval SET requested_by_id = %s WHERE id = %s", company["黄可"], approval.pk)
    assert broken("UPDATE engine_approvalstep SET words = 'x' WHERE approval_id = %s", approval.pk)
    assert broken("DELETE FROM engine_approval WHERE id = %s", approval.pk)


def test_two_decisions_where_one_suffices_break_on_the_constraint(asked, company):
    approval = asked(routes=ANY)
    step = ApprovalStep.objects.get(approval=approval)
    services.approve(approval.pk, actor=company.viewer("孙敏"))
    insert = (
        "INSERT INTO engine_approvalact (approval_id, step_id, verb, person_id, seat_id, comment, alone, detail, at)"
        " VALUES (%s, %s, 'approve', %s, %s, '', %s, '{}', now())"
    )
    assert broken(insert, approval.pk, step.pk, company["周洁"], company["周洁"], True)
    assert broken(insert, approval.pk, step.pk, company["孙敏"], company["孙敏"], False)
    assert not broken(insert, approval.pk, step.pk, company["周洁"], company["周洁"], False), "the guard is the constraint, not luck"


def test_a_comment_decides_nothing(asked, company):
    approval = asked()
    services.comment(approval.pk, actor=company.viewer("陈思远"), text="客户下周来")
    assert waiting(approval) == {"林晓燕"}


def test_the_card_says_why_who_and_what(asked, company, django_assert_max_num_queries):
    approval = asked(routes=TWO)
    services.approve(approval.pk, actor=company.viewer("林晓燕"), comment="情况属实")
    with django_assert_max_num_queries(14):
        card = selectors.card(company.viewer("王立群"), approval.pk)
    assert [(step.state, [one.name for one in step.signatures]) for step in card.steps] == [("passed", ["林晓燕"]), ("open", ["王立群"])]
    assert (card.may_sign, card.may_withdraw) == (True, False)
    assert [(line.who, line.what, line.comment) for line in card.trace] == [("林晓燕", "同意", "情况属实"), ("陈思远", "提交", "正在报价")]
    assert approval.route["reason"] == "不符合前面各行"
    assert approval.clause == "《客户跟进管理办法》第二十二条"


def test_the_row_that_holds_decides_the_route(company, calls):
    publish("""
  - code: long
    label: 超过 30 天
    when: {field: request.days, op: gt, value: 30}
    steps:
      - {who: superior, level: 2}
  - code: short
    label: 其余
    steps:
      - {who: superior, level: 1}
""")
    long = services.submit(request(days=31), actor=company.viewer("陈思远"))
    short = services.submit(request(days=30, subject_id=8), actor=company.viewer("陈思远"))
    assert (waiting(long), waiting(short)) == ({"王立群"}, {"林晓燕"})
    assert (long.route["label"], long.route["reason"], long.route["values"]) == ("超过 30 天", "申请天数 > 30 天", [["申请天数", "31 天"]])
