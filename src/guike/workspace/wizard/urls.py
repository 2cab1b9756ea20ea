from django.urls import path

from guike.workspace.wizard import views

urlpatterns = [
    path("welcome/", views.start, name="wizard"),
    path("welcome/company/", views.company, name="wizard_company"),
    path("welcome/people/", views.people, name="wizard_people"),
    path("welcome/packs/", views.packs, name="wizard_packs"),
    path("welcome/customers/", views.customers, name="wizard_customers"),
    path("welcome/done/", views.done, name="wizard_done"),
    path("welcome/skip/<slug:step>/", views.skip, name="wizard_skip"),
    path("welcome/dismiss/", views.dismiss, name="wizard_dismiss"),
]
