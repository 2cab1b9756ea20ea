"""`python -m guike.wiring.campaigns NAME short|full|CASES SEED`: runs one in the database of DATABASE_URL and prints its JSON object."""

import json
import os
import secrets
import sys
import time


def main(name: str, size: str, seed: int) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guike.wiring.settings")
    os.environ["GUIKE_SECRET_KEY"] = secrets.token_hex(32)  # one for the sessions made here and the servers that read them
    import django

    django.setup()
    from django.core.management import call_command

    from guike.wiring.campaigns import campaigns

    begun, campaign = time.monotonic(), campaigns()[name]
    if not campaign.alone and not campaign.checkout:
        call_command("migrate", verbosity=0)
    found = campaign.run(size, seed)
    told = {
        "name": name,
        "cases": found.cases,
        "failures": found.failures,
        "controls": found.controls,
        "controls_failed_as_they_should": found.controls_failed_as_they_should,
        "seconds": round(time.monotonic() - begun, 1),
        "seed": seed,
        "details": found.details,
    }
    print(json.dumps(told, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
