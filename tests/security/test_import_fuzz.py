"""Any file, however odd or damaged, is imported cleanly or refused with a sentence; its undo leaves nothing behind (PLT-03, 08-quality).

Each goes the whole way: uploaded, its columns settled, previewed, checked without writing, imported, undone, and the pages opened in
between. `guike campaign imports --cases N --seed N` tries any number.
"""

from __future__ import annotations

import logging
import os
import resource
from collections.abc import Collection
from random import Random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from tests.access.cast import cast_for

from guike.customers import services as customers
from guike.engine.services import ensure_default_packs
from guike.organisation.selectors import viewer_for
from guike.platform.access import SYSTEM
from guike.platform.errors import Refused
from guike.platform.imports import selectors, services
from guike.platform.imports.kinds import ImportKind, kinds
from guike.platform.imports.models import ImportRun
from guike.platform.imports.undo import undo
from guike.products.models import Product

from . import damage
from .crawl import client_of

pytestmark = pytest.mark.django_db
SEED, FILES = int(os.environ.get("GUIKE_CAMPAIGN_SEED") or 4), int(os.environ.get("GUIKE_CAMPAIGN_COUNT") or 24)
#: Processor seconds a file may take, the limited process included, and megabytes that either process may grow by.
SECONDS, MEGABYTES = 5.0, 400
#: An imported word stays in its dictionary when the import is undone: others may have chosen it since.
WORDS = {"dictionaries_dictionaryentry", "platform_mark"}
#: What was decided, asked and noted of rows that are gone again stays as history: what of it still counts is COUNTS.
HISTORY = {"engine_decision", "engine_run", "engine_obligation", "engine_activity"}
COUNTS = {
    "duties that are open": "engine_obligation WHERE state IN ('open', 'snoozed')",
    "lines of the timeline": "engine_activity WHERE current",
}
#: What an import that was refused or undone leaves: the run itself, the remembered columns, history, what was counted up.
STAYS = ("imports_", "pghistory_", "platform_numbercounter", "platform_jobrun", "procrastinate_", "platform_accesslog", "django_")


