from django.urls import path

from guike.platform.ui import views

app_name = "ui"
urlpatterns = [
    path("ui/", views.menu, name="assets"),
    path("ui/menu/", views.menu, name="menu"),
    path("ui/counts/", views.counts, name="counts"),
    path("ui/keys/", views.keys, name="keys"),
    path("ui/preferences/", views.preferences, name="preferences"),
    path("ui/guide/", views.guide, name="guide"),
    path("search/", views.search, name="search"),
    path("pick/<slug:code>/", views.pick, name="pick"),
]
