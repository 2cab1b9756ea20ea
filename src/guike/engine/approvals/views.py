"""The inbox and the card of one request (PLT-05): decide with one tap, go on with the next."""

from collections.abc import Callable
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guike.engine.approvals import exports, forms, selectors, services
from guike.engine.approvals.lists import ApprovalList
from guike.platform import audit, files
from guike.platform.access import allowed, page
from guike.platform.errors import Forbidden, Refused
from guike.platform.ui import navigation, sheets
from guike.platform.ui.components import Entry
from guike.platform.ui.shell import in_sheet

ICONS = {
    "submit": "send", "resubmit": "send", "approve": "check", "return": "arrow-back-up", "reject": "x", "delegate": "user-share", "add": "user-plus",
    "withdraw": "arrow-back-up", "remind": "bell", "notice": "alarm", "deputy": "users", "replace": "users", "lapse": "ban", "comment": "message",
}  # fmt: skip


@page("approval")
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for me, what I sent, what I signed, what I got a copy of."""
    if request.method == "POST":
        navigation.forget_counts(request.viewer)  # type: ignore[attr-defined]
    return ApprovalList().respond(request)


@page("approval", row="pk")
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what, who, the differences, the route, the trace, and the buttons of whose turn it is."""
    viewer = request.viewer  # type: ignore[attr-defined]
    found = selectors.card(viewer, pk)
    services.mark_seen(pk, actor=viewer)
    return _card(request, found, forms.SignForm(viewer=viewer))


def _card(request: HttpRequest, found: selectors.Card, form: Any) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    waiting = selectors.waiting_count(viewer) if found.may_sign else 0
    following = selectors.next_waiting(viewer, found.approval.pk) if found.may_sign and waiting > 1 else None
    trace = [
        Entry(line.at, f"{line.who} {line.what}", ICONS.get(line.verb, "circle"), text=line.comment, own=line.verb == "approve")
        for line in found.trace
    ]
    context = {"card": found, "approval": found.approval, "form": form, "waiting": waiting, "following": following, "trace": trace,
               "file": exports.file_of(found.approval, viewer) if found.approval.state == "approved" else None}  # fmt: skip
    return render(request, "engine/approvals/card.html", context, status=sheets.form_status(form))


@page("approval", row="pk")
def why(request: HttpRequest, pk: int) -> HttpResponse:
    """Why this route: the row that held, the values looked at, the clause and the version."""
    found = selectors.card(request.viewer, pk)  # type: ignore[attr-defined]
    approval = found.approval
    context = {"card": found, "approval": approval, "route": approval.route}
    if approval.policy_id and allowed(request.viewer, "policy", "view"):  # type: ignore[attr-defined]
        context |= {"can_policy": True, "policy_code": approval.policy.code}  # type: ignore[union-attr]
    return render(request, "engine/approvals/why.html", context)


