"""What passes by itself is cleared by somebody: every table so declared, by work of the night (08-quality privacy)."""

from datetime import timedelta

import pytest

from guike.organisation.models import Account
from guike.platform import clock, jobs, privacy
from guike.platform.api.models import ApiKey, IdempotentAnswer
from guike.platform.imports.models import ImportChange, ImportPart, ImportRun
from guike.platform.models import JobRun
from guike.platform.notifications.models import Delivery, Notice
from guike.platform.ui.models import SavedView
from guike.platform.webhooks.models import Fact, Push, Webhook

NAME = "欧阳云裳"


def declared() -> set[str]:
    return {one.model.lower() for one in privacy.declared() if one.term is privacy.PASSING}


def test_every_table_that_passes_is_cleared_by_work_of_the_night():
    cleared = privacy.passing()
    assert {one.model.lower() for one in cleared} == declared()
    assert [one.model for one in cleared if one.clears not in jobs._daily] == []


def test_one_that_nobody_clears_is_noticed(monkeypatch):
    """Negative control."""
    left = {one.model: one for one in privacy.passing() if one.model != "platform.JobRun"}
    monkeypatch.setattr(privacy._register, "passing", left)
    with pytest.raises(AssertionError):
        test_every_table_that_passes_is_cleared_by_work_of_the_night()


def _told(company, at) -> dict[str, object]:
    """A row of every table that passes, from that moment, that names somebody. Model → how to ask whether the name is still there."""
    account = Account.objects.filter(person=company.seller).first() or company.account(company.seller, "seller")
    run = JobRun.objects.create(kind="x", title=NAME, arguments={"name": NAME}, state="done", created_at=at, finished_at=at)
    JobRun.objects.create(kind="x", title="新的", state="done", created_at=clock.now(), finished_at=clock.now())
    imported = ImportRun.objects.create(
        kind="contacts", file_name=f"{NAME}.xlsx", sha256="0" * 64, size=1, state="done", created=1, errors=[NAME], uploaded_at=at, job=run
    )
    part = ImportPart.objects.create(run=imported, model="customers.Contact", action="update", fields=["name"])
    ImportChange.objects.create(part=part, row=1, object_id=1, before={"name": NAME})
    Notice.objects.create(account=account, kind="x", title=NAME, key="k", at=at)
    Delivery.objects.create(channel="mail", account=account, kind="x", title=NAME, key="k", state="sent", created_at=at, due_at=at)
    key = ApiKey.objects.create(account=account, name="ERP", prefix="gk_1", digest="0" * 64, scopes=["customers:read"])
    IdempotentAnswer.objects.create(key=key, token="t", fingerprint="0" * 64, status=200, body=NAME, at=at)
    hook = Webhook.objects.create(account=account, name="ERP", address="https://erp.invalid/x", kinds=["customer.created"], secret="s")
    fact = Fact.objects.create(kind="customer.created", object="customer", subject_id=1, told={"name": NAME}, at=at)
    Push.objects.create(webhook=hook, fact=fact, object="customer", subject_id=1, state="waiting", error=NAME, due_at=at)
    SavedView.objects.create(list_code="x", name=NAME, account_id=account.pk, base="all", updated_at=at)
    SavedView.objects.create(list_code="x", name="大家的", account_id=account.pk, base="all", audience="everyone", updated_at=at)
    Account.objects.filter(pk=account.pk).update(is_active=False)
    return {
        "platform.jobrun": JobRun.objects.filter(title=NAME),
        "imports.importrun": ImportRun.objects.filter(errors__contains=NAME),
        "imports.importchange": ImportChange.objects.filter(before__name=NAME),
        "notifications.notice": Notice.objects.filter(title=NAME),
        "notifications.delivery": Delivery.objects.filter(title=NAME),
        "webhooks.fact": Fact.objects.filter(told__name=NAME),
        "webhooks.push": Push.objects.filter(error=NAME),
        "api.idempotentanswer": IdempotentAnswer.objects.filter(body=NAME),
        "ui.savedview": SavedView.objects.filter(name=NAME),
    }


def test_what_is_over_age_is_gone_after_the_night(company):
    rows = _told(company, clock.now() - timedelta(days=200))
    assert rows.keys() == declared()
    assert all(found.exists() for found in rows.values())
    for one in {one.clears: one for one in privacy.passing()}.values():
        one.clears()
    assert [model for model, found in rows.items() if found.exists()] == []
    assert SavedView.objects.filter(name="大家的").exists()
    assert (JobRun.objects.filter(kind="x").count(), ImportRun.objects.get().created) == (1, 1)


def test_what_is_young_stays(company):
    rows = _told(company, clock.now() - timedelta(hours=1))
    for one in privacy.passing():
        one.clears()
    assert {model for model, found in rows.items() if not found.exists()} == {"ui.savedview"}  # its account was shut
