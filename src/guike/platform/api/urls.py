from django.urls import path

from guike.platform.api import views

app_name = "api"
urlpatterns = [
    path("api/", views.reference, name="reference"),
    path("api/help/<slug:tag>/", views.reference_of, name="reference_of"),
    path("settings/api-keys/", views.index, name="keys"),
    path("settings/api-keys/add/", views.add, name="key_add"),
    path("settings/api-keys/<int:pk>/", views.change, name="key"),
    path("settings/api-keys/<int:pk>/revoke/", views.revoke, name="key_revoke"),
]
