from django.utils.translation import gettext_lazy as _

from guike.platform.ui import navigation

navigation.register("products", group="deal", label=_("产品"), icon="package", url_name="products:list", order=40,
                    access=("product", "view"))  # fmt: skip
