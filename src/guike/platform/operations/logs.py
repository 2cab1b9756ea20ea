"""The log as JSON, one object a line, and nothing personal in it (PLT-11)."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from guike.platform.operations.rules import without_personal


class JsonLine(logging.Formatter):
    """`{"at", "level", "logger", "message", …}`; `extra={"told": {…}}` adds its keys, an exception its `traceback`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_personal(_without_address(record)),
        }
        line |= getattr(record, "told", {})
        if request_id := getattr(getattr(record, "request", None), "request_id", ""):
            line["request"] = request_id
        if record.exc_info and record.exc_info[0]:
            line["traceback"] = without_personal(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def _without_address(record: logging.LogRecord) -> str:
    """Django names the address that was asked for; some carry a secret (calendar feeds, links in mails). Their pattern says as much."""
    message, request = record.getMessage(), getattr(record, "request", None)
    path = getattr(request, "path", "")
    if not path:
        return message
    found = getattr(request, "resolver_match", None)
    return message.replace(path, f"/{found.route}" if found else "/…")


class Line(logging.Formatter):
    """The same for a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        told = getattr(record, "told", None)
        text = super().format(record).replace(record.getMessage(), _without_address(record)) + (
            " " + " ".join(f"{key}={value}" for key, value in told.items()) if told else ""
        )
        return without_personal(text)
