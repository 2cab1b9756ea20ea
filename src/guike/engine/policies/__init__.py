"""Policies: read, checked, compiled; pure values up to the SQL text (POL-01, POL-02)."""
