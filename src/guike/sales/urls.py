from django.urls import path

from guike.sales.views import orders, returns

app_name = "sales"
urlpatterns = [
    path("orders/", orders.order_list, name="orders"),
    path("orders/add/", orders.add, name="add_order"),
    path("orders/<int:order_id>/", orders.order, name="order"),
    path("orders/<int:order_id>/change/", orders.change, name="change_order"),
    path("orders/<int:order_id>/confirm/", orders.confirm, name="confirm_order"),
    path("orders/<int:order_id>/deliver/", orders.deliver, name="deliver_order"),
    path("orders/<int:order_id>/cancel/", orders.cancel, name="cancel_order"),
    path("returns/", returns.return_list, name="returns"),
    path("returns/add/", returns.register, name="register_return"),
    path("returns/<int:return_id>/", returns.return_order, name="return_order"),
    path("returns/<int:return_id>/confirm/", returns.confirm, name="confirm_return"),
]
