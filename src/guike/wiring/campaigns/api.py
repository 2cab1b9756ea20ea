"""The API against its own description, at length (PLT-07)."""

from guike.wiring.campaigns import Outcome, counted
from guike.wiring.campaigns._checkout import tried

NAME = "api"
WHAT = "接口说明里的每个操作，写对的和写错的请求各若干，回答要与说明一致；--cases N 定每个操作多少次"
CHECKOUT = True
#: Calls at each operation.
COUNTS = {"short": 20, "full": 300}


def run(size: str, seed: int) -> Outcome:
    """The suite's own test with more calls."""
    return tried(size, seed, counted(COUNTS, size), "src/guike/wiring/tests/test_api_conformance.py", f"--hypothesis-seed={seed}")
