"""Pages of customers: thin, one file per subject."""
