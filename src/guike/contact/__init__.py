"""Follow-ups with customers and the cadence that asks for them (ACT-01, ACT-02)."""
