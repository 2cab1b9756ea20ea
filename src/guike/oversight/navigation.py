from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guike.oversight import selectors
from guike.platform.ui import navigation, record_links

navigation.register(
    "audit", group="settings", label=_("审计"), icon="shield-check", url_name="oversight:looks", order=85, access=("access_log", "view")
)
navigation.register(
    "personal-requests",
    group="settings",
    label=_("个人信息请求"),
    icon="user-shield",
    url_name="oversight:requests",
    order=86,
    access=("personal_request", "confirm"),
    count=selectors.waiting_count,
)
navigation.register(
    "personal-due",
    group="settings",
    label=_("到期的个人信息"),
    icon="calendar-x",
    url_name="oversight:due",
    order=87,
    access=("personal_due", "view"),
    count=selectors.due_count,
)
navigation.register(
    "personal-inventory", group="settings", label=_("个人信息清单"), icon="list-check", url_name="oversight:inventory", order=88, access=("personal_field", "view")
)  # fmt: skip
for code in ("contact", "customer"):
    record_links.register(
        code,
        record_links.RecordLink(
            _("个人信息请求"),
            "user-shield",
            lambda row, code=code: f"{reverse('oversight:request_add')}?kind={code}&id={row.pk}",  # type: ignore[misc]
            ("personal_request", "add"),
            only=lambda row: not getattr(row, "is_company", False),
        ),
    )
