"""Departments, people, posts, accounts and the working calendar (ORG-01, PLT-01, PLT-13)."""
