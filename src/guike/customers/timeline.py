"""How the facts that customers write themselves stand on the timeline."""

from django.utils.translation import gettext_lazy as _

from guike.engine.activities import registry
from guike.engine.obligations import registry as obligations

registry.register(registry.Kind("customer.stage", "阶段变动", "arrow-narrow-right", "other", "customer"))
registry.register(registry.Kind("customer.transfer", "转负责人", "user-share", "other", "customer"))

registry.register(
    registry.Kind("customer.merge", "合并客户", "arrows-join", "other", "customer", url=lambda pk: f"/customers/merges/{pk}/")
)
obligations.register_kind(obligations.Kind("share_request", _("申请协同"), _("设协同人"), "users-plus"))