@pytest.fixture(autouse=True)
def quiet(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def counted() -> dict[str, int]:
    """Rows of every table but those that may grow."""
    with connection.cursor() as cursor:
        tables = [one for one in connection.introspection.table_names(cursor) if not one.startswith(STAYS) and not one.endswith("event")]
        cursor.execute(" UNION ALL ".join(f"SELECT '{one}', count(*) FROM \"{one}\"" for one in tables))  # noqa: S608
        rows = dict(cursor.fetchall())
        for words, where in COUNTS.items():
            cursor.execute(f"SELECT count(*) FROM {where}")  # noqa: S608
            rows[words] = cursor.fetchone()[0]
        return rows


def used() -> tuple[float, float]:
    """Processor seconds and megabytes so far, of this process and its children."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(one.ru_utime + one.ru_stime for one in (own, children)), max(own.ru_maxrss, children.ru_maxrss) / 1024


class Way:
    """A file on its way through an import; `found` says what went wrong."""

    def __init__(self, viewer, client, before: dict[str, int]):
        self.viewer, self.client, self.before, self.found = viewer, client, before, []  # type: ignore[var-annotated]

    def go(self, kind: type[ImportKind], name: str, content: bytes, options: dict[str, str]) -> str:
        """How far it came. Whatever was written is taken back."""
        reached = "refused"
        try:
            with transaction.atomic():
                reached = self._steps(kind, name, content, options)
                transaction.set_rollback(True)
        except Refused as refused:
            self._is_sentence(str(refused))
        except Exception as error:
            self.found.append(f"{type(error).__name__}: {error}"[:300])
        return reached

    def _is_sentence(self, text: str) -> None:
        if not any("\u4e00" <= sign <= "\u9fff" for sign in text) or "%(" in text or "Traceback" in text:
            self.found.append(f"no sentence: {text[:100]}")

    def _steps(self, kind: type[ImportKind], name: str, content: bytes, options: dict[str, str]) -> str:
        run = services.upload(SimpleUploadedFile(name, content), kind, actor=self.viewer)
        self._page(f"/imports/{run.pk}/columns/")
        services.settle(run, run.mapping, options, actor=self.viewer)
        selectors.preview(self.viewer, run)
        self._page(f"/imports/{run.pk}/preview/")
        services.carry_out(run, actor=self.viewer, dry_run=True)
        self._unchanged("a check")
        run.refresh_from_db()
        services.carry_out(run, actor=self.viewer)
        run.refresh_from_db()
        self._page(f"/imports/{run.pk}/")
        if run.state != ImportRun.State.DONE:
            self._unchanged("a refused file")
            return "rejected"
        report = undo(run, actor=self.viewer)
        if not report["kept"]["count"]:
            self._unchanged("an undone import", WORDS | HISTORY)
        self._page(f"/imports/{run.pk}/")
        return "imported" if run.created or run.updated else "nothing to import"

    def _page(self, address: str) -> None:
        answer = self.client.get(address)
        if answer.status_code >= 500:
            self.found.append(f"{address}: {answer.status_code}")

    def _unchanged(self, after: str, but: Collection[str] = ()) -> None:
        now = {table: count for table, count in counted().items() if table not in but}
        changed = {table: f"{self.before.get(table)} → {count}" for table, count in now.items() if self.before.get(table) != count}
        if changed:
            self.found.append(f"{after} leaves {changed}")


@pytest.fixture
def clerk():
    """Somebody who may import every kind, a company with a little in it, and the browser's client."""
    ensure_default_packs(actor=SYSTEM)
    cast = cast_for("administrator")
    customers.add_customer({"name": "温州瓯泰阀门有限公司"}, actor=SYSTEM, owner_id=cast.owner.pk, number="KH-1")
    customers.add_customer({"name": "瓯泰集团有限公司"}, actor=SYSTEM, owner_id=cast.owner.pk, number="KH-2")
    Product.objects.create(number="ZF-50", name="铸钢闸阀")
    return viewer_for(cast.viewer["own"]), client_of(cast.viewer["own"])


def test_any_file_is_imported_cleanly_or_refused_with_a_sentence(clerk, record_property):
    viewer, client = clerk
    before, found, reached = counted(), [], {}
    worst = (0.0, 0.0)
    allowed = [kind for kind in kinds().values() if viewer.is_system or _may(viewer, kind)]
    for number in range(FILES):
        chance = Random(f"imports {SEED} {number}")  # one file can be tried alone
        kind = allowed[number % len(allowed)]
        options = {"on_error": chance.choice(("reject-file", "skip-rows", "skip-rows")), "existing": chance.choice(services.EXISTING)}
        name, content = damage.file(kind, chance)
        way, (seconds, size) = Way(viewer, client, before), used()
        end = way.go(kind, name, content, options)
        reached[end] = reached.get(end, 0) + 1
        took, grew = used()[0] - seconds, used()[1] - size
        worst = (max(worst[0], took), max(worst[1], grew))
        way.found += [f"took {took:.1f} s"] if took > SECONDS else []
        way.found += [f"grew by {grew:.0f} MB"] if grew > MEGABYTES else []
        found += [f"file {number}, {kind.code}, {name}, {options}: {one}" for one in way.found]
    record_property("cases", FILES)
    record_property("reached", str(reached))
    record_property("worst", f"{worst[0]:.2f} s, {worst[1]:.0f} MB")
    assert not found, f"{len(found)}, seed {SEED}, {reached}:\n" + "\n".join(found[:40])
    assert FILES < 20 or reached.get("imported", 0) > FILES // 20, f"hardly any was imported: {reached}"


def _may(viewer, kind: type[ImportKind]) -> bool:
    from guike.platform.access import Reach, reach

    return reach(viewer, kind.object, "import") > Reach.NONE


def test_the_search_notices_half_a_write_and_a_crash(clerk, monkeypatch):
    """Negative control: an import that writes something beside its rows, and one that falls over."""
    viewer, client = clerk
    kind, content = kinds()["people"], "编号,姓名\nX1,张三\n".encode()
    half = Way(viewer, client, counted())
    carry_out = services.carry_out

    def leaving(run, **more):
        Product.objects.get_or_create(number="HALF", defaults={"name": "闸阀"})
        return carry_out(run, **more)

    monkeypatch.setattr(services, "carry_out", leaving)
    half.go(kind, "a.csv", content, {})
    assert "products_product" in " ".join(half.found)
    monkeypatch.setattr(services, "carry_out", lambda *_, **__: 1 / 0)
    crash = Way(viewer, client, counted())
    crash.go(kind, "a.csv", content, {})
    assert "ZeroDivisionError" in crash.found[0]
