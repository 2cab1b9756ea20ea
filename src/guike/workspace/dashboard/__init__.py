"""The first dashboard: grades and where they move, purchases by month, who is behind; every figure leads to its rows (INS-01)."""
