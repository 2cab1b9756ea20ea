"""Who we are."""

from django.core.cache import cache
from django.urls import reverse

from guike.organisation.models import CompanyProfile
from guike.platform import files
from guike.platform.models import Attachment

NAME_KEY = "organisation.company_name"
LOGO_KEY = "organisation.company_logo"
#: Under which record the mark's picture is kept.
LOGO_SUBJECT = ("company_logo", 1)


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


def company_logo() -> Attachment | None:
    """The company's mark; None for the program's own. Everybody may see it."""
    return Attachment.objects.filter(subject_kind=LOGO_SUBJECT[0], subject_id=LOGO_SUBJECT[1], removed_at=None).order_by("-pk").first()


def logo_bytes() -> tuple[str, bytes] | None:
    """(file name, bytes) of the mark, for printed forms; None without one."""
    found = company_logo()
    if found is None or not files.is_there(found.sha256):
        return None
    with files.opened(found.sha256) as picture:
        return found.name, picture.read()


def logo_url() -> str:
    """The mark's address for the side bar; empty without one. Kept for a minute: every page asks."""
    known = cache.get(LOGO_KEY)
    if known is None:
        found = company_logo()
        known = found.sha256[:12] if found else ""
        cache.set(LOGO_KEY, known, 60)
    return f"{reverse('organisation:logo_file')}?v={known}" if known else ""
