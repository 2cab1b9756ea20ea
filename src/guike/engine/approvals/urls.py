from django.urls import path

from guike.engine.approvals import views

app_name = "approvals"
urlpatterns = [
    path("", views.inbox, name="list"),
    path("export/", views.ask_export, name="export"),
    path("<int:pk>/file/", views.export_file, name="file"),
    path("<int:pk>/", views.card, name="card"),
    path("<int:pk>/why/", views.why, name="why"),
    path("<int:pk>/sign/", views.sign, name="sign"),
    path("<int:pk>/delegate/", views.delegate, name="delegate"),
    path("<int:pk>/add-signer/", views.add_signer, name="add_signer"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:pk>/resubmit/", views.resubmit, name="resubmit"),
    path("<int:pk>/remind/", views.remind, name="remind"),
    path("<int:pk>/comment/", views.comment, name="comment"),
]
