from django.urls import path

from guike.workspace.customer_page import views

urlpatterns = [
    path("customers/<int:pk>/", views.customer, name="customer"),
    path("customers/<int:pk>/purchases.xlsx", views.purchases_file, name="customer_purchases"),
    path("customers/<int:pk>/print/", views.forms_to_print, name="customer_print"),
]
