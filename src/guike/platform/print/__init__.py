"""Printed forms as PDF: A4, Chinese fonts, data as values only (PLT-04). Story in README.md."""
