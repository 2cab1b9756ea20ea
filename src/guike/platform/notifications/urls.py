from django.urls import path

from guike.platform.notifications import views

app_name = "notifications"
urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.read, name="read"),
    path("notices/choices/", views.choices, name="choices"),
    path("notices/stop/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("notices/<int:pk>/", views.open_notice, name="notice"),
    path("settings/channels/", views.channels, name="channels"),
    path("settings/channels/mail/", views.mail_server, name="mail_server"),
    path("settings/channels/mail/try/", views.try_mail, name="try_mail"),
    path("settings/channels/robots/add/", views.add_robot, name="robot_add"),
    path("settings/channels/robots/<int:pk>/", views.robot, name="robot"),
    path("settings/channels/robots/<int:pk>/try/", views.try_robot, name="robot_try"),
    path("settings/channels/robots/<int:pk>/remove/", views.remove_robot, name="robot_remove"),
    path("settings/deliveries/", views.deliveries, name="deliveries"),
    path("settings/deliveries/<int:pk>/", views.delivery, name="delivery"),
    path("settings/deliveries/<int:pk>/resend/", views.resend, name="resend"),
]
