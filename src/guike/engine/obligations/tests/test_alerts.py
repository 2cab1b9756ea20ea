"""Alerts: one open task per policy and subject, told to the superior at once, withdrawn when cleared, not reopened when done."""

from datetime import date, timedelta

import pytest

from guike.engine.models import Obligation, Standing
from guike.engine.obligations import services
from guike.engine.obligations.alerts import AlertTask, refresh_alerts

TODAY = date(2026, 11, 24)


@pytest.fixture
def alert(company):
    """An alert whose level `high` makes a visit due within 7 days."""
    company.alert, version = company._policy("order-alert", "alert")
    return AlertTask(company.alert.pk, version.pk, "high", "customer", "上门了解停单原因", "超过 180 天没有下单", "第十八条", 7, 3.0, True)


def raise_level(company, customer, outcome="high", since=TODAY):
    Standing.objects.update_or_create(
        policy=company.alert, subject_kind="customer", subject_id=customer.pk, defaults={"outcome": outcome, "since": since, "as_of": since}
    )


def open_tasks(customer):
    return list(Obligation.objects.filter(kind="alert", subject_id=customer.pk, state="open"))


def test_a_level_opens_one_task_and_the_superior_hears_of_it(company, alert):
    customer = company.customer("A")
    raise_level(company, customer)
    assert refresh_alerts("customer", tasks=[alert]) == (1, 0)
    assert refresh_alerts("customer", tasks=[alert]) == (0, 0)
    (task,) = open_tasks(customer)
    assert (task.title, task.due_on, task.assignee) == ("上门了解停单原因", TODAY + timedelta(days=7), company.chen)
    assert (task.escalation_level, task.escalated_to) == (1, company.wang)


def test_when_the_level_clears_the_task_is_withdrawn(company, alert):
    customer = company.customer("A")
    raise_level(company, customer)
    refresh_alerts("customer", tasks=[alert])
    raise_level(company, customer, "")
    assert refresh_alerts("customer", tasks=[alert]) == (0, 1)
    assert Obligation.objects.get(kind="alert").closed_reason == "预警已解除"


def test_done_is_not_opened_again_until_the_level_comes_back(company, alert):
    customer = company.customer("A")
    raise_level(company, customer)
    refresh_alerts("customer", tasks=[alert])
    services.fulfil(open_tasks(customer)[0].pk, actor=company.viewer("chen"))
    assert refresh_alerts("customer", tasks=[alert]) == (0, 0)
    raise_level(company, customer, since=TODAY + timedelta(days=200))
    assert refresh_alerts("customer", tasks=[alert], on=TODAY + timedelta(days=200)) == (1, 0)
    assert len(open_tasks(customer)) == 1


def test_an_old_level_found_today_gives_the_full_time(company, alert):
    customer = company.customer("A")
    raise_level(company, customer, since=TODAY - timedelta(days=90))
    refresh_alerts("customer", tasks=[alert])
    assert open_tasks(customer)[0].due_on == TODAY + timedelta(days=7)


def test_without_alerts_everything_is_withdrawn_and_others_stay(company, alert):
    one, other = company.customer("A"), company.customer("A")
    raise_level(company, one), raise_level(company, other)
    refresh_alerts("customer", tasks=[alert])
    assert refresh_alerts("customer", tasks=[], subject_ids=[one.pk]) == (0, 1)
    assert (len(open_tasks(one)), len(open_tasks(other))) == (0, 1)
