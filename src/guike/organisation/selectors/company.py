"""Who we are."""

from django.core.cache import cache

from guike.organisation.models import CompanyProfile

NAME_KEY = "organisation.company_name"


def company() -> CompanyProfile:
    """The company's one row; an unsaved empty one before the wizard wrote it. Everybody may read it."""
    return CompanyProfile.objects.first() or CompanyProfile()


def company_name() -> str:
    """The short name for the side bar, else the full one; empty before the wizard. Kept for a minute: every page asks."""
    known = cache.get(NAME_KEY)
    if known is None:
        names = CompanyProfile.objects.values_list("short_name", "name").first()
        known = (names[0] or names[1]) if names else ""
        cache.set(NAME_KEY, known, 60)
    return known
