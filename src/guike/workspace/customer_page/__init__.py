"""A customer on one page (CUS-10)."""
