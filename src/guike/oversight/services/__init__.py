"""What oversight does: seals, checks, cuts and erases."""

from guike.oversight.services.cutting import cut_over_age
from guike.oversight.services.sealing import last_seal, outside, seal
from guike.oversight.services.verifying import Finding, Result, verify

__all__ = ["Finding", "Result", "cut_over_age", "last_seal", "outside", "seal", "verify"]
