"""A document's draft on the screen: clause by clause, as a whole, compared, published, given out to be read (POL-09)."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from guike.engine.forms import ReasonForm
from guike.engine.models.regulation import RegulationVersion
from guike.engine.policies.differences import text_pieces
from guike.engine.policies.yaml_text import read as read_yaml
from guike.engine.regulations import anchors, carriers, forms, reading, selectors, services, tree
from guike.engine.regulations.rules import Pair, Said, article, chapter, compare
from guike.engine.regulations.wording import parse
from guike.platform import clock
from guike.platform.access import Viewer, page
from guike.platform.errors import Refused
from guike.platform.ui import navigation, sheets

SKELETON = """code: my-rules
title: 客户管理制度
department: marketing
chapters:
  - title: 总则
    clauses:
      - key: purpose
        title: 目的
        text: |
          为规范客户管理，制定本制度。
        carried_by: [people:市场部]
"""


def _draft(viewer: Viewer, code: str) -> RegulationVersion:
    found = selectors.versions(viewer, code).select_related("regulation").filter(status="draft").first()
    if found is None:
        raise Http404(_("没有草案，先起草新版"))
    return found


@page("regulation", "change")
@require_POST
def new_draft(request: HttpRequest, code: str) -> HttpResponse:
    """Start a draft from the newest version."""
    versions = selectors.versions(request.viewer, code)
    if not versions.filter(status="draft").exists():
        newest = versions.filter(status="published").first()
        if newest is not None:
            services.save_draft(newest.yaml, actor=request.viewer)
    return redirect("engine:regulation_draft", code)


@page("regulation", "change")
def draft(request: HttpRequest, code: str) -> HttpResponse:
    """The draft to be worked on: every clause with its buttons, what is wrong on top."""
    version = _draft(request.viewer, code)
    if request.method == "POST":
        return _operate(request, version)
    wording = parse(version.yaml, selectors.known())
    context = {
        "version": version,
        "regulation": version.regulation,
        "chapters": [(chapter(one.number), one) for one in selectors.chapters(request.viewer, version)],
        "problems": wording.problems,
        "sound": wording.sound,
        "icons": carriers.ICONS,
        "others": selectors.versions(request.viewer, code).filter(status="published").exists(),
    }
    return render(request, "engine/regulations/draft.html", context)


def _operate(request: HttpRequest, version: RegulationVersion) -> HttpResponse:
    verb, _colon, key = request.POST.get("do", "").partition(":")
    whole = read_yaml(version.yaml).content
    changes = {
        "up": lambda: tree.moved(whole, key, -1),
        "down": lambda: tree.moved(whole, key, 1),
        "remove": lambda: tree.without(whole, key),
    }
    if verb in changes:
        services.save_tree(changes[verb](), actor=request.viewer, lock=_lock(request))
    return redirect(reverse("engine:regulation_draft", args=[version.regulation.code]) + (f"#{key}" if verb != "remove" else ""))


def _lock(request: HttpRequest) -> int | None:
    text = request.POST.get("lock", "")
    return int(text) if text.isdigit() else None


def _offered(held: list[str]) -> dict[str, list[tuple[str, str]]]:
    """What a clause may be carried out by; what the clause names already stays offered, whatever it is."""
    known = selectors.known()
    offered = {
        "policy": [(f"policy:{code}", face.title) for code, face in known.faces.items()],
        "form": [(f"form:{code}", str(form.label)) for code, form in carriers.forms().items()],
        "page": [(f"page:{code}", str(entry.label)) for code, entry in navigation.entries().items() if entry.group not in ("", "settings")],
    }
    for text in held:
        kind = text.partition(":")[0]
        if kind in offered and text not in dict(offered[kind]):
            entry = navigation.entries().get(text.partition(":")[2]) if kind == "page" else None
            offered[kind].append((text, str(entry.label) if entry else text.partition(":")[2]))
    return offered


@page("regulation", "change")
def edit_clause(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """One clause as a form; the key 「new」 adds one to the chapter of `?chapter=`."""
    version = _draft(request.viewer, code)
    whole = read_yaml(version.yaml).content
    standing = tree.find(whole, key)
    if standing is None and key != "new":
        raise Http404
    place, said = standing or (0, {})
    held = [str(one) for one in said.get("carried_by") or []]
    form = forms.ClauseForm(
        request.POST or None, viewer=request.viewer, offered=_offered(held), initial=_initial(request, version, whole, place, said, held)
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = tree.put(
                whole,
                said.get("key") or tree.free_key(whole),
                given["chapter"].strip(),
                given["title"].strip(),
                given["text"],
                form.carried_by(),
            )
            services.save_tree(made, actor=request.viewer, lock=given["lock"])
            return sheets.done(request, _("已存到草案"), to=reverse("engine:regulation_draft", args=[code]))
        except Refused as refusal:
            form.refuse(refusal)
    context = {
        "form": form,
        "version": version,
        "regulation": version.regulation,
        "numbers": list(anchors.available(selectors.texts())),
        "chapters": [one.get("title") for one in tree.chapters_of(whole)],
        "new": key == "new",
    }
    return render(request, "engine/regulations/clause_form.html", context, status=sheets.form_status(form))


def _initial(request: HttpRequest, version: RegulationVersion, whole: dict, place: int, said: dict, held: list[str]) -> dict:
    chapters = tree.chapters_of(whole)
    wanted = request.GET.get("chapter", "") or (chapters[place].get("title", "") if chapters else "")
    return {
        "chapter": wanted,
        "title": said.get("title", ""),
        "text": str(said.get("text", "")).strip(),
        "policies": [one for one in held if one.startswith("policy:")],
        "forms_used": [one for one in held if one.startswith("form:")],
        "pages": [one for one in held if one.startswith("page:")],
        "people": "、".join(one.partition(":")[2] for one in held if one.startswith("people:")),
        "lock": version.lock,
    }


@page("regulation", "change")
def whole_text(request: HttpRequest, code: str) -> HttpResponse:
    """The draft as one text."""
    version = _draft(request.viewer, code)
    form = forms.WholeForm(request.POST or None, viewer=request.viewer, initial={"yaml": version.yaml, "lock": version.lock})
    problems = parse(version.yaml, selectors.known()).problems
    if request.method == "POST" and form.is_valid():
        try:
            if (said := parse(form.cleaned_data["yaml"], selectors.known()).code) and said != code:
                raise Refused(_("这里改的是 %(code)s，code 不能改成 %(said)s") % {"code": code, "said": said}, field="yaml")
            services.save_draft(form.cleaned_data["yaml"], actor=request.viewer, lock=form.cleaned_data["lock"])
            return redirect("engine:regulation_draft", code)
        except Refused as refusal:
            form.refuse(refusal)
    context = {"form": form, "version": version, "regulation": version.regulation, "problems": problems}
    return render(request, "engine/regulations/whole.html", context, status=sheets.form_status(form))


@page("regulation", "add")
def new(request: HttpRequest) -> HttpResponse:
    """A new document from a text: the skeleton, or one pasted."""
    form = forms.WholeForm(request.POST or None, viewer=request.viewer, initial={"yaml": SKELETON})
    if request.method == "POST" and form.is_valid():
        try:
            if any(
                one.regulation.code == parse(form.cleaned_data["yaml"], selectors.known()).code
                for one in selectors.regulations(request.viewer)
            ):
                raise Refused(_("这个代码的制度文件已有，换一个代码，或在那份文件上起草新版"), field="yaml")
            made = services.save_draft(form.cleaned_data["yaml"], actor=request.viewer)
            return redirect("engine:regulation_draft", made.regulation.code)
        except Refused as refusal:
            form.refuse(refusal)
    return render(request, "engine/regulations/whole.html", {"form": form}, status=sheets.form_status(form))


# --- comparing ----------------------------------------------------------------------------------------------------------

HOW = {"same": "", "changed": lazy("有改动"), "moved": lazy("移了位置"), "added": lazy("新增"), "removed": lazy("删去")}


@page("regulation")
def compare_versions(request: HttpRequest, code: str) -> HttpResponse:
    """`?a=1&b=2`: two versions clause by clause, changed words marked."""
    known = [one for one in selectors.versions(request.viewer, code).select_related("regulation") if one.status != "withdrawn"]
    context: dict = {"known": known, "regulation": selectors.regulation(request.viewer, code)}
    if len(known) > 1:
        a, b = _chosen(known, request.GET.get("a", ""), known[1]), _chosen(known, request.GET.get("b", ""), known[0])
        pairs = compare(selectors.said(a), selectors.said(b))
        context |= {
            "a": a,
            "b": b,
            "changed": [_shown(one) for one in pairs if one.how != "same"],
            "same": sum(one.how == "same" for one in pairs),
        }
    return render(request, "engine/regulations/compare.html", context)


def _chosen(known: list[RegulationVersion], text: str, otherwise: RegulationVersion) -> RegulationVersion:
    if not text:
        return otherwise
    found = next((one for one in known if str(one.number) == text), None)
    if found is None:
        raise Http404(_("没有这一版"))
    return found


def _shown(pair: Pair) -> dict:
    def name(one: Said | None) -> str:
        return f"{article(one.number)} {one.title}".strip() if one else ""

    before, after = pair.before.text if pair.before else "", pair.after.text if pair.after else ""
    return {
        "how": pair.how,
        "word": HOW[pair.how],
        "before": name(pair.before),
        "after": name(pair.after),
        "pieces": text_pieces(before, after),
        "carriers": sorted(set(pair.before.carried_by if pair.before else ()) ^ set(pair.after.carried_by if pair.after else ()))
        if pair.how == "changed"
        else [],
    }


# --- publishing and giving out ------------------------------------------------------------------------------------------


@page("regulation", "publish")
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Publish the draft from a day on, and say who is to read it; asks once."""
    version = _draft(request.viewer, code)
    form = forms.PublishRegulationForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and "confirmed" in request.POST and form.is_valid():
        given = form.cleaned_data
        try:
            day: date = given["effective"]
            services.publish(version.pk, effective=day, note=given["note"], actor=request.viewer)
            asked = 0
            if given["everyone"] or given["departments"]:
                wanted = [] if given["everyone"] else [int(one) for one in given["departments"]]
                asked = reading.ask(version.pk, department_ids=wanted, actor=request.viewer)
            names = {"n": version.number, "day": day, "asked": asked}
            text = _("第 %(n)s 版已发布，%(day)s 起生效，%(asked)s 人待读") if asked else _("第 %(n)s 版已发布，%(day)s 起生效")
            return sheets.done(request, text % names, to=reverse("engine:regulation", args=[code]), stay=False)
        except Refused as refusal:
            form.refuse(refusal)
    return sheets.confirm(
        request,
        title=_("发布《%(title)s》第 %(n)s 版") % {"title": version.title, "n": version.number},
        consequences=_consequences(request.viewer, version),
        submit=_("发布"),
        cancel=reverse("engine:regulation_draft", args=[code]),
        form=form,
        hidden=[("confirmed", "1")],
    )


