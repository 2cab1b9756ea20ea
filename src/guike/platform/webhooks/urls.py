from django.urls import path

from guike.platform.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("", views.index, name="webhooks"),
    path("add/", views.add, name="add"),
    path("<int:pk>/", views.webhook, name="webhook"),
    path("<int:pk>/change/", views.change, name="change"),
    path("<int:pk>/rotate/", views.rotate, name="rotate"),
    path("<int:pk>/remove/", views.remove, name="remove"),
    path("<int:pk>/ping/", views.ping, name="ping"),
    path("<int:pk>/resend/<int:number>/", views.resend, name="resend"),
]
