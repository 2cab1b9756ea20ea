"""Pages of the engine: why, policies, drafts and trials, decisions, metrics."""
