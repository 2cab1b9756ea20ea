"""The interface kit: shell, components, lists, forms and pickers that every domain's pages are made of (interface.md)."""
