from django.urls import path

from guike.workspace.tour import views

urlpatterns = [
    path("tour/", views.tour, name="tour"),
    path("tour/end/", views.end, name="tour_end"),
    path("tour/again/", views.again, name="tour_again"),
    path("tour/<slug:code>/", views.go, name="tour_go"),
]
