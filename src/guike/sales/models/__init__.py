from guike.sales.models.movements import Purchase
from guike.sales.models.orders import SalesOrder, SalesOrderLine
from guike.sales.models.returns import ReturnLine, ReturnOrder

__all__ = ["Purchase", "ReturnLine", "ReturnOrder", "SalesOrder", "SalesOrderLine"]
