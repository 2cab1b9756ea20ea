from django.urls import path

from guike.products import views

app_name = "products"
urlpatterns = [
    path("", views.product_list, name="list"),
    path("add/", views.add, name="add"),
    path("<int:product_id>/", views.product, name="product"),
    path("<int:product_id>/change/", views.change, name="change"),
]
