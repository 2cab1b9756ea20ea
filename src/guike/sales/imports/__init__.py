"""Orders (one row per line) and returns from spreadsheets (SAL-05, SAL-11, PLT-03)."""

from guike.sales.imports.orders import SalesOrdersImport
from guike.sales.imports.returns import ReturnsImport

__all__ = ["ReturnsImport", "SalesOrdersImport"]
