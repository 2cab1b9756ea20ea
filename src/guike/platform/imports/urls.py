from django.urls import path

from guike.platform.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.start, name="start"),
    path("history/", views.history, name="history"),
    path("export/", views.export, name="export"),
    path("template/<slug:code>/", views.template, name="template"),
    path("<int:pk>/", views.run, name="run"),
    path("<int:pk>/columns/", views.columns, name="columns"),
    path("<int:pk>/preview/", views.preview, name="preview"),
    path("<int:pk>/rejected/", views.rejected, name="rejected"),
    path("<int:pk>/undo/", views.take_back, name="undo"),
]