@page("approval")
@require_POST
def ask_export(request: HttpRequest) -> HttpResponse:
    """A large export is asked for with a reason; the page before carried along what it is."""
    viewer = request.viewer  # type: ignore[attr-defined]
    asked = exports.unsealed(request)
    form = forms.ExportForm(request.POST, viewer=viewer)
    if form.is_valid():
        try:
            made = exports.ask_export(asked, actor=viewer, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return sheets.done(request, _("已提交 %(number)s，等审批") % {"number": made.number}, to=made.get_absolute_url(), stay=False)
    return exports.ask_page(request, asked, form)


@page("approval", row="pk")
def export_file(request: HttpRequest, pk: int) -> FileResponse:
    """The file of an approved export, for who asked for it."""
    viewer = request.viewer  # type: ignore[attr-defined]
    found = exports.file_of(selectors.card(viewer, pk).approval, viewer)
    if found is None or not files.is_there(found.sha256):
        raise Refused(_("没有文件：还没生成，或者不是你申请的导出"))
    audit.note(viewer, "download", "approval", pk, detail={"file": found.name})
    return FileResponse(files.opened(found.sha256), as_attachment=True, filename=found.name, content_type=found.media_type)


VERBS: dict[str, tuple[Callable[..., Any], str]] = {
    "approve": (services.approve, "已同意"),
    "return": (services.send_back, "已退回修改"),
    "reject": (services.reject, "已记为不同意"),
}


@page("approval", "sign", row="pk")
@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve, return or refuse; then the next request of the own list."""
    viewer = request.viewer  # type: ignore[attr-defined]
    verb, words = VERBS.get(request.POST.get("do", ""), (None, ""))
    form = forms.SignForm(request.POST, viewer=viewer)
    found = selectors.card(viewer, pk, "sign")
    if verb is None or not form.is_valid():
        return _card(request, found, form)
    try:
        verb(pk, actor=viewer, comment=form.cleaned_data["comment"])
    except (Refused, Forbidden) as refusal:
        form.add_error("comment" if getattr(refusal, "field", None) == "comment" else None, str(refusal.message))
        return _card(request, found, form)
    navigation.forget_counts(viewer)
    return _onward(request, pk, _(words))


def _onward(request: HttpRequest, pk: int, words: str) -> HttpResponse:
    """After one's turn: the next one waiting, else back to the card."""
    viewer = request.viewer  # type: ignore[attr-defined]
    left = selectors.waiting_count(viewer)
    following = selectors.next_waiting(viewer, pk)
    if following is None or in_sheet(request):
        return sheets.done(request, words, to=reverse("approvals:card", args=[pk]))
    message = _("%(done)s，还有 %(n)s 件") % {"done": words, "n": left}
    return sheets.done(request, message, to=reverse("approvals:card", args=[following]), stay=False)


def _carry_out(request: HttpRequest, pk: int, form: Any, do: Callable[[dict[str, Any]], Any], words: str, **confirm: Any) -> HttpResponse:
    """A form in a sheet that does one thing to the request."""
    back = reverse("approvals:card", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        except Forbidden as refusal:
            form.add_error(None, str(refusal.message))
        else:
            navigation.forget_counts(request.viewer)  # type: ignore[attr-defined]
            return sheets.done(request, words, to=back)
    return sheets.confirm(request, cancel=back, form=form, **confirm)


@page("approval", "sign", row="pk")
def delegate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody else sign instead."""
    viewer = request.viewer  # type: ignore[attr-defined]
    selectors.card(viewer, pk, "sign")
    return _carry_out(
        request,
        pk,
        forms.DelegateForm(request.POST or None, viewer=viewer),
        lambda given: services.delegate(pk, int(given["person"]), actor=viewer, comment=given["comment"]),
        _("已转交"),
        title=_("转交"),
        consequences=[_("由这位同事代替你签，你不用再签")],
        submit=_("转交"),
    )


@page("approval", "sign", row="pk")
def add_signer(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody else sign too."""
    viewer = request.viewer  # type: ignore[attr-defined]
    selectors.card(viewer, pk, "sign")
    return _carry_out(
        request,
        pk,
        forms.AddForm(request.POST or None, viewer=viewer, initial={"place": "before"}),
        lambda given: services.add_signer(pk, int(given["person"]), place=given["place"], actor=viewer, comment=given["comment"]),
        _("已加签"),
        title=_("加签"),
        consequences=[_("在我之前签：对方签完再回到你；在我之后签：你签完再到对方")],
        submit=_("加签"),
    )


@page("approval", row="pk")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own request back."""
    viewer = request.viewer  # type: ignore[attr-defined]
    selectors.card(viewer, pk)
    return _carry_out(
        request,
        pk,
        forms.WithdrawForm(request.POST or None, viewer=viewer),
        lambda given: services.withdraw(pk, actor=viewer, reason=given["reason"]),
        _("已撤回"),
        title=_("撤回申请"),
        consequences=[_("申请作废，已签的意见留在记录里；要办得重新申请")],
        submit=_("撤回"),
        danger=True,
    )


@page("approval", row="pk")
def resubmit(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a returned request on its way again."""
    viewer = request.viewer  # type: ignore[attr-defined]
    found = selectors.card(viewer, pk)
    return _carry_out(
        request,
        pk,
        forms.AgainForm(request.POST or None, viewer=viewer, initial={"reason": found.approval.reason}),
        lambda given: services.resubmit(pk, actor=viewer, reason=given["reason"], comment=given["comment"]),
        _("已重新提交"),
        title=_("改后再交"),
        consequences=[_("按现行制度从第一步重新走")],
        submit=_("提交"),
    )


@page("approval", row="pk")
@require_POST
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the signers for haste."""
    viewer = request.viewer  # type: ignore[attr-defined]
    found = services.remind(pk, actor=viewer)
    people = "、".join(signature.name for step in selectors.card(viewer, pk).steps for signature in step.signatures if signature.mark == "waiting")
    return sheets.done(request, _("已催%(people)s") % {"people": f" {people}" if people else ""}, to=found.get_absolute_url())


@page("approval", row="pk")
@require_POST
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something without deciding."""
    services.comment(pk, actor=request.viewer, text=request.POST.get("comment", ""))  # type: ignore[attr-defined]
    return redirect("approvals:card", pk)
