"""Getting in: the company's rules for it, second factors, sessions, reset links, the company's own identity provider (PLT-01)."""
