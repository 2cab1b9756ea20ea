"""When a row last changed, kept by the database itself: whoever synchronises asks for what changed since (PLT-07).

`changed_at` is the beginning of the transaction that wrote the row, whatever wrote it: service, import, merge or plain SQL.
"""

import pgtrigger
from django.db import models
from django.db.models.functions import Now


def changed_at() -> models.DateTimeField:
    """The column; beside it stand `noted()` among the triggers and `index(…)` among the indexes."""
    return models.DateTimeField(db_default=Now(), editable=False)


def noted() -> pgtrigger.Trigger:
    """Sets the moment anew with every change of the row."""
    return pgtrigger.Trigger(
        name="notes_the_change", when=pgtrigger.Before, operation=pgtrigger.Update, func="NEW.changed_at = now(); RETURN NEW;"
    )


def index(name: str) -> models.Index:
    """Serves the question and its pages."""
    return models.Index(fields=["changed_at", "id"], name=name)
