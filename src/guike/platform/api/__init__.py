"""What other programs are let in by: keys, scopes, problems, idempotent answers, rates; the machinery under every `api.py` (PLT-07)."""
