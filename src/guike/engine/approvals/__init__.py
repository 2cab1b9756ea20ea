"""审批: who signs what, in which order, and what became of it (PLT-05)."""
