"""A find may be a person, and names whom to call (08-quality privacy)."""

from django.utils.translation import gettext_lazy as _

from guike.platform.privacy import LEADS, Erase, Ground, Whose, personal, plain, texts

FOUND = _("判断是否值得联系，分派给业务员")

texts("marketing.Find", "name contact position phone phone_keys name_key address note said place_found", purpose=FOUND, ground=Ground.CONSENT, term=LEADS)
personal("marketing.Find", {"search": Erase.DERIVED}, whose=Whose.FIND, purpose=FOUND, ground=Ground.CONSENT, term=LEADS)

plain("marketing.Find", "number uscc source industry product_line province city route")
plain("marketing.Route", "name regions product_lines sources")
