from django.urls import path

from guike.contact import printing, views

app_name = "contact"
urlpatterns = [
    path("", views.follow_up_list, name="list"),
    path("log/", views.choose, name="log"),
    path("log/<int:customer_id>/", views.log, name="log_for"),
    path("print/<int:customer_id>/", printing.record, name="print"),
    path("<int:follow_up_id>/", views.follow_up, name="follow_up"),
    path("<int:follow_up_id>/edit/", views.edit, name="edit"),
    path("<int:follow_up_id>/void/", views.void, name="void"),
]
