from django.urls import path

from guike.platform import views

app_name = "platform"
urlpatterns = [path("healthz", views.health, name="health")]
