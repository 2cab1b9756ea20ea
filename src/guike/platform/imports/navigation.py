from django.utils.translation import gettext_lazy as _

from guike.platform.ui import navigation

navigation.register(
    "imports", group="settings", label=_("导入导出"), icon="file-import", url_name="imports:start", order=40, access=("import_run", "view")
)
