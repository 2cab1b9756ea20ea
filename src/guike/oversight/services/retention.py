"""The terms act: the nightly round finds whose data are past their term, and people decide (08-quality privacy, CUS-12).

One statement a kind and batch puts in who is past the term, puts right what changed and takes out who has dealings again. It writes nothing
where nothing changed, so it may run as often as it likes, also twice at the same time: a person has one row by the constraint.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from guike.oversight import rules
from guike.oversight.models import DuePerson, PersonalRequest
from guike.oversight.selectors import retention as found_by
from guike.oversight.services import requests, telling
from guike.platform import access, clock, jobs, numbering, privacy
from guike.platform.access import SYSTEM, Viewer
from guike.platform.errors import Refused
from guike.platform.privacy import People
from guike.platform.verbs import verb

LOOK = "oversight.retention"
#: People looked at in one statement and transaction.
BATCH = 20_000
_END = 2**63 - 1
_TABLE = DuePerson._meta.db_table
#: The end of the batch, within the statement.
UPTO = RawSQL("SELECT upto FROM bounds", [])

#: `bounds`: up to which id this batch goes. Rows are written in the order of ids: two rounds at the same time wait, never for each other.
_ROUND = """
WITH bounds AS (SELECT CASE WHEN count(*) < %s THEN %s ELSE max(id) END AS upto FROM ({ids}) AS batch(id)),
found AS MATERIALIZED ({past}),
held AS (
    SELECT DISTINCT ON (subject_id) subject_id, id FROM oversight_hold
     WHERE subject_kind = %s AND released_on IS NULL AND until >= %s ORDER BY subject_id, until DESC, id
),
over AS (
    SELECT found.*, (found.last_on + make_interval(months => %s))::date AS ended_on, held.id AS hold_id
      FROM found LEFT JOIN held USING (subject_id)
),
gone AS (
    DELETE FROM {table} d USING bounds
     WHERE d.subject_kind = %s AND d.subject_id > %s AND d.subject_id <= bounds.upto AND d.state <> 'erased'
       AND NOT EXISTS (SELECT 1 FROM over WHERE over.subject_id = d.subject_id)
    RETURNING 1
),
put AS (
    INSERT INTO {table} AS d (subject_kind, subject_id, term, months, last_on, last_what, ended_on, found_on, state, hold_id, kept_why, version)
    SELECT %s, subject_id, %s, %s, last_on, last_what, ended_on, %s, CASE WHEN hold_id IS NULL THEN 'due' ELSE 'kept' END, hold_id, '', 1
      FROM over ORDER BY subject_id
    ON CONFLICT (subject_kind, subject_id) DO UPDATE
       SET term = EXCLUDED.term, months = EXCLUDED.months, last_on = EXCLUDED.last_on, last_what = EXCLUDED.last_what,
           ended_on = EXCLUDED.ended_on, hold_id = EXCLUDED.hold_id, version = d.version + 1, erased_on = NULL,
           found_on = CASE WHEN d.state = 'erased' THEN EXCLUDED.found_on ELSE d.found_on END,
           request_id = CASE WHEN d.state = 'erased' THEN NULL ELSE d.request_id END,
           state = CASE WHEN EXCLUDED.hold_id IS NOT NULL OR d.kept_until >= %s THEN 'kept' ELSE 'due' END
     WHERE (d.term, d.months, d.last_on, d.last_what, d.ended_on, d.hold_id, d.state) IS DISTINCT FROM
           (EXCLUDED.term, EXCLUDED.months, EXCLUDED.last_on, EXCLUDED.last_what, EXCLUDED.ended_on, EXCLUDED.hold_id,
            CASE WHEN EXCLUDED.hold_id IS NOT NULL OR d.kept_until >= %s THEN 'kept' ELSE 'due' END)
    RETURNING version = 1 AS is_new
)
SELECT upto, (SELECT count(*) FILTER (WHERE is_new) FROM put), (SELECT count(*) FROM put), (SELECT count(*) FROM gone) FROM bounds
"""


@dataclass(frozen=True)
class Looked:
    """What a round did: people newly on the list, rows written in all, rows of people who have dealings again."""

    new: int = 0
    written: int = 0
    gone: int = 0

    def __add__(self, other: Looked) -> Looked:
        return Looked(self.new + other.new, self.written + other.written, self.gone + other.gone)


def months_of(kind: People) -> int:
    """How long people of a kind are kept: the company's own term, else the shipped one."""
    return rules.months_of(kind.term.code, kind.term.months, requests.terms().months)


