"""What the kit remembers: saved views of lists."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """One way of looking at a list that somebody kept, for themselves or for everybody who may open the list (PLT-10).

    The account is kept as a number: accounts live above the platform. `kept` is `lists.state.State.kept()`.
    """

    list_code = models.CharField(_("列表"), max_length=60)
    name = models.CharField(_("名称"), max_length=30)
    account_id = models.BigIntegerField(_("保存人"))
    shared = models.BooleanField(_("大家可见"), default=False)
    base = models.CharField(_("所依据的视图"), max_length=40)
    kept = models.JSONField(_("内容"), default=dict)
    position = models.PositiveSmallIntegerField(_("顺序"), default=100)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(_("修改时间"))

    class Meta:
        verbose_name = _("保存的视图")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["list_code", "account_id", "name"], name="ui_savedview_one_name_each")]
        indexes = [models.Index(fields=["list_code", "shared"])]

    def __str__(self) -> str:
        return self.name
