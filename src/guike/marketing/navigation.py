from django.utils.translation import gettext_lazy as _

from guike.marketing import selectors
from guike.platform.ui import navigation

navigation.register("finds", group="follow", label=_("市场线索"), icon="bulb", url_name="marketing:finds", order=12,
                    access=("find", "view"), count=selectors.waiting_count)  # fmt: skip
