"""Pages of market finds."""
