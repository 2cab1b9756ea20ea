from django.urls import path

from guike.engine.automations import views

app_name = "automations"
urlpatterns = [
    path("", views.automations, name="list"),
    path("add/", views.add, name="add"),
    path("<int:pk>/", views.automation, name="automation"),
    path("<int:pk>/change/", views.change, name="change"),
    path("<int:pk>/trial/", views.trial, name="trial"),
    path("<int:pk>/switch/", views.switch, name="switch"),
    path("<int:pk>/runs/<int:number>/", views.run, name="run"),
]
