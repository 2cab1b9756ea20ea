"""A fact is told once, to whom it concerns, by the channels they chose."""

import pytest
import time_machine
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from guike.organisation.selectors import viewer_for
from guike.platform.notifications import registry, selectors, services
from guike.platform.notifications.models import Delivery, Notice
from guike.platform.notifications.services import notify

pytestmark = pytest.mark.django_db
registry.register_kind(registry.Kind("test.both", "试验", frozenset({"page", "mail"})))
registry.register_kind(registry.Kind("test.urgent", "急事", frozenset({"page", "mail"}), urgent=True))
NOON = "2026-11-24T04:00:00+00:00"
NIGHT = "2026-11-24T15:00:00+00:00"  # 23:00 in Shanghai


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


def told(account, key="k1", kind="test.both", **more):
    return notify(kind, accounts=[account.pk], title="客户转来", key=key, **more)


def test_told_once_however_often_it_is_said(anna, mail_server):
    assert [told(anna), told(anna), told(anna, "k2")] == [1, 0, 1]
    assert Notice.objects.count() == Delivery.objects.count() == 2


def test_a_rolled_back_writer_tells_nothing(anna, mail_server):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        told(anna)
        raise ZeroDivisionError
    assert not Notice.objects.exists() and not Delivery.objects.exists() and not ProcrastinateJob.objects.exists()


def test_who_did_it_is_not_told(anna, boss):
    assert notify("test.both", people=[anna.person_id, boss.person_id], besides=[anna.person_id], title="x", key="k") == 1
    assert Notice.objects.get().account == boss


def test_a_role_is_reached_and_closed_accounts_are_not(anna, boss):
    boss.is_active = False
    boss.save()
    assert notify("test.both", role="administrator", title="x", key="k") == 0
    assert notify("test.both", everybody=True, title="x", key="k") == 1


def test_choices_hold_for_each_channel(anna, mail_server):
    viewer = viewer_for(anna)
    services.choose({("test.both", "mail"): False}, actor=viewer)
    told(anna)
    assert (Notice.objects.count(), Delivery.objects.count()) == (1, 0)
    services.choose({("test.both", "mail"): True, ("test.both", "page"): False}, actor=viewer)
    told(anna, "k2")
    assert (Notice.objects.count(), Delivery.objects.count()) == (1, 1)


def test_no_mail_without_server_or_address(anna):
    told(anna)
    assert not Delivery.objects.exists()


def test_at_night_mail_waits_for_the_morning_unless_it_is_urgent(anna, mail_server):
    with time_machine.travel(NIGHT, tick=False):
        told(anna)
        told(anna, "k2", "test.urgent")
    calm, urgent = Delivery.objects.order_by("pk")
    assert calm.due_at.isoformat() == "2026-11-25T00:00:00+00:00"  # 08:00 in Shanghai
    assert urgent.due_at.isoformat() == NIGHT
    assert [job.args["delivery_id"] for job in ProcrastinateJob.objects.filter(task_name="guike.deliver")] == [urgent.pk]


def test_only_on_working_days_by_the_companys_calendar(anna, mail_server):
    services.set_habit(quiet_from="22:00", quiet_until="08:00", workdays=True, digest=False, digest_hour=8, actor=viewer_for(anna))
    with time_machine.travel("2026-10-01T04:00:00+00:00", tick=False):  # National Day; 10-08 is the first working day
        told(anna)
    assert Delivery.objects.get().due_at.isoformat() == "2026-10-08T00:00:00+00:00"


def test_the_reader_is_told_in_his_language_and_outgoing_text_is_veiled(anna, mail_server):
    told(anna, text=lambda: "回电 13800138000")
    assert Notice.objects.get().text == "回电 13800138000"
    assert Delivery.objects.get().text == "回电 138****8000"


def test_an_unknown_kind_is_a_mistake(anna):
    with pytest.raises(LookupError):
        told(anna, kind="test.typo")


def test_reading_is_ones_own(anna, boss):
    told(anna)
    told(boss)
    mine, other = Notice.objects.get(account=anna), Notice.objects.get(account=boss)
    assert services.mark_read([mine.pk, other.pk], actor=viewer_for(anna)) == 1
    assert selectors.unread(viewer_for(anna)) == 0 and selectors.unread(viewer_for(boss)) == 1


def test_all_read_leaves_what_came_since(anna):
    told(anna)
    newest = Notice.objects.get().pk
    told(anna, "k2")
    assert services.mark_all_read(up_to=newest, actor=viewer_for(anna)) == 1
    assert Notice.objects.get(read_at=None).key == "k2"


def test_old_messages_are_forgotten(anna, mail_server):
    told(anna)
    with time_machine.travel("2027-06-24T04:00:00+00:00", tick=False):
        assert services.forget_old(actor=viewer_for(anna)) >= 2
    assert not Notice.objects.exists() and not Delivery.objects.exists()
