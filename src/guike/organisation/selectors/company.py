"""Who we are."""

from guike.organisation.models import CompanyProfile


def company() -> CompanyProfile:
    """The company's one row; an unsaved empty one before the wizard wrote it. Everybody may read it."""
    return CompanyProfile.objects.first() or CompanyProfile()


def company_name() -> str:
    """The short name for the side bar, else the full one; empty before the wizard."""
    names = CompanyProfile.objects.values_list("short_name", "name").first()
    return (names[0] or names[1]) if names else ""
