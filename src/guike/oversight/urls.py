from django.urls import path

from guike.oversight.views import due, erasure, inventory, requests, trail

app_name = "oversight"
urlpatterns = [
    path("audit/", trail.looks, name="looks"),
    path("audit/logins/", trail.logins, name="logins"),
    path("audit/changes/", trail.changes, name="changes"),
    path("audit/changes/<slug:context>/", trail.change, name="change"),
    path("audit/verify/", trail.verify, name="verify"),
    path("personal/inventory/", inventory.inventory, name="inventory"),
    path("personal/requests/", requests.requests, name="requests"),
    path("personal/requests/add/", requests.add, name="request_add"),
    path("personal/requests/<int:pk>/", requests.one, name="request"),
    path("personal/requests/<int:pk>/check/", requests.check, name="request_check"),
    path("personal/requests/<int:pk>/refuse/", requests.refuse, name="request_refuse"),
    path("personal/requests/<int:pk>/close/", requests.close, name="request_close"),
    path("personal/requests/<int:pk>/copy/", erasure.copy, name="request_copy"),
    path("personal/requests/<int:pk>/erase/", erasure.erase, name="request_erase"),
    path("personal/requests/<int:pk>/count/", erasure.count, name="request_count"),
    path("personal/requests/<int:pk>/confirm/", erasure.confirm, name="request_confirm"),
    path("personal/requests/<int:pk>/return/", erasure.give_back, name="request_return"),
    path("personal/requests/<int:pk>/hold/", erasure.hold, name="request_hold"),
    path("personal/requests/<int:pk>/hold/<int:hold>/release/", erasure.release, name="request_release"),
    path("personal/requests/<int:pk>/kept/<int:keeping>/", erasure.kept, name="request_kept"),
    path("personal/due/", due.due_people, name="due"),
    path("personal/due/<int:pk>/", due.due_person, name="due_person"),
    path("personal/due/<int:pk>/keep/", due.keep, name="due_keep"),
    path("personal/due/<int:pk>/erase/", due.erase, name="due_erase"),
    path("personal/terms/", requests.terms, name="terms"),
    path("audit/seen/<slug:code>/<int:pk>/", trail.seen, name="seen"),
]
