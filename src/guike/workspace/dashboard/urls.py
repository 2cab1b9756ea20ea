from django.urls import path

from guike.workspace.dashboard import views

urlpatterns = [path("dashboard/", views.dashboard, name="dashboard")]
