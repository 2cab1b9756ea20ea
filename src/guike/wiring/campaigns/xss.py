"""Stored XSS: every text a payload, every page opened in Chromium under the policy that is served (08-quality)."""

from guike.wiring.campaigns import SIZES, Outcome
from guike.wiring.campaigns._checkout import tried

NAME = "xss"
WHAT = "库里每个文字都换成攻击代码，再用 Chromium 打开每一页：什么都不许运行，内容策略也不许拦到东西；要装 Chromium"
CHECKOUT = True


def run(size: str, seed: int) -> Outcome:
    """Short: a quarter of the pages once; full: every page six times, the payloads in other places each time."""
    return tried(size if size in SIZES else "full", seed, 0, "tests/security/test_stored_xss.py")
