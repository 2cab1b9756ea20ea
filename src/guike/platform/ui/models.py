"""What the kit remembers: saved views of lists, and which view a list opens with."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from guike.platform import kept


class SavedView(models.Model):
    """One way of looking at a list that somebody kept: for themselves, their team, or everybody who may open the list (PLT-10).

    Account and departments are kept as numbers: they live above the platform. `kept` is `lists.state.State.kept()`. `teams` are the
    departments the owner stood in or above when sharing; who stands in or above one of them sees a view of the team.
    """

    class Audience(models.TextChoices):
        MINE = "mine", _("只给自己")
        TEAM = "team", _("给本团队")
        EVERYONE = "everyone", _("给所有人")

    list_code = models.CharField(_("列表"), max_length=60)
    name = models.CharField(_("名称"), max_length=30)
    account_id = models.BigIntegerField(_("保存人"))
    saved_by = models.CharField(_("保存人姓名"), max_length=60, blank=True, default="")
    audience = models.CharField(_("谁能看"), max_length=8, choices=Audience.choices, default=Audience.MINE)
    teams = ArrayField(models.BigIntegerField(), default=list, blank=True, verbose_name=_("团队"))
    base = models.CharField(_("所依据的视图"), max_length=40)
    kept = models.JSONField(_("内容"), default=dict)
    position = models.PositiveSmallIntegerField(_("顺序"), default=100)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(_("修改时间"))

    class Meta:
        verbose_name = _("保存的视图")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["list_code", "account_id", "name"], name="ui_savedview_one_name_each")]
        indexes = [models.Index(fields=["list_code", "audience"], name="ui_savedview_audience")]
        triggers = [kept.marks("views")]

    def __str__(self) -> str:
        return self.name


class OpeningView(models.Model):
    """The view with which a list opens for one account, where it is not the first one."""

    list_code = models.CharField(_("列表"), max_length=60)
    account_id = models.BigIntegerField(_("账号"))
    view = models.CharField(_("视图"), max_length=40)

    class Meta:
        verbose_name = _("默认视图")
        constraints = [models.UniqueConstraint(fields=["account_id", "list_code"], name="ui_openingview_one_a_list")]
        triggers = [kept.marks("views")]

    def __str__(self) -> str:
        return self.view
