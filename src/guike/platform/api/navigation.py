from django.utils.translation import gettext_lazy as _

from guike.platform.ui import navigation

navigation.register("api_keys", group="settings", label=_("接口密钥"), icon="plug", url_name="api:keys", order=75,
                    access=("api_key", "manage"))  # fmt: skip
