"""The pictures of README and handbook, taken while the days of tests/days are played: `.venv/bin/python docs/screenshots.py`.

One play of every role's day on the whole demo company, with a camera; the same walks are tests without one. Takes some minutes.
`docs/screenshots.py -k administrator` plays, and photographs, only that day. Chromium makes small WebP pictures itself.
"""

import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
IMAGES = CHECKOUT / "docs/images"


def main() -> int:
    IMAGES.mkdir(exist_ok=True)
    environment = {**os.environ, "GUIKE_PICTURES": str(IMAGES)}
    line = [sys.executable, "-m", "pytest", "tests/days/test_days.py", "-q", "-p", "no:randomly", *sys.argv[1:]]
    done = subprocess.run(line, cwd=CHECKOUT, env=environment, check=False)
    size = sum(path.stat().st_size for path in IMAGES.glob("*.webp"))
    print(f"{len(list(IMAGES.glob('*.webp')))} pictures, {size / 1e6:.1f} MB")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
