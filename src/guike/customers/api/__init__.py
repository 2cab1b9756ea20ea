"""Customers, their people and what these agreed to, for other programs (PLT-07)."""

from guike.customers.api import consents
from guike.customers.api.records import CONTACTS, CUSTOMERS, routes

__all__ = ["CONTACTS", "CUSTOMERS", "consents", "routes"]
