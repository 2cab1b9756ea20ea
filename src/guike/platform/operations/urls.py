from django.urls import path

from guike.platform.operations import views

app_name = "operations"
urlpatterns = [
    path("readyz", views.ready, name="ready"),
    path("metrics", views.metrics, name="metrics"),
    path("settings/status/", views.status, name="status"),
    path("settings/backups/", views.backups, name="backups"),
    path("settings/backups/plan/", views.plan, name="plan"),
    path("settings/backups/now/", views.back_up_now, name="back_up_now"),
    path("settings/backups/<int:pk>/", views.backup, name="backup"),
    path("settings/backups/<int:pk>/drill/", views.drill_now, name="drill_now"),
]
