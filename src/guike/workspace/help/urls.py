from django.urls import path

from guike.workspace.help import views

urlpatterns = [
    path("help/", views.page, name="help"),
    path("help/images/<str:name>", views.picture, name="help_picture"),
    path("help/<str:name>/", views.page, name="help_page"),
]
