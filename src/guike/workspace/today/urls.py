from django.urls import path

from guike.workspace.today import views

urlpatterns = [
    path("", views.home, name="home"),
    path("today/", views.today, name="today"),
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/subscribe/", views.subscription, name="subscription"),
    path("calendar/feed/<str:token>.ics", views.ics, name="feed"),
    path("obligations/", views.obligation_list, name="obligations"),
    path("obligations/<int:obligation_id>/", views.obligation, name="obligation"),
    path("obligations/<int:obligation_id>/snooze/", views.snooze, name="obligation_snooze"),
    path("obligations/<int:obligation_id>/wake/", views.wake, name="obligation_wake"),
    path("obligations/<int:obligation_id>/done/", views.done, name="obligation_done"),
    path("obligations/<int:obligation_id>/withdraw/", views.withdraw, name="obligation_withdraw"),
]
