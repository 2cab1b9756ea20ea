from django.urls import path

from guike.platform.dictionaries import views

app_name = "dictionaries"
urlpatterns = [
    path("settings/dictionaries/", views.index, name="index"),
    path("settings/dictionaries/<slug:code>/", views.dictionary, name="dictionary"),
    path("settings/words/<int:pk>/", views.word, name="word"),
    path("settings/words/<int:pk>/move/", views.move, name="move"),
]
