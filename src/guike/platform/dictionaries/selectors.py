"""Dictionaries for their pages."""

from django.db.models import Count, Q, QuerySet

from guike.platform.access import Viewer, require, row
from guike.platform.dictionaries.models import Dictionary, DictionaryEntry


def dictionaries_for(viewer: Viewer) -> QuerySet[Dictionary]:
    """All dictionaries with how many words are in use (`used`) and retired (`retired`)."""
    require(viewer, "dictionary", "view")
    counted = Dictionary.objects.annotate(used=Count("entries", Q(entries__active=True)), retired=Count("entries", Q(entries__active=False)))
    return counted.order_by("label", "pk")  # counting drops the order of the model


def words(viewer: Viewer, dictionary: Dictionary) -> list[DictionaryEntry]:
    """The words of one dictionary in order, retired ones last."""
    require(viewer, "dictionary", "view")
    return list(dictionary.entries.order_by("-active", "position", "pk"))


def word(viewer: Viewer, pk: int, action: str = "view") -> DictionaryEntry:
    """One word, or 404."""
    return row(viewer, "dictionary", pk, action)
