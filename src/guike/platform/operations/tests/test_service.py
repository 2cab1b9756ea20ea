"""The night's backup and its drill; what monitoring and the administrator see, and what nobody else does."""

import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import InterfaceError, connection
from django.test import Client
from django.urls import reverse

from guike.launcher.messages import Stop
from guike.organisation import services as organisation
from guike.platform import clock, jobs
from guike.platform.access import SYSTEM
from guike.platform.errors import Refused
from guike.platform.notifications.models import Notice
from guike.platform.operations import health, logs, selectors, services
from guike.platform.operations.models import Backup
from guike.platform.operations.rules import State

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 11, 24, 18, 5, tzinfo=UTC)  # 2:05 in Shanghai
MADE = {"bytes": 5000, "tables": 3, "rows": 70, "files": 2, "missing": [], "damaged": [], "key": "clear"}


@pytest.fixture
def taken(monkeypatch, tmp_path):
    """Backups are files with a word in them; drills find what the test says."""
    found = {"problems": [], "failure": None}
    monkeypatch.setattr(selectors, "made_at", lambda: NIGHT - timedelta(days=30))
    monkeypatch.setattr(services.settings, "HOME", tmp_path)

    def take(path: Path, *_given, **_more):
        if found["failure"]:
            raise found["failure"]
        path.parent.mkdir(exist_ok=True)
        path.write_text("backup")
        return MADE

    monkeypatch.setattr(services, "take", take)
    monkeypatch.setattr(services, "verify", lambda _path, told: {"problems": found["problems"]})
    return found


@pytest.fixture
def administrator():
    organisation.create_first_admin()
    account = organisation_account()
    client = Client()
    client.force_login(account)
    return client


def organisation_account():
    from django.apps import apps

    model = apps.get_model("organisation.Account")
    model.objects.update(must_change_password=False)
    return model.objects.get()


def test_one_backup_a_night_with_its_drill(taken):
    with time_machine.travel(NIGHT - timedelta(hours=1), tick=False):
        assert services.nightly() is None
    with time_machine.travel(NIGHT, tick=False):
        row = services.nightly()
        assert services.nightly() is None
    assert row is not None
    assert (row.state, row.drill, row.kind) == ("done", "passed", "nightly")
    assert Path(row.path).name == "guike-20261125-020500.guike"


def test_a_machine_that_was_off_at_two_catches_up(taken):
    with time_machine.travel(NIGHT + timedelta(hours=9), tick=False):
        assert services.nightly() is not None


def test_a_new_instance_has_missed_nothing(taken, monkeypatch):
    made = NIGHT + timedelta(hours=9)
    monkeypatch.setattr(selectors, "made_at", lambda: made)
    with time_machine.travel(made + timedelta(minutes=1), tick=False):
        assert services.nightly() is None
    with time_machine.travel(NIGHT + timedelta(days=1), tick=False):
        assert services.nightly() is not None


def test_the_migrations_say_when_an_instance_was_made():
    assert selectors.made_at() <= clock.now()


def test_a_failure_is_told_and_tried_three_times(taken, administrator):
    taken["failure"] = Stop("磁盘满")
    with time_machine.travel(NIGHT, tick=False) as clock:
        for _time in range(5):
            services.nightly()
            clock.shift(600)
    assert list(Backup.objects.values_list("state", "error")) == [("failed", "磁盘满")] * 3
    notice = Notice.objects.filter(kind="backup.failed").first()
    assert (notice.title, notice.text) == ("备份没有做成", "磁盘满")
    assert "磁盘满" in administrator.get(notice.href).content.decode()


def test_what_a_drill_finds_is_told(taken, administrator):
    taken["problems"] = ["customers_customer 应有 7 行，恢复出 6 行"]
    with time_machine.travel(NIGHT, tick=False):
        row = services.nightly()
        assert {part.code: part.state for part in health.of_backups()} == {"backup": State.OK, "drill": State.WARNING}
    assert row.drill == "failed"
    assert Notice.objects.get(kind="backup.failed").text == taken["problems"][0]
    page = administrator.get(reverse("operations:backup", args=[row.pk])).content.decode()
    assert taken["problems"][0] in page