def _consequences(viewer: Viewer, version: RegulationVersion) -> list[str]:
    wording = parse(version.yaml, selectors.known())
    if not wording.sound:
        return [str(one) for one in wording.problems if one.fatal]
    lines = [_("发布后不能再改，只能用新版本替代")]
    before = selectors.versions(viewer, version.regulation.code).filter(status="published").first()
    if before is not None:
        count = sum(one.how != "same" for one in compare(selectors.said(before), selectors.said(version)))
        lines.append(_("与第 %(n)s 版比，%(count)s 条不同") % {"n": before.number, "count": count})
    if warnings := sum(not one.fatal for one in wording.problems):
        lines.append(_("%(n)s 条没有写由什么执行，或写的还没有") % {"n": warnings})
    return lines


@page("regulation", "change")
def discard(request: HttpRequest, code: str) -> HttpResponse:
    """Throw the draft away; asks once."""
    version = _draft(request.viewer, code)
    if request.method == "POST":
        services.discard_draft(version.pk, actor=request.viewer)
        return sheets.done(request, _("草案已删"), to=reverse("engine:regulations"), stay=False)
    consequences = [_("第 %(n)s 版草案不再保留，已发布的版本不受影响") % {"n": version.number}]
    cancel = reverse("engine:regulation_draft", args=[code])
    return sheets.confirm(request, title=_("删去草案"), consequences=consequences, submit=_("删去"), cancel=cancel, danger=True)


