"""A call repeated with the same `Idempotency-Key` has one effect and one answer, whatever breaks in between (PLT-07, 08-quality)."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from guike.platform import clock, sealing
from guike.platform.api.models import ApiKey, IdempotentAnswer
from guike.platform.api.problems import Problem

KEPT = timedelta(hours=24)
#: What a key consists of; the API's description says the same.
VISIBLE = re.compile(r"[!-~]{0,200}")
KEPT_HEADERS = ("Content-Type", "ETag", "Location")


def token_of(request: HttpRequest) -> str:
    """The key that the caller gave this call; "" for none. Raises Problem for one that cannot be kept."""
    token = request.headers.get("Idempotency-Key", "").strip()
    if not VISIBLE.fullmatch(token):
        raise Problem(422, "idempotency_key", _("Idempotency-Key 最多 200 个字母、数字或半角符号，不含空格"), field="Idempotency-Key")
    return token


def fingerprint(request: HttpRequest) -> str:
    """What was asked; files count by their content, as the borders of a multipart body differ with every sending."""
    told = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode(errors="surrogatepass"))
    if (request.content_type or "").startswith("multipart/"):
        told.update(json.dumps(sorted(request.POST.lists())).encode())
        for name, files in sorted(request.FILES.lists()):
            for file in files:
                told.update(f"{name} {file.name}\n".encode())
                for chunk in file.chunks():
                    told.update(chunk)
                file.seek(0)
    else:
        told.update(request.body)
    return told.hexdigest()


def once(request: HttpRequest, key: ApiKey, token: str, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer, and keep the answer in the same transaction; or give the kept one again.

    The row is written first: a second call at the same time waits for the first one's transaction, then finds its answer, or takes its
    turn where the first one failed. A refusal has no effect and is not kept.
    """
    asked = fingerprint(request)
    IdempotentAnswer.objects.filter(key=key, token=token, at__lt=clock.now() - KEPT).delete()
    with transaction.atomic():
        IdempotentAnswer.objects.bulk_create([IdempotentAnswer(key=key, token=token, fingerprint=asked)], ignore_conflicts=True)
        row = IdempotentAnswer.objects.get(key=key, token=token)
        if row.status == 0:  # nobody commits a row without its answer: it is ours
            response = answer()
            if response.status_code >= 400:
                transaction.set_rollback(True)
                return response
            row.status, row.body = response.status_code, sealing.seal(response.content.decode())
            row.headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
            row.save(update_fields=["status", "body", "headers"])
            return response
    if row.fingerprint != asked:
        raise Problem(422, "idempotency_reused", _("这个 Idempotency-Key 已用于另一个请求，换一个再发"), field="Idempotency-Key")
    return _again(row)


def _again(row: IdempotentAnswer) -> HttpResponse:
    response = HttpResponse(sealing.unseal(row.body), status=row.status, headers=row.headers)
    response.headers["Idempotency-Replayed"] = "true"
    return response


def forget_old() -> None:
    """Answers older than a day are dropped."""
    IdempotentAnswer.objects.filter(at__lt=clock.now() - KEPT).delete()
