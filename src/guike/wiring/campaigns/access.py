"""Who gets what, at length: the matrix with every method, canaries and twins as every role (PLT-01, 08-quality)."""

from guike.wiring.campaigns import SIZES, Outcome
from guike.wiring.campaigns._checkout import tried

NAME = "access"
WHAT = "每个地址 × 方法 × 角色 × 位置（自己、同组、下级、别人、公海、已删、未登录），以及每个角色看到的全部文字里找不该有的记号"
CHECKOUT = True


def run(size: str, seed: int) -> Outcome:
    """Short: what the suite does; full: all roles, all rows, all methods."""
    return tried(size if size in SIZES else "full", seed, 0, "tests/access", "tests/security/test_canaries.py", "tests/security/test_twins.py")
