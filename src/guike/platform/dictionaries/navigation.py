from django.utils.translation import gettext_lazy as _

from guike.platform.ui import navigation

navigation.register("dictionaries", group="settings", label=_("字典"), icon="book", url_name="dictionaries:index", order=40,
                    access=("dictionary", "change"))  # fmt: skip
