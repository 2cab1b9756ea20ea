from django.urls import path

from guike.platform import views

app_name = "platform"
urlpatterns = [
    path("healthz", views.health, name="health"),
    path("files/<int:pk>/", views.attachment, name="attachment"),
    path("history/<slug:code>/<int:pk>/", views.record_history, name="history"),
    path("jobs/", views.job_list, name="jobs"),
    path("jobs/<int:pk>/", views.job, name="job"),
    path("numbers/", views.series_list, name="series"),
    path("numbers/<int:pk>/", views.series, name="series_change"),
]
