"""Import fuzzing: odd and damaged files through the whole of an import (PLT-03, 08-quality)."""

from guike.wiring.campaigns import Outcome, counted
from guike.wiring.campaigns._checkout import tried

NAME = "imports"
WHAT = "各类导入的怪文件和坏文件走完全程（上传、对应列、预览、试导、导入、撤销）：要么干净导入，要么一句话说清；--cases N 定份数"
CHECKOUT = True
COUNTS = {"short": 300, "full": 20_000}


def run(size: str, seed: int) -> Outcome:
    """The suite's own test with more files."""
    return tried(size, seed, counted(COUNTS, size), "tests/security/test_import_fuzz.py")
