"""`python -m guike.wiring.bench --scale tiny|small|tenth|full [--only PRF-3,PRF-4]`: works in the database of DATABASE_URL, which it fills itself."""

import argparse
import json
import os
import sys

from guike.wiring.bench import SCALES


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m guike.wiring.bench")
    parser.add_argument("--scale", choices=list(SCALES), default="small")
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guike.wiring.settings")
    import django

    django.setup()
    from guike.wiring.bench import run

    print(json.dumps(run.bench(arguments.scale, {code for code in arguments.only.split(",") if code}), ensure_ascii=False))
    return 0


sys.exit(main())
