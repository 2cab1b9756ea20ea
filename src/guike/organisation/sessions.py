"""Sessions in the database (SESSION_ENGINE): the cookie's key is kept hashed, and each row tells whose it is, from where, since when (PLT-01)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.db import IntegrityError, transaction

from guike.organisation.login import rules
from guike.platform import clock

#: What is written again with the session; who has it open, from where and its limits are written at log-in, "seen" now and then.
SAVED = ("session_data", "expire_date", "account_id")
#: Every request asks this: written out, because composing it anew costs three times what the database needs to answer.
_LOADED = "SELECT * FROM organisation_session WHERE session_key = %s AND expire_date > %s"


def digest(key: str) -> str:
    """How a session's key stands in the table."""
    return hashlib.sha256(key.encode()).hexdigest()


class SessionStore(db.SessionStore):
    """Django's database sessions with a table of our own. Loading costs the one query it always did; a session past its limits is none."""

    row: Any = None

    @classmethod
    def get_model_class(cls) -> Any:
        from guike.organisation.login.models import Session

        return Session

    @property
    def rows(self) -> Any:
        """All sessions, by the hash of their keys."""
        return self.get_model_class().objects

    def load(self) -> dict[str, Any]:
        now = clock.now()
        row = next(iter(self.rows.raw(_LOADED, [digest(self.session_key or ""), now])), None)
        if row is None or rules.over(row.opened_at, row.seen_at, now, row.idle_minutes, row.longest_hours):
            self._session_key = None
            return {}
        self.row = row
        return self.decode(row.session_data)

    def exists(self, session_key: str) -> bool:
        return self.rows.filter(session_key=digest(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        now = clock.now()
        return self.get_model_class()(
            session_key=digest(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            account_id=int(data[SESSION_KEY]) if SESSION_KEY in data else None,
            opened_at=now,
            seen_at=now,
        )

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            return self.create()
        row = self.create_model_instance(self._get_session(no_load=must_create))  # type: ignore[attr-defined]
        if must_create:
            return self._begin(row)
        values = {name: getattr(row, name) for name in SAVED}
        if not self.rows.filter(session_key=row.session_key).update(**values):
            raise UpdateError
        return None

    def _begin(self, row: Any) -> None:
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            raise CreateError from None
        self.row = row

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            self.rows.filter(session_key=digest(key)).delete()

    # --- what a session tells ------------------------------------------------------------------------------------------

    def opened(self, *, address: str, device: str, idle_minutes: int, longest_hours: int) -> None:
        """Somebody got in: keep from where, and how long the session may live."""
        self.save()
        values = {"address": address[:45], "device": device[:200], "idle_minutes": idle_minutes, "longest_hours": longest_hours}
        self.rows.filter(session_key=digest(self.session_key or "")).update(**values)

    def note_seen(self) -> None:
        """Somebody is there: written at most once in a few minutes, and once by many requests at a time."""
        row, now = self.row, clock.now()
        if row is None or now - row.seen_at < rules.seen_every(row.idle_minutes):
            return
        self.rows.filter(session_key=row.session_key, seen_at=row.seen_at).update(seen_at=now)
        row.seen_at = now

    @property
    def proved_at(self) -> datetime | None:
        """When the person last proved who they are: at log-in or since."""
        self._get_session()  # type: ignore[attr-defined]
        told = self.get("proved_at")
        return datetime.fromisoformat(told) if told else self.row.opened_at if self.row else None

    def prove(self) -> None:
        """The person has just proved who they are."""
        self["proved_at"] = clock.now().isoformat()
