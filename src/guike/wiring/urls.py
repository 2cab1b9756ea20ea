"""Every page of the product: one line a domain. Each domain declares its own patterns in its `urls.py`."""

from django.urls import include, path

DOMAINS = [
    ("", "guike.platform.urls"),
    ("", "guike.platform.ui.urls"),
    ("", "guike.platform.dictionaries.urls"),
    ("imports/", "guike.platform.imports.urls"),
    ("", "guike.platform.notifications.urls"),
    ("", "guike.platform.api.urls"),
    ("", "guike.platform.operations.urls"),
    ("settings/webhooks/", "guike.platform.webhooks.urls"),
    ("", "guike.organisation.urls"),
    ("policies/", "guike.engine.urls"),
    ("automations/", "guike.engine.automations.urls"),
    ("approvals/", "guike.engine.approvals.urls"),
    ("customers/", "guike.customers.urls"),
    ("products/", "guike.products.urls"),
    ("sales/", "guike.sales.urls"),
    ("contact/", "guike.contact.urls"),
    ("marketing/", "guike.marketing.urls"),
    ("api/v1/", "guike.wiring.api"),
    ("", "guike.wiring.mcp"),
    ("", "guike.oversight.urls"),
    ("", "guike.workspace.urls"),
]


urlpatterns = [path(prefix, include(module)) for prefix, module in DOMAINS]
handler403 = "guike.platform.views.forbidden"
handler404 = "guike.platform.views.not_found"
handler500 = "guike.platform.views.broken"
