"""Who saw, changed, exported, was refused what; proof that nobody altered it; people's rights to their own data (PLT-02)."""
