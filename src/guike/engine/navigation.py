from django.utils.translation import gettext_lazy as _

from guike.engine.approvals import selectors as approvals
from guike.engine.regulations.selectors import href_of
from guike.platform.ui import navigation, shell

navigation.register(
    "policies", group="policy", label=_("制度"), icon="book-2", url_name="engine:policies", order=10, access=("policy", "view")
)
navigation.register(
    "regulations", group="policy", label=_("制度文件"), icon="book", url_name="engine:regulations", order=5, access=("regulation", "view")
)
navigation.register(
    "decisions", group="policy", label=_("判定记录"), icon="scale", url_name="engine:decisions", order=20, access=("policy", "view")
)
navigation.register("approvals", group="", label=_("审批"), icon="checkup-list", url_name="approvals:list", order=3, access=("approval", "view"),
                    count=approvals.waiting_count, shortcut="a", bottom=3)  # fmt: skip
shell.provide_clause_href(href_of)
