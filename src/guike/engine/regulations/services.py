"""Documents and their versions: drafted, published, taken back (POL-09). Who has read them is in reading.py."""

from datetime import date

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from guike.engine.events import PolicyTookEffect
from guike.engine.models.obligation import Obligation
from guike.engine.models.policy import BEGINNING
from guike.engine.models.regulation import Clause, Regulation, RegulationVersion
from guike.engine.policies.yaml_text import write
from guike.engine.regulations import selectors
from guike.engine.regulations.wording import Article, Wording, parse
from guike.organisation import selectors as organisation
from guike.platform import clock, events
from guike.platform.access import Viewer, require
from guike.platform.errors import Refused, Stale
from guike.platform.verbs import verb

Status = RegulationVersion.Status
SHOWN = 3


@verb("regulations.save_draft")
def save_draft(text: str, *, actor: Viewer, lock: int | None = None) -> RegulationVersion:
    """Keep a text as its document's one draft; a new code makes a new document. It may have problems, but must be readable.

    `lock` is the draft's lock that the editor saw; another one means that somebody saved in between (`Stale`).
    """
    require(actor, "regulation", "change")
    wording = parse(text, selectors.known())
    if not wording.code or not wording.title or not wording.clauses:
        raise Refused("；".join(map(str, wording.problems[:SHOWN])) or _("至少要有一章一条"), field="yaml")
    if unsaid := next((one for one in wording.clauses if not one.text), None):
        raise Refused(_("第 %(n)s 条没有条文") % {"n": unsaid.number}, field="yaml")
    return _write(_regulation(wording, actor), wording, text, actor, lock)


def save_tree(tree: dict, *, actor: Viewer, lock: int | None = None) -> RegulationVersion:
    """The same for a tree edited as a form."""
    return save_draft(write(tree), actor=actor, lock=lock)


def _regulation(wording: Wording, actor: Viewer) -> Regulation:
    found = Regulation.objects.select_for_update().filter(code=wording.code).first()
    if found is not None:
        return found
    require(actor, "regulation", "add")
    department = organisation.department_with_function(wording.department) if wording.department else None
    return Regulation.objects.create(
        code=wording.code, title=wording.title, department_id=department, owner_function=wording.department, created_at=clock.now()
    )


def _write(regulation: Regulation, wording: Wording, text: str, actor: Viewer, lock: int | None) -> RegulationVersion:
    draft = RegulationVersion.objects.select_for_update().filter(regulation=regulation, status=Status.DRAFT).first()
    if draft is not None and lock is not None and draft.lock != lock:
        raise Stale(_("这份草案刚被别人改过，先看看改了什么"))
    if draft is None:
        newest = RegulationVersion.objects.filter(regulation=regulation).aggregate(n=Max("number"))["n"] or 0
        draft = RegulationVersion(regulation=regulation, number=newest + 1, lock=0)
    draft.title, draft.yaml, draft.lock = wording.title, text, draft.lock + 1
    draft.drafted_by_id, draft.drafted_at = actor.person_id, clock.now()
    draft.save()
    _write_clauses(draft, wording.clauses)
    return draft


def _write_clauses(draft: RegulationVersion, clauses: tuple[Article, ...]) -> None:
    draft.clauses.all().delete()
    Clause.objects.bulk_create(
        Clause(
            version=draft,
            number=one.number,
            key=one.key,
            chapter_number=one.chapter_number,
            chapter=one.chapter,
            title=one.title,
            text=one.text,
            carried_by=list(one.carried_by),
        )
        for one in clauses
    )


@verb("regulations.discard_draft")
def discard_draft(version_id: int, *, actor: Viewer) -> None:
    """Throw a draft away; a document that never had another version goes with it."""
    require(actor, "regulation", "change")
    draft = _locked(version_id, Status.DRAFT)
    regulation = draft.regulation
    draft.delete()
    if not regulation.versions.exists():
        regulation.delete()


