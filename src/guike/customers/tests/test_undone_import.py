"""What an undone import leaves of the customers it had made: nothing that counts (PLT-03)."""

import pytest

from guike.customers import services
from guike.customers.models import Customer
from guike.engine import services as engine
from guike.engine.models import Obligation, Standing
from guike.platform import clock, events
from guike.platform.access import SYSTEM
from guike.platform.imports.undo import RowsRemoved
from guike.wiring import reactions  # noqa: F401 - who listens

pytestmark = pytest.mark.django_db


def test_nothing_holds_for_them_and_nothing_is_due():
    engine.ensure_default_packs(actor=SYSTEM)
    gone, kept = (
        services.add_customer({"name": name}, actor=SYSTEM, number=number) for name, number in (("甲公司", "KH-1"), ("乙公司", "KH-2"))
    )
    engine.evaluate(subject_ids=[gone.pk, kept.pk], actor=SYSTEM)
    for one in (gone, kept):
        Obligation.objects.create(
            kind="promise",
            subject_kind="customer",
            subject_id=one.pk,
            title="寄样品",
            opened_on="2026-11-26",
            opened_at=clock.now(),
            due_on="2026-12-01",
        )
    assert Standing.objects.filter(subject_id=gone.pk).exists()
    held = Standing.objects.filter(subject_id=kept.pk).count()

    events.emit(RowsRemoved(Customer._meta.label, (gone.pk,)))

    assert not Standing.objects.filter(subject_id=gone.pk).exists()
    assert Standing.objects.filter(subject_id=kept.pk).count() == held > 0
    assert set(Obligation.objects.filter(subject_id=gone.pk).values_list("state", "closed_reason")) == {("withdrawn", "导入已撤销")}
    assert Obligation.objects.filter(subject_id=kept.pk, state="open").exists()
