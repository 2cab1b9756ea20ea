from django.utils.translation import gettext_lazy as _

from guike.engine.regulations.carriers import register_form
from guike.platform.ui import navigation

navigation.register("customers", group="follow", label=_("客户"), icon="users", url_name="customers:list", order=10,
                    access=("customer", "view"), shortcut="c", bottom=True)  # fmt: skip
navigation.register("certificates", group="follow", label=_("证照"), icon="certificate", url_name="customers:certificates", order=50,
                    access=("certificate", "view"))  # fmt: skip
navigation.register("key-dates", group="follow", label=_("重要日期"), icon="cake", url_name="customers:key_dates", order=49,
                    access=("key_date", "view"))  # fmt: skip
navigation.register("pool", group="follow", label=_("公海"), icon="inbox", url_name="customers:pool", order=15,
                    access=("pool_stay", "view"))  # fmt: skip
navigation.register("handovers", group="settings", label=_("交接"), icon="arrows-exchange", url_name="customers:handovers", order=15,
                    access=("handover", "view"))  # fmt: skip
navigation.register("funnel", group="analysis", label=_("客户漏斗"), icon="filter", url_name="customers:funnel", order=40,
                    access=("customer", "view"))  # fmt: skip
navigation.register("custom-fields", group="settings", label=_("自定义字段"), icon="forms", url_name="customers:custom_fields", order=70,
                    access=("custom_field", "view"))  # fmt: skip
navigation.register("profile-rules", group="settings", label=_("资料要求"), icon="list-details", url_name="customers:requirements", order=75,
                    access=("profile_rule", "view"))  # fmt: skip
register_form("customer_profile", _("客户资料表"), "customers:list", ("customer", "view"))
register_form("customer_information", _("客户信息记录表"), "customers:list", ("customer", "view"))
navigation.register("duplicates", group="follow", label=_("疑似重复"), icon="copy", url_name="customers:duplicates", order=45,
                    access=("duplicate", "view"))  # fmt: skip
navigation.register("relations", group="follow", label=_("客户关系"), icon="hierarchy-2", url_name="customers:relations", order=48,
                    access=("customer_relation", "view"))  # fmt: skip