def test_rotation_removes_files_but_never_those_taken_by_hand(taken):
    with time_machine.travel(NIGHT - timedelta(days=3), tick=False):
        by_hand = services.back_up("manual")
    for day in range(40):
        with time_machine.travel(NIGHT + timedelta(days=day), tick=False):
            services.nightly()
    left = Backup.objects.filter(kind="nightly", removed_at=None)
    assert left.count() == 7 + 4 - 1 + 1  # days; weeks of which the last stands among the days; November's end
    assert all(Path(row.path).exists() == (row.removed_at is None) for row in Backup.objects.all())
    assert Path(by_hand.path).exists()


def test_a_backup_that_was_cut_off_does_not_stop_the_next(taken):
    Backup.objects.create(kind="nightly", host="other", path="/x", started_at=NIGHT)
    Backup.objects.create(kind="nightly", host=services.socket.gethostname(), path="/y", started_at=NIGHT)
    services.back_up("manual")
    assert dict(Backup.objects.values_list("path", "state"))["/y"] == "failed"
    assert dict(Backup.objects.values_list("path", "state"))["/x"] == "running"


def test_the_folder_is_tried_before_it_is_kept(tmp_path, monkeypatch):
    given = {"active": True, "hour": 3, "daily": 7, "weekly": 4, "monthly": 12, "drill": True}
    services.save_plan(actor=SYSTEM, folder=str(tmp_path / "new"), passphrase="correct horse", **given)
    assert selectors.plan().hour == 3
    assert "correct horse" not in selectors.plan().passphrase
    (tmp_path / "file").write_text("")
    for folder in ("relative/path", str(tmp_path / "file" / "below"), str(services.settings.MEDIA_ROOT)):
        with pytest.raises(Refused):
            services.save_plan(actor=SYSTEM, folder=folder, **given)


# --- what is seen ----------------------------------------------------------------------------------------------------------


def parts_of(answer) -> dict:
    return {part["code"]: part["state"] for part in answer.json()["parts"]}


def test_a_worker_that_stopped_is_seen_by_monitoring_and_on_the_page(administrator):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    answer = Client().get("/readyz")
    assert (answer.status_code, parts_of(answer)["worker"]) == (200, "ok")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'")
    answer = Client().get("/readyz")
    assert (answer.status_code, parts_of(answer)["worker"], answer.json()["ready"]) == (503, "failed", False)
    page = administrator.get(reverse("operations:status")).content.decode()
    assert "上次心跳 120 秒前" in page
    assert "提醒、审批升级、导入、备份都停着" in page
    assert Client().get("/healthz").status_code == 200  # the web process itself serves