def _locked(version_id: int, status: str) -> RegulationVersion:
    regulation = Regulation.objects.select_for_update(of=("self",)).filter(versions=version_id).first()
    version = RegulationVersion.objects.select_for_update().filter(pk=version_id).first()
    if regulation is None or version is None:
        raise Refused(_("没有这份草案"))
    if version.status != status:
        raise Refused(_("这一版是「%(status)s」，不能这样做") % {"status": version.get_status_display()})
    version.regulation = regulation
    return version


@verb("regulations.publish")
def publish(version_id: int, *, effective: date, actor: Viewer, note: str = "") -> RegulationVersion:
    """Publish a draft from a day on. Refuses unsound text and a day that does not lie after every published version's.

    Its predecessor ends the day before. What was asked to be read of it and has not been is asked no more.
    """
    require(actor, "regulation", "publish")
    version = _locked(version_id, Status.DRAFT)
    fatal = [str(one) for one in parse(version.yaml, selectors.known()).problems if one.fatal]
    if fatal:
        raise Refused("；".join(fatal[:SHOWN]), field="yaml", code="unsound")
    _supersede(version, effective)
    version.status, version.effective_from, version.note = Status.PUBLISHED, effective, note.strip()[:300]
    version.published_by_id, version.published_at = actor.person_id, clock.now()
    version.save()
    Regulation.objects.filter(pk=version.regulation_id).update(title=version.title)
    _rename_what_is_due()
    return version


def _supersede(version: RegulationVersion, effective: date) -> None:
    newest = RegulationVersion.objects.filter(regulation=version.regulation_id, status=Status.PUBLISHED).order_by("-effective_from").first()
    if newest is None or newest.effective_from is None:
        return
    if newest.effective_from >= effective:
        names = {"title": newest.title, "n": newest.number, "day": newest.effective_from, "own": effective}
        raise Refused(
            _("生效日期重叠：《%(title)s》第 %(n)s 版从 %(day)s 起生效，新版本要晚于这一天，不能是 %(own)s") % names,
            field="effective",
            code="overlap",
        )
    newest.superseded_on = effective
    newest.save(update_fields=["superseded_on"])
    Obligation.objects.filter(
        kind=selectors.READING, subject_kind=selectors.SUBJECT, subject_id=newest.pk, state__in=["open", "snoozed"]
    ).update(state="withdrawn", closed_reason=_("已有新版本"))


def _rename_what_is_due() -> None:
    """Obligations name their clause: what is due is brought in line with the new numbering."""
    events.emit(PolicyTookEffect("", "cadence", "customer", 0))


@verb("regulations.withdraw")
def withdraw(version_id: int, *, actor: Viewer, reason: str) -> RegulationVersion:
    """Take back a version that is published but not yet in force; the one before goes on."""
    require(actor, "regulation", "publish")
    version = _locked(version_id, Status.PUBLISHED)
    if not reason.strip():
        raise Refused(_("写明撤回的原因"), field="reason")
    if version.effective_from is None or version.effective_from <= clock.today():
        raise Refused(_("第 %(n)s 版已经生效，不能撤回；发布一个新版本来替代它") % {"n": version.number})
    version.status = Status.WITHDRAWN
    version.save(update_fields=["status"])
    before = Q(regulation=version.regulation_id, status=Status.PUBLISHED, superseded_on=version.effective_from)
    RegulationVersion.objects.filter(before).update(superseded_on=version.superseded_on)
    Obligation.objects.filter(
        kind=selectors.READING, subject_kind=selectors.SUBJECT, subject_id=version.pk, state__in=["open", "snoozed"]
    ).update(state="withdrawn", closed_reason=_("版本已撤回"))
    return version


@verb("regulations.install")
def install(text: str, pack: str, *, actor: Viewer) -> RegulationVersion | None:
    """Publish a pack's document, in force from the beginning; None where the company has one under its code already.

    Where the company's own policies lack a number that the text quotes, it stays a draft that says so.
    """
    wording = parse(text, selectors.known())
    if Regulation.objects.filter(code=wording.code).exists():
        return None
    draft = save_draft(text, actor=actor)
    Regulation.objects.filter(pk=draft.regulation_id).update(pack=pack)
    return publish(draft.pk, effective=BEGINNING, actor=actor) if wording.sound else draft
