from django.urls import path

from guike.marketing.views import finds, report, routes

app_name = "marketing"
urlpatterns = [
    path("finds/", finds.find_list, name="finds"),
    path("finds/add/", finds.add, name="find_add"),
    path("finds/similar/", finds.similar, name="similar"),
    path("finds/report/", report.report, name="report"),
    path("finds/<int:pk>/", finds.find, name="find"),
    path("finds/<int:pk>/edit/", finds.edit, name="find_edit"),
    path("finds/<int:pk>/send/", finds.send, name="find_send"),
    path("finds/<int:pk>/accept/", finds.accept, name="find_accept"),
    path("finds/<int:pk>/return/", finds.give_back, name="find_return"),
    path("finds/<int:pk>/drop/", finds.drop, name="find_drop"),
    path("routes/", routes.routes, name="routes"),
    path("routes/add/", routes.add, name="route_add"),
    path("routes/terms/", routes.terms, name="terms"),
    path("routes/<int:pk>/", routes.edit, name="route"),
    path("routes/<int:pk>/remove/", routes.remove, name="route_remove"),
]
