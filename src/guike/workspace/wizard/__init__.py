"""The first-run wizard (PLT-12): company, people, policy packs, customers. Can be left, continued, skipped; only for the administrator."""
