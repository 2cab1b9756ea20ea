"""The inbox and the card as people use them: one tap, the next one, many at once, nothing for strangers (PLT-05)."""

import pytest
from django.test import Client
from django.urls import reverse

from guike.engine.approvals import services
from guike.engine.approvals.tests.conftest import ONE, publish, request
from guike.engine.models import Approval, ApprovalSigner
from guike.organisation.models import Account

BACKEND = "guike.organisation.backend.AccountBackend"


@pytest.fixture
def browser(company):
    """`browser("林晓燕")`: a client logged in as that person."""

    def do(name: str) -> Client:
        account, _made = Account.objects.get_or_create(
            person=company.people[name], defaults={"login": f"u{company[name]}", "password": "!", "must_change_password": False}
        )
        client = Client()
        client.force_login(account, backend=BACKEND)
        return client

    return do


@pytest.fixture
def three(company, calls):
    publish(ONE)
    return [
        services.submit(request(subject_id=n, title=f"保护客户{n} 号 20 天"), actor=company.viewer("陈思远")) for n in (1, 2, 3)
    ]


def address(approval, name="card") -> str:
    return reverse(f"approvals:{name}", args=[approval.pk])


def state(approval) -> str:
    return Approval.objects.values_list("state", flat=True).get(pk=approval.pk)


def test_the_inbox_shows_what_waits_for_me_and_what_i_sent(three, browser):
    mine = browser("林晓燕").get("/approvals/").content.decode()
    assert [f"保护客户{n} 号" in mine for n in (1, 2, 3)] == [True, True, True]
    assert "保护客户1 号" not in browser("陈思远").get("/approvals/").content.decode()
    assert "保护客户1 号" in browser("陈思远").get("/approvals/?view=sent").content.decode()
    assert "保护客户1 号" not in browser("黄可").get("/approvals/?view=all").content.decode()


def test_the_list_costs_the_same_for_one_and_for_three(three, browser, django_assert_max_num_queries):
    client = browser("林晓燕")
    client.get("/approvals/")
    with django_assert_max_num_queries(9):
        client.get("/approvals/")


def test_one_tap_signs_and_the_next_one_follows(three, browser, calls):
    client = browser("林晓燕")
    answer = client.post(address(three[0], "sign"), {"do": "approve", "comment": ""})
    assert (answer.status_code, answer["Location"]) == (302, address(three[1]))
    assert (state(three[0]), calls.made) == ("approved", [("approved", three[0].pk)])
    page = client.get(address(three[1])).content.decode()
    assert "已同意，还有 2 件" in page
    client.post(address(three[1], "sign"), {"do": "approve"})
    answer = client.post(address(three[2], "sign"), {"do": "approve"})
    assert answer["Location"] == address(three[2]), "after the last one the card stays"


def test_returning_without_words_is_told_and_changes_nothing(three, browser):
    answer = browser("林晓燕").post(address(three[0], "sign"), {"do": "return", "comment": " "})
    assert answer.status_code == 422
    assert "写一句原因，申请人才知道怎么改" in answer.content.decode()
    assert state(three[0]) == "pending"


def test_an_unknown_button_does_nothing(three, browser):
    browser("林晓燕").post(address(three[0], "sign"), {"do": "burn"})
    assert state(three[0]) == "pending"


@pytest.mark.parametrize("name", ["card", "why", "sign", "delegate", "add_signer", "withdraw", "resubmit", "remind", "comment"])
def test_a_stranger_finds_nothing(three, browser, name):
    client = browser("黄可")
    if name not in ("sign", "remind", "comment"):
        assert client.get(address(three[0], name)).status_code == 404
    assert client.post(address(three[0], name), {"do": "approve", "comment": "x"}).status_code == 404
    assert (state(three[0]), three[0].acts.count()) == ("pending", 1)


def test_the_applicant_sees_the_way_and_takes_back(three, browser):
    client = browser("陈思远")
    page = client.get(address(three[0])).content.decode()
    assert "催办" in page
    assert 'value="approve"' not in page
    client.post(address(three[0], "withdraw"), {"reason": "不需要了"})
    assert state(three[0]) == "withdrawn"


def test_returned_corrected_and_sent_again(three, browser, company):
    browser("林晓燕").post(address(three[0], "sign"), {"do": "return", "comment": "期限太长"})
    client = browser("陈思远")
    assert "退回修改：期限太长" in client.get(address(three[0])).content.decode()
    client.post(address(three[0], "resubmit"), {"reason": "只要十天", "comment": "缩短了期限"})
    assert (state(three[0]), Approval.objects.get(pk=three[0].pk).round) == ("pending", 2)


def test_delegating_from_the_sheet(three, browser, company):
    client = browser("林晓燕")
    assert client.get(address(three[0], "delegate")).status_code == 200
    client.post(address(three[0], "delegate"), {"person": company["高慧"], "comment": ""})
    assert ApprovalSigner.objects.get(approval=three[0], state="waiting").person.name == "高慧"
    answer = client.post(address(three[1], "delegate"), {"person": company["陈思远"]})
    assert answer.status_code == 422
    assert "申请人自己" in answer.content.decode()


def test_many_at_once_each_with_its_own_result(three, browser, company):
    services.withdraw(three[1].pk, actor=company.viewer("陈思远"))
    client = browser("林晓燕")
    keys = [one.pk for one in three]
    answer = client.post("/approvals/?view=all", {"do": "approve", "pk": keys, "confirmed": "1", "comment": "按制度办"})
    page = answer.content.decode()
    assert [state(one) for one in three] == ["approved", "withdrawn", "approved"]
    assert "已撤回，不用再签" in page


def test_why_this_route_names_row_clause_version_and_people(three, browser):
    page = browser("林晓燕").get(address(three[0], "why")).content.decode()
    for words in ("符合第 1 条路径「上级批」", "《客户跟进管理办法》第二十二条", "第 1 版", "直接上级", "林晓燕"):
        assert words in page


def test_a_copy_is_seen_but_not_signed(company, calls, browser):
    publish(ONE.replace("escalate_after: [1, 3]", "escalate_after: [1, 3], copy: [finance]"))
    approval = services.submit(request(), actor=company.viewer("陈思远"))
    client = browser("高慧")
    page = client.get(address(approval)).content.decode()
    assert "抄送" in page
    assert 'value="approve"' not in page
    assert ApprovalSigner.objects.get(approval=approval, person=company["高慧"]).seen_at is not None
    assert client.post(address(approval, "sign"), {"do": "approve"}).status_code == 422
    assert state(approval) == "pending"


def test_what_somebody_types_is_shown_as_text(company, calls, browser):
    publish(ONE)
    approval = services.submit(request(title="<script>alert(1)</script>", reason="<b>x</b>"), actor=company.viewer("陈思远"))
    page = browser("林晓燕").get(address(approval)).content.decode()
    assert "<script>alert(1)" not in page
    assert "<b>x</b>" not in page
