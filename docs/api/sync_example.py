"""An ERP keeps customers and orders in step with Guike, both ways, in about a hundred lines of plain Python.

    GUIKE=https://crm.example.cn GUIKE_KEY=gk_… python sync_example.py erp.json

The key needs customers:write, products:read and sales-orders:write, and an administrator who frees it of the limit of rows. `erp.json` stands for the ERP: {"customers": {number: {…}},
"orders": {number: {…}}, "since": …}. Run it as often as you like, stop it whenever you like: every call may be sent twice.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path
from typing import Any

FIELDS = "number,name,city,phone,grade,version"


class Guike:
    """The few calls that we need; waits where it is asked to, repeats what may have been lost."""

    def __init__(self, address: str, key: str):
        self.base, self.key = f"{address.rstrip('/')}/api/v1", key

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> dict[str, Any]:
        """One call; the same Idempotency-Key for every repetition, so that it takes effect once."""
        address = f"{self.base}{path}?{urllib.parse.urlencode({k: v for k, v in query.items() if v is not None})}"
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        data = None if body is None else json.dumps(body).encode()
        for attempt in range(6):
            request = urllib.request.Request(address, data, headers, method=method)  # noqa: S310 — our own server
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                    text = answer.read()
                    return json.loads(text) if text else {}
            except urllib.error.HTTPError as refused:
                if refused.code == 429:
                    time.sleep(int(refused.headers.get("Retry-After", "1")))
                elif refused.code < 500:
                    raise SystemExit(f"{method} {path}: {refused.read().decode()}") from None
            except OSError:
                time.sleep(2**attempt)
        raise SystemExit(f"{method} {path}: no answer")

    def changes(self, path: str, since: str, **query: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]], str]:
        """Everything changed since a moment, what was removed, and the moment to go on from."""
        rows, removed, until, cursor = [], [], "", None
        while True:
            page = self.call("GET", path, updated_since=since, cursor=cursor, limit=200, **query)
            rows += page["data"]
            removed += page["removed"]
            until = until or page["until"]  # that of the first page: what changes while we read comes next time
            cursor = page["next"]
            if cursor is None:
                return rows, removed, until


def push(guike: Guike, erp: dict[str, Any]) -> int:
    """What the ERP changed since the last run, by its own numbers: created where it is new, changed where it is known."""
    failed = 0
    customers = [{"number": number, **one["sent"]} for number, one in erp["customers"].items() if one.get("dirty")]
    orders = [{"number": number, **one["sent"]} for number, one in erp["orders"].items() if one.get("dirty")]
    for path, rows, kept in (("/customers/bulk", customers, erp["customers"]), ("/sales-orders/bulk", orders, erp["orders"])):
        for start in range(0, len(rows), 500):
            part = rows[start : start + 500]
            for outcome in guike.call("POST", path, {"rows": part})["rows"]:
                one = kept[part[outcome["index"]]["number"]]
                if outcome["status"] == "failed":
                    failed += 1
                    print(part[outcome["index"]]["number"], outcome["problem"]["detail"], file=sys.stderr)
                else:
                    one.update(id=outcome["id"], dirty=False)
    return failed


def pull(guike: Guike, erp: dict[str, Any]) -> None:
    """What changed in Guike since the last run: grades and cities to the ERP, merged and removed customers marked."""
    since = erp.get("since", "2000-01-01T00:00:00Z")
    rows, removed, until = guike.changes("/customers", since, fields=FIELDS)
    for row in rows:
        one = erp["customers"].setdefault(row["number"], {"sent": {"name": row["name"]}})
        one.update(id=row["id"], grade=row["grade"], city=row["city"])
    by_id = {one["id"]: one for one in erp["customers"].values() if "id" in one}
    for gone in removed:
        if gone["id"] in by_id:
            by_id[gone["id"]].update(removed=True, merged_into=gone["merged_into"])
    orders, _removed, _until = guike.changes("/sales-orders", since, fields="number,status,amount")
    for row in orders:
        erp["orders"].setdefault(row["number"], {"sent": {}}).update(id=row["id"], status=row["status"], amount=row["amount"])
    erp["since"] = until


def main() -> int:
    path = Path(sys.argv[1])
    erp = json.loads(path.read_text())
    guike = Guike(os.environ["GUIKE"], os.environ["GUIKE_KEY"])
    failed = push(guike, erp)
    pull(guike, erp)
    path.write_text(json.dumps(erp, ensure_ascii=False, indent=1))
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
