"""Figures for Prometheus: what each web process counts, and what the database knows of jobs and connections (PLT-11).

Several processes serve: each counts in a file of its own under PROMETHEUS_MULTIPROC_DIR (set by launcher.web), and whichever is
asked adds them up.
"""

import os
from collections.abc import Iterator

from django.db import DatabaseError, InterfaceError, connection
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from guike.platform.operations import certificates

OWN = CollectorRegistry()
SECONDS = Histogram(
    "guike_request_seconds", "Time to answer a request", ["view", "method", "status"], registry=OWN,
    buckets=(0.01, 0.02, 0.03, 0.06, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30),
)  # fmt: skip
QUERIES = Counter("guike_request_queries", "Database queries of requests", ["view"], registry=OWN)
ASKED = """
SELECT (SELECT coalesce(json_object_agg(coalesce(state, 'none'), n), '{}') FROM
          (SELECT state, count(*) AS n FROM pg_stat_activity WHERE datname = current_database() GROUP BY state) s),
       current_setting('max_connections')::int,
       (SELECT coalesce(json_object_agg(status, n), '{}') FROM (SELECT status, count(*) AS n FROM procrastinate_jobs GROUP BY status) j),
       (SELECT coalesce(extract(epoch FROM max(now() - greatest(e.at, coalesce(j.scheduled_at, e.at)))), 0)
          FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id
         WHERE j.status = 'todo' AND coalesce(j.scheduled_at, now()) <= now() AND e.type IN ('deferred', 'deferred_for_retry')),
       (SELECT count(*) FROM procrastinate_workers),
       (SELECT coalesce(extract(epoch FROM min(now() - last_heartbeat)), -1) FROM procrastinate_workers),
       (SELECT count(*) FROM platform_jobrun WHERE state = 'failed' AND finished_at > now() - interval '1 day'),
       (SELECT coalesce(extract(epoch FROM now() - max(started_at)), -1) FROM operations_backup WHERE state = 'done' AND removed_at IS NULL),
       (SELECT coalesce((array_agg(size ORDER BY started_at DESC))[1], 0) FROM operations_backup WHERE state = 'done'),
       (SELECT coalesce((array_agg((drill = 'passed')::int ORDER BY drilled_at DESC))[1], -1) FROM operations_backup WHERE drill IN ('passed', 'failed')),
       pg_database_size(current_database())
"""
NAMES = (
    ("guike_workers", "Workers that have not said goodbye"),
    ("guike_worker_heartbeat_seconds", "Since the last heartbeat of any worker; -1 without one"),
    ("guike_job_runs_failed_day", "Background jobs that failed within 24 hours"),
    ("guike_backup_age_seconds", "Since the newest backup; -1 without one"),
    ("guike_backup_bytes", "Size of the newest backup"),
    ("guike_drill_passed", "1 when the last restore drill passed, 0 when not, -1 without one"),
    ("guike_database_bytes", "Size of the database"),
)


def observe(view: str, method: str, status: int, seconds: float, queries: int) -> None:
    """One request that was answered."""
    SECONDS.labels(view, method, str(status)).observe(seconds)
    if queries:
        QUERIES.labels(view).inc(queries)


class FromDatabase:
    """Asked in one query when somebody looks."""

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("guike_database_up", "1 when the database answers")
        try:
            with connection.cursor() as cursor:
                cursor.execute(ASKED)
                states, most, jobs, oldest, *single = cursor.fetchone()
        except (DatabaseError, InterfaceError):
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield _by("guike_database_connections", "Connections to the database by state", "state", states)
        yield GaugeMetricFamily("guike_database_connections_max", "Connections that the server allows", value=most)
        yield _by("guike_jobs", "Background jobs by status", "status", {"todo": 0, "doing": 0, "failed": 0} | jobs)
        yield GaugeMetricFamily("guike_jobs_oldest_seconds", "How long the oldest due job has waited", value=float(oldest))
        for (name, words), value in zip(NAMES, single, strict=True):
            yield GaugeMetricFamily(name, words, value=float(value))


def _by(name: str, words: str, label: str, values: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family


class FromCertificate:
    """Nothing where none is named or it cannot be read (/readyz says so)."""

    def collect(self) -> Iterator[Metric]:
        try:
            left = certificates.left()
        except certificates.Unreadable:
            return
        if left is not None:
            words = "Until the certificate of the reverse proxy expires; negative once it has"
            yield GaugeMetricFamily("guike_certificate_expires_seconds", words, value=left.total_seconds())


def exposition() -> bytes:
    """Everything, in Prometheus' text format."""
    shown = CollectorRegistry()
    shown.register(FromDatabase())  # type: ignore[arg-type]
    shown.register(FromCertificate())  # type: ignore[arg-type]
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(shown)
        return generate_latest(shown)
    return generate_latest(shown) + generate_latest(OWN)
