from django.urls import path

from guike.customers.views import administration, insights, lifecycle, people, records

app_name = "customers"
urlpatterns = [
    path("", records.customer_list, name="list"),
    path("add/", records.add, name="add"),
    path("similar/", records.similar, name="similar"),
    path("funnel/", lifecycle.funnel, name="funnel"),
    path("fields/", administration.custom_fields, name="custom_fields"),
    path("fields/add/", administration.add_custom_field, name="custom_field_add"),
    path("fields/<int:pk>/", administration.edit_custom_field, name="custom_field_edit"),
    path("requirements/", administration.requirements, name="requirements"),
    path("requirements/<slug:kind>/", administration.edit_requirement, name="requirement_edit_kind"),
    path("requirements/<slug:kind>/<slug:nature>/", administration.edit_requirement, name="requirement_edit"),
    path("contacts/<int:pk>/edit/", people.edit_contact, name="contact_edit"),
    path("contacts/<int:pk>/remove/", people.remove_contact, name="contact_remove"),
    path("contacts/<int:pk>/reveal/<slug:field>/", records.reveal_contact, name="contact_reveal"),
    path("<int:pk>/edit/", records.edit, name="edit"),
    path("<int:pk>/remove/", records.remove, name="remove"),
    path("<int:pk>/reveal/<slug:field>/", records.reveal, name="reveal"),
    path("<int:pk>/changes/", records.changes, name="changes"),
    path("<int:pk>/owner/", people.transfer, name="transfer"),
    path("<int:pk>/share/", people.share, name="share"),
    path("<int:pk>/share/<int:person>/remove/", people.unshare, name="unshare"),
    path("<int:pk>/stage/", lifecycle.move, name="stage"),
    path("<int:pk>/contacts/add/", people.add_contact, name="contact_add"),
    path("<int:pk>/needs/add/", insights.add_need, name="need_add"),
    path("<int:pk>/needs/<int:need>/", insights.edit_need, name="need_edit"),
    path("<int:pk>/needs/<int:need>/remove/", insights.remove_need, name="need_remove"),
    path("<int:pk>/competitors/add/", insights.add_competitor, name="competitor_add"),
    path("<int:pk>/competitors/<int:competitor>/", insights.edit_competitor, name="competitor_edit"),
    path("<int:pk>/competitors/<int:competitor>/remove/", insights.remove_competitor, name="competitor_remove"),
    path("<int:pk>/addresses/add/", insights.add_address, name="address_add"),
    path("<int:pk>/addresses/<int:address>/remove/", insights.remove_address, name="address_remove"),
    path("<int:pk>/files/add/", insights.attach, name="file_add"),
    path("<int:pk>/files/<int:file>/remove/", insights.detach, name="file_remove"),
]