@page("regulation", "publish")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a version that has not begun yet."""
    version = selectors.version_by_id(request.viewer, pk)
    back = reverse("engine:regulation", args=[version.regulation.code])
    form = ReasonForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        services.withdraw(pk, reason=form.cleaned_data["reason"], actor=request.viewer)
        return sheets.done(request, _("已撤回，原版本继续有效"), to=back, stay=False)
    consequences = [_("第 %(n)s 版不再于 %(day)s 生效，原版本继续有效") % {"n": version.number, "day": version.effective_from}]
    return sheets.confirm(
        request, title=_("撤回未生效的版本"), consequences=consequences, submit=_("撤回"), cancel=back, danger=True, form=form
    )


@page("regulation", "publish")
def readers(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has read a version and who has not; more can be asked, those who still have to can be reminded."""
    version = selectors.version_by_id(request.viewer, pk)
    here = reverse("engine:regulation_readers", args=[pk])
    form = forms.AskForm(
        request.POST if request.POST.get("do") == "ask" else None, viewer=request.viewer, initial={"due_on": clock.today()}
    )
    if request.method == "POST" and request.POST.get("do") == "remind":
        count = reading.remind(pk, actor=request.viewer)
        return sheets.done(request, _("已提醒 %(n)s 人，今天读完") % {"n": count}, to=here)
    if form.is_bound and form.is_valid():
        try:
            wanted = [int(one) for one in form.cleaned_data["departments"]]
            count = reading.ask(pk, department_ids=wanted, due_on=form.cleaned_data["due_on"], actor=request.viewer)
            return sheets.done(request, _("又通知 %(n)s 人阅读") % {"n": count}, to=here)
        except Refused as refusal:
            form.refuse(refusal)
    found = reading.readers(request.viewer, pk)
    context = {
        "version": version,
        "regulation": version.regulation,
        "readers": found,
        "form": form,
        "still": sum(one.confirmed_on is None for one in found),
    }
    return render(request, "engine/regulations/readers.html", context, status=sheets.form_status(form))
