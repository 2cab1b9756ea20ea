"""《客户跟踪记录表》: the period's contacts in order, voided ones left out, 200 of them over pages (PLT-04)."""

from datetime import timedelta

import pytest

from guike.contact import prints
from guike.contact.models import FollowUp
from guike.contact.tests.conftest import TODAY
from guike.platform import clock
from guike.platform.errors import Refused
from guike.platform.models import AccessLog
from guike.platform.print.services import Imprint, form_values, pictures

SINCE = TODAY - timedelta(days=400)


@pytest.fixture
def logged(company, customer):
    """`logged(days ago, …)`: follow-ups of 陈思远."""

    def make(*days, **values):
        FollowUp.objects.bulk_create(
            FollowUp(
                customer=customer,
                person=company.chen,
                happened_on=TODAY - timedelta(days=ago),
                recorded_at=clock.now(),
                **{"method": "phone", "said": f"{ago} 天前谈账期", **values},
            )
            for ago in days
        )

    return make


def lines(viewer, customer, since=SINCE, until=TODAY):
    return prints.follow_up_record(viewer, customer.pk, since, until).blocks[1].rows


def test_the_periods_contacts_stand_oldest_first_without_voided_ones(chen, customer, logged):
    logged(3, 40, 100)
    logged(5, voided_at=clock.now(), voided_reason="记错客户")
    assert [row[3] for row in lines(chen, customer)] == ["100 天前谈账期", "40 天前谈账期", "3 天前谈账期"]
    assert [row[3] for row in lines(chen, customer, TODAY - timedelta(days=40), TODAY - timedelta(days=3))] == ["40 天前谈账期", "3 天前谈账期"]


def test_feedback_and_the_next_step_stand_beside(chen, customer, logged):
    logged(1, feedback="要 75 天", next_step="报总经理", next_on=TODAY)
    assert lines(chen, customer)[0][3:5] == ("1 天前谈账期\n客户反馈：要 75 天", f"报总经理\n{TODAY}")


def test_two_hundred_contacts_fill_pages(chen, customer, logged):
    logged(*range(1, 201), said="客户希望账期放宽到 75 天，价格随铜价调整，要求月底前答复。" * 2)
    sheet = prints.follow_up_record(chen, customer.pk, SINCE, TODAY)
    assert 8 <= len(pictures("form.typ", form_values([sheet], Imprint("申衡", chen)))) <= 20


def test_too_long_or_turned_round_periods_are_refused(chen, customer, logged):
    logged(*[1] * 501)
    with pytest.raises(Refused, match="这段期间有 501 次跟进，一张表最多 500 次"):
        lines(chen, customer)
    with pytest.raises(Refused, match="晚于结束"):
        lines(chen, customer, TODAY, SINCE)


def test_the_page_answers_a_pdf_and_logs_the_period(client, company, customer, logged):
    from guike.organisation.models import Account

    client.force_login(Account.objects.create(login="chen", person=company.chen, must_change_password=False))
    answer = client.get(f"/contact/print/{customer.pk}/?since=2026-01-01&until=2026-06-30")
    assert answer.content.startswith(b"%PDF-")
    assert AccessLog.objects.get(action="print").detail == {"title": "客户跟踪记录表", "since": "2026-01-01", "until": "2026-06-30"}
    assert client.get(f"/contact/print/{customer.pk}/?since=gestern").status_code == 409
    assert client.get("/contact/print/987654321/").status_code == 404
