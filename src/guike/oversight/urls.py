from django.urls import path

from guike.oversight.views import inventory, trail

app_name = "oversight"
urlpatterns = [
    path("audit/", trail.looks, name="looks"),
    path("audit/logins/", trail.logins, name="logins"),
    path("audit/changes/", trail.changes, name="changes"),
    path("audit/changes/<slug:context>/", trail.change, name="change"),
    path("audit/verify/", trail.verify, name="verify"),
    path("personal/inventory/", inventory.inventory, name="inventory"),
    path("audit/seen/<slug:code>/<int:pk>/", trail.seen, name="seen"),
]
