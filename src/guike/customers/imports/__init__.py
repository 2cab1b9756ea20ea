"""Customers and their people from other people's spreadsheets (CUS-01, CUS-02, CUS-07, PLT-03)."""

from guike.customers.imports.certificates import CertificatesImport
from guike.customers.imports.contacts import ContactsImport
from guike.customers.imports.customers import CustomersImport
from guike.customers.imports.relations import RelationsImport

__all__ = ["CertificatesImport", "ContactsImport", "CustomersImport", "RelationsImport"]
