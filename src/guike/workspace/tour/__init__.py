"""Ten stops in ten minutes: from one day's work to the rule behind it, on the real pages (PLT-12)."""