def look(progress: Callable[[int], Any] | None = None, batch: int = BATCH) -> Looked:
    """The nightly round through every kind, batch by batch."""
    done = Looked()
    for place, kind in enumerate(privacy.kept_people(), 1):
        months, after = months_of(kind), 0
        while after < _END:
            after, looked = _look_at(kind, months, after, batch, actor=SYSTEM)
            done += looked
        if progress:
            progress(place)
    return done


@verb("oversight.look_at_terms")
def _look_at(kind: People, months: int, after: int, batch: int, *, actor: Viewer) -> tuple[int, Looked]:
    """One batch of one kind after an id. Returns up to which id it went."""
    today = clock.today()
    ids, past = kind.rows().filter(pk__gt=after).order_by("pk"), found_by.past(kind, months, today).filter(pk__gt=after, pk__lte=UPTO).order_by()
    ids_sql, ids_values = ids.values("pk")[:batch].query.sql_with_params()
    past_sql, past_values = _told(kind, past)
    values = [
        batch, _END, *ids_values, *past_values, kind.kind, today, months, kind.kind, after, kind.kind, kind.term.code, months, today, today, today,
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ROUND.format(ids=ids_sql, past=past_sql, table=_TABLE), values)
        upto, new, written, gone = cursor.fetchone()
    return upto, Looked(new, written, gone)


def _told(kind: People, past: Any) -> tuple[str, list[Any]]:
    """(subject_id, last_on, last_what) of people past their term."""
    days = found_by.days(kind)
    inner, values = past.values_list("pk", "since", *days).query.sql_with_params()
    names = ["since", *days]
    newest = f"GREATEST({', '.join(names)})"
    what = "".join(f" WHEN {newest} = {name} THEN '{one.code}'" for name, (_key, one) in days.items())
    sql = f"SELECT subject_id, {newest} AS last_on, CASE WHEN {newest} = since THEN ''{what} END AS last_what FROM ({inner}) AS told(subject_id, {', '.join(names)})"  # noqa: S608 — words of our own
    return sql, list(values)


def why_not_due(kind: str, pk: int) -> str:
    """What keeps somebody this very moment, in words: law, a decision, a dealing since; "" = past the term. Asked again before anything is erased."""
    if hold := found_by.held(kind, pk):
        return _("法定保留到 %(day)s，不能删") % {"day": hold.until}
    kept = DuePerson.objects.filter(subject_kind=kind, subject_id=pk, kept_until__gte=clock.today()).first()
    if kept:
        return _("已决定保留到 %(day)s，不能删") % {"day": kept.kept_until}
    found = found_by.kind_of(kind)
    is_past = found is not None and found_by.past(found, months_of(found), clock.today()).filter(pk=pk).exists()
    return "" if is_past else _("又有往来，或资料已不在：没有到期，不能删")


def look_again(kind: str, pk: int) -> None:
    """A hold on somebody came or went: their row says so at once, not tomorrow."""
    found = found_by.kind_of(kind)
    if found is not None and DuePerson.objects.filter(subject_kind=kind, subject_id=pk).exists():
        _look_at(found, months_of(found), pk - 1, 1, actor=SYSTEM)


@jobs.task(LOOK)
def run(progress: jobs.Progress) -> dict[str, Any]:
    """The round of one night: the list, requests that lost their reason, one message for all that is new."""
    kinds = len(privacy.kept_people())
    done = look(lambda place: progress(place, kinds))
    dropped = call_off(actor=SYSTEM)
    if done.new:
        telling.term_over(done.new)
    return {"new": done.new, "gone": done.gone, "dropped": dropped}


