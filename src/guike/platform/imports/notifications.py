"""Messages of imports: whoever started one in the background hears how it ended."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.platform.notifications import registry
from guike.platform.notifications.services import notify

registry.register_kind(registry.Kind("import.finished", gettext_lazy("导入做完"), icon="file-import"))


def tell_starter(run: Any) -> None:
    """Tell who started a run that it is done, and in numbers what became of its rows."""
    run.refresh_from_db()
    written, rejected = run.created + run.updated, run.rejected

    def title() -> str:
        words = _("「%(file)s」导入 %(n)d 行") if run.state == run.State.DONE else _("「%(file)s」没有导入，写入 %(n)d 行")
        return words % {"file": run.file_name, "n": written}

    def text() -> str:
        return _("%(n)d 行有问题，打开看哪几行") % {"n": rejected} if rejected else ""

    notify(
        "import.finished",
        accounts=[run.by_id] if run.by_id else [],
        title=title,
        text=text,
        href=reverse("imports:run", args=[run.pk]),
        key=f"import:{run.pk}",
        subject=("import_run", run.pk),
    )
