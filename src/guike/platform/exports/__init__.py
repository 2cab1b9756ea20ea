"""Export of what a viewer may see, streamed to .xlsx or .csv, each one logged (PLT-03, CUS-12). Story in README.md."""
