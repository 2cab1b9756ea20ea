from django.utils.translation import gettext_lazy as _

from guike.organisation import selectors, services
from guike.platform.access import Viewer
from guike.platform.ui import navigation, shell

navigation.register("people", group="settings", label=_("人员与部门"), icon="users-group", url_name="organisation:people", order=10,
                    access=("person", "view"))  # fmt: skip
navigation.register("accounts", group="settings", label=_("账号"), icon="key", url_name="organisation:accounts", order=20,
                    access=("account", "view"))  # fmt: skip
navigation.register("sign_in", group="settings", label=_("登录设置"), icon="lock", url_name="organisation:sign_in_rules", order=25,
                    access=("sign_in", "change"))  # fmt: skip
navigation.register("roles", group="settings", label=_("角色与权限"), icon="shield-check", url_name="organisation:roles", order=30,
                    access=("role", "view"))  # fmt: skip
navigation.register("calendar", group="settings", label=_("工作日历"), icon="calendar", url_name="organisation:calendar", order=50,
                    access=("calendar", "view"))  # fmt: skip
navigation.register("company", group="settings", label=_("公司信息"), icon="building", url_name="organisation:company", order=60,
                    access=("company", "change"))  # fmt: skip

shell.provide_company_name(selectors.company_name)
shell.provide_company_logo(selectors.logo_url)
shell.provide_user_line(lambda viewer: viewer.preferences.get("line", ""))


def _keep(viewer: Viewer, chosen: dict[str, str]) -> None:
    services.set_preferences(actor=viewer, **chosen)


shell.provide_preference_keeper(_keep)