@verb("oversight.call_off_erasures")
def call_off(*, actor: Viewer, reason: str = "") -> int:
    """End what was begun for people who have dealings again: their erasure was never carried out. Returns how many."""
    listed = DuePerson.objects.filter(subject_kind=OuterRef("subject_kind"), subject_id=OuterRef("subject_id")).exclude(state="erased")
    begun = PersonalRequest.objects.select_for_update(of=("self",)).filter(way=PersonalRequest.Way.TERM, state__in=("open", "waiting"))
    without_reason = list(begun.exclude(Exists(listed)).order_by("pk"))
    for one in without_reason:
        if one.state == "waiting":
            one = requests.written(one, state="open")
        requests.written(one, state="refused", refusal="current", outcome=_("又有往来，没有删除"), closed_on=clock.today())
    return len(without_reason)


def _decided(pk: int, actor: Viewer, action: str) -> DuePerson:
    """A row to decide about, locked; refused where it is decided or on its way."""
    found: DuePerson = access.row(actor, "personal_due", pk, action, lock=True)
    if found.state == "erased":
        raise Refused(_("已于 %(day)s 删除") % {"day": found.erased_on}, code="erased")
    if found.request and found.request.state not in ("done", "refused"):
        raise Refused(_("已在办删除：%(number)s") % {"number": found.request.number}, code="begun")
    return found


@verb("oversight.keep_longer")
def keep_longer(pk: int, *, until: date, reason: str, actor: Viewer) -> DuePerson:
    """Decide that somebody past the term is kept until a day, at most twelve months ahead, and why."""
    found = _decided(pk, actor, "keep")
    if not reason.strip():
        raise Refused(_("写明再保留的理由"), field="reason")
    today = clock.today()
    if problem := rules.why_not_keep(until, today):
        words = {"past": _("保留到的日期要在今天之后"), "far": _("一次最多再保留 12 个月，到 %(day)s")}
        raise Refused(words[problem] % {"day": rules.later(today, rules.LONGEST)}, field="until", code=problem)
    found.state, found.kept_until, found.kept_why, found.kept_by_id = "kept", until, reason.strip()[:200], actor.person_id
    found.version += 1
    found.save(update_fields=["state", "kept_until", "kept_why", "kept_by", "version"])
    return found


@verb("oversight.begin_erasure")
def begin_erasure(pk: int, *, actor: Viewer, reason: str = "") -> DuePerson:
    """Begin to erase somebody past the term: a request without an asker, counted in the background, proposed and confirmed as any other.

    Refused where the law or a decision keeps them, where they have dealings again since the list was made, where it was begun already.
    """
    found = _decided(pk, actor, "erase")
    if why := why_not_due(found.subject_kind, found.subject_id):
        raise Refused(why, code="kept")
    found.request = _request_for(found, actor)
    found.version += 1
    found.save(update_fields=["request", "version"])
    return found


def _request_for(found: DuePerson, actor: Viewer) -> PersonalRequest:
    """The request that carries it: the company asks by itself, so there is nobody to check, to answer or to remind."""
    from guike.oversight.services import erasure

    today = clock.today()
    made = PersonalRequest.objects.create(
        number=numbering.take("personal_request"),
        wish=PersonalRequest.Wish.ERASE,
        subject_kind=found.subject_kind,
        subject_id=found.subject_id,
        asker=_("本公司"),
        way=PersonalRequest.Way.TERM,
        detail=_("保存期 %(day)s 已满") % {"day": found.ended_on},
        checked=PersonalRequest.Checked.TERM,
        checked_by_id=actor.person_id,
        received_on=today,
        due_on=requests.answer_by(today),
        received_by_id=actor.person_id,
        department_id=requests.department_of(actor),
    )
    return erasure.count_up(made.pk, actor=actor)


def erased(request: PersonalRequest, selves: Any) -> None:
    """Somebody was erased, for whatever reason: whoever of them stands on the list is done with."""
    for kind, pk in selves:
        rows = DuePerson.objects.filter(subject_kind=kind, subject_id=pk).exclude(state="erased")
        for one in rows:
            one.state, one.erased_on, one.request, one.hold, one.version = "erased", clock.today(), request, None, one.version + 1
            one.save(update_fields=["state", "erased_on", "request", "hold", "version"])
