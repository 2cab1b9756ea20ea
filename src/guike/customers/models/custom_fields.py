"""Fields that an administrator adds without a restart (PLT-13). Values stand in `Customer.custom` under the code."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from guike.platform import history, kept


@history.tracked()
class CustomField(models.Model):
    """One field of the company's own; a retired one keeps its values and is no longer asked for."""

    class Kind(models.TextChoices):
        TEXT = "text", _("文字")
        NUMBER = "number", _("数字")
        DATE = "date", _("日期")
        CHOICE = "choice", _("单选")
        FLAG = "flag", _("是否")

    code = models.CharField(_("代码"), max_length=40, unique=True)
    label = models.CharField(_("名称"), max_length=40, unique=True)
    kind = models.CharField(_("类型"), max_length=6, choices=Kind.choices, default=Kind.TEXT)
    choices = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("选项"))
    required = models.BooleanField(_("必填"), default=False)
    hint = models.CharField(_("填写说明"), max_length=100, blank=True, default="")
    position = models.PositiveIntegerField(_("顺序"), default=0)
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("自定义字段")
        ordering = ["position", "id"]
        triggers = [kept.marks("custom_fields")]

    def __str__(self) -> str:
        return self.label
