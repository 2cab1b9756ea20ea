"""A find may be a person, and names whom to call (08-quality privacy)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from guike.marketing import services
from guike.platform.privacy import LEADS, Erase, Ground, Whose, personal, plain, rebuild, texts

FOUND = _("判断是否值得联系，分派给业务员")

texts("marketing.Find", "name contact position phone address note said place_found", purpose=FOUND, ground=Ground.CONSENT, term=LEADS)
personal("marketing.Find", dict.fromkeys(("search", "name_key", "phone_keys"), Erase.DERIVED), whose=Whose.FIND, purpose=FOUND, ground=Ground.CONSENT, term=LEADS)


def _derived(found: Any) -> dict[str, Any]:
    """A find looks itself up by what it still says."""
    return {name: getattr(found, name) for name in services.derive(found)}


rebuild("marketing.Find", _derived)

plain("marketing.Find", "number uscc source industry product_line province city route")
plain("marketing.Route", "name regions product_lines sources")