def test_readiness_tells_what_is_behind_and_late(monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
        cursor.execute("DELETE FROM django_migrations WHERE app = 'operations'")
    answer = Client().get("/readyz")
    found = parts_of(answer)
    assert (answer.status_code, found["migrations"], found["backup"]) == (503, "failed", "warning")


def test_without_a_database_it_is_said_and_not_a_crash(monkeypatch):
    from django.db import OperationalError

    def gone():
        raise OperationalError("connection to server at 10.0.0.5 failed")

    monkeypatch.setattr(health, "_database", gone)
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert parts_of(answer)["database"] == "failed"
    assert "10.0.0.5" not in answer.content.decode()


def test_figures_are_for_this_machine_or_the_token(settings):
    Client().get("/login/")
    own = Client().get("/metrics", headers={"host": "localhost"})
    assert own.status_code == 200
    text = own.content.decode()
    assert 'guike_request_seconds_count{method="GET",status="200",view="organisation:login"}' in text
    for name in (
        "guike_jobs{",
        "guike_worker_heartbeat_seconds",
        "guike_database_connections{",
        "guike_backup_age_seconds",
        "guike_jobs_oldest_seconds",
    ):
        assert name in text
    assert Client().get("/metrics", headers={"host": "localhost", "x-forwarded-for": "10.0.0.9"}).status_code == 404
    assert Client(REMOTE_ADDR="10.0.0.9").get("/metrics", headers={"host": "localhost"}).status_code == 404
    settings.METRICS_TOKEN = "long enough a token"
    far = Client(REMOTE_ADDR="10.0.0.9")
    assert far.get("/metrics", headers={"authorization": "Bearer long enough a token"}).status_code == 200
    assert far.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 404


def test_a_request_is_one_line_that_names_nobody(administrator, caplog):
    with caplog.at_level(logging.INFO, "guike.request"):
        answer = administrator.get("/customers/?q=13800138000", headers={"x-request-id": "from-the-proxy-1"})
    line = json.loads(logs.JsonLine().format(caplog.records[-1]))
    assert answer.headers["X-Request-ID"] == line["request"] == "from-the-proxy-1"
    assert (line["view"], line["status"], line["viewer"]) == ("customers:list", 200, organisation_account().pk)
    assert line["queries"] > 0
    assert "138" not in json.dumps({key: value for key, value in line.items() if key not in ("ms", "query_ms", "at")})


def test_a_crash_leaves_its_traceback_without_the_values(administrator, caplog, monkeypatch):
    words = "13800138000 of wang@example.cn\nDETAIL:  Key (name)=(温州恒达)"

    def crash(*_given):
        raise RuntimeError(words)

    monkeypatch.setattr("guike.platform.operations.views.selectors.recent", crash)
    administrator.raise_request_exception = False
    with caplog.at_level(logging.ERROR, "django.request"):
        answer = administrator.get(reverse("operations:backups"))
    line = json.loads(logs.JsonLine().format(next(record for record in caplog.records if record.exc_info)))
    assert answer.status_code == 500
    assert (line["request"], line["message"]) == (answer.headers["X-Request-ID"], "Internal Server Error: /settings/backups/")
    assert "RuntimeError: 138****8000 of …@example.cn" in line["traceback"]
    assert "温州恒达" not in line["traceback"]


def test_the_page_takes_one_and_tries_one(taken, administrator):
    administrator.post(reverse("operations:back_up_now"))
    run = jobs.run_now(jobs.JobRun.objects.get(kind="operations.backup"))
    row = Backup.objects.get()
    assert (run.state, row.state, row.kind) == ("done", "done", "manual")
    administrator.post(reverse("operations:drill_now", args=[row.pk]))
    jobs.run_now(jobs.JobRun.objects.get(kind="operations.drill"))
    page = administrator.get(reverse("operations:backups")).content.decode()
    assert "恢复无误" in page
    assert Path(row.path).name not in page  # where it lies stands on its own page


def test_a_drill_that_was_cut_off_is_made_once_more_and_stands_in_nobodys_way(taken):
    with time_machine.travel(NIGHT, tick=False):
        row = services.nightly()
    Backup.objects.filter(pk=row.pk).update(drill="running", drilled_at=NIGHT)  # its process was killed
    with time_machine.travel(NIGHT + timedelta(hours=1), tick=False):
        services.nightly()
        with pytest.raises(Refused, match="正在演练"):
            services.ask_drill(row.pk, actor=SYSTEM)
    assert Backup.objects.get(pk=row.pk).drill == "running"  # it may still be at it
    with time_machine.travel(NIGHT + timedelta(hours=7), tick=False):
        assert services.ask_drill(row.pk, actor=SYSTEM).state == "waiting"
        services.nightly()
    assert Backup.objects.get(pk=row.pk).drill == "passed"


def test_a_backup_of_a_host_that_is_gone_does_not_forbid_the_next_for_ever(taken):
    Backup.objects.create(kind="manual", host="elsewhere", path="/x", started_at=NIGHT)
    with time_machine.travel(NIGHT + timedelta(hours=1), tick=False), pytest.raises(Refused, match="正在备份"):
        services.ask_backup(actor=SYSTEM)
    with time_machine.travel(NIGHT + timedelta(hours=7), tick=False):
        assert services.ask_backup(actor=SYSTEM).state == "waiting"


def test_a_connection_that_is_gone_is_said_and_not_a_crash(monkeypatch):
    """An interface error is no database error to Django."""

    def gone():
        raise InterfaceError("connection already closed")

    monkeypatch.setattr(health, "_database", gone)
    answer = Client().get("/readyz")
    assert (answer.status_code, parts_of(answer)["database"]) == (503, "failed")
