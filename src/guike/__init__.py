"""Guike (贵客): a company's written customer rules and its daily records as one system."""

__version__ = "0.1.0"
