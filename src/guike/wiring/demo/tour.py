"""The demo's side of the guided tour: who plays whom, and a draft to try (PLT-12)."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from django.apps import apps
from django.conf import settings

from guike.engine import services as engine
from guike.organisation.selectors import viewer_of_person
from guike.platform.access import Viewer
from guike.workspace.tour.cast import Part

#: Stop → login.
CAST = {
    "today": "chensiyuan", "customer": "chensiyuan", "why": "chensiyuan", "log": "chensiyuan", "pool": "huangke",
    "duplicates": "hejing", "draft": "sunmin", "approval": "sunmin", "clause": "shenguoheng", "dashboard": "shenguoheng",
}  # fmt: skip


def parts() -> Mapping[str, Part]:
    """The cast with its published passwords, where this instance was started as the demo; nothing elsewhere.

    `guike demo` keeps its logins in the instance's folder and refuses a folder that holds a real instance.
    """
    path = settings.HOME / "demo.json"
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return {}
    return _read(path, changed)


@lru_cache(maxsize=2)
def _read(path: Path, changed: int) -> Mapping[str, Part]:
    rows = json.loads(path.read_text(encoding="utf-8") or "[]")
    logins = {row["login"]: Part(row["login"], row["password"], row["role"]) for row in rows}
    return {code: logins[login] for code, login in CAST.items() if login in logins}


def begin_draft(staff: Any) -> None:
    """孙敏 is about to lower the line of A by two points: the trial shows whom that would lift."""
    found = apps.get_model("engine.PolicyVersion").objects.get(policy__code="customer-grade", status="published")
    changed = (
        found.yaml.replace("from: 80, strategy", "from: 78, strategy")
        .replace("80 分以上为 A", "78 分以上为 A")
        .replace("不足 80 分为 B", "不足 78 分为 B")
    )
    engine.save_draft(changed, actor=cast(Viewer, viewer_of_person(staff.people["孙敏"])))
