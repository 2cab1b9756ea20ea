"""A dictionary and its words. Records keep a word's `code`; its label may change at any time."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from guike.platform import history, kept


class Dictionary(models.Model):
    """One list of words, declared by the domain that uses it."""

    code = models.SlugField(_("代码"), unique=True, max_length=50)
    label = models.CharField(_("名称"), max_length=40)
    description = models.CharField(_("用在哪里"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("字典")
        ordering = ["label"]
        triggers = [kept.marks("dictionaries")]

    def __str__(self) -> str:
        return self.label


@history.tracked()
class DictionaryEntry(models.Model):
    """One word. `built_in` words are known to the program and can be renamed and retired, not deleted."""

    COLOURS = [
        ("", _("无")),
        ("accent", _("松绿")),
        ("warn", _("琥珀")),
        ("danger", _("朱红")),
        ("neutral", _("灰")),
    ]

    dictionary = models.ForeignKey(Dictionary, models.CASCADE, related_name="entries", verbose_name=_("字典"))
    code = models.CharField(_("代码"), max_length=60)
    label = models.CharField(_("名称"), max_length=60)
    match_key = models.CharField(max_length=60, editable=False)
    synonyms = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("同义词"))
    active = models.BooleanField(_("启用"), default=True)
    built_in = models.BooleanField(_("系统自带"), default=False, editable=False)
    position = models.PositiveIntegerField(_("顺序"), default=0)
    colour = models.CharField(_("颜色"), max_length=8, choices=COLOURS, blank=True, default="")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("字典项")
        ordering = ["dictionary", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["dictionary", "code"], name="dictionary_code_once"),
            models.UniqueConstraint(fields=["dictionary", "match_key"], name="dictionary_label_once"),
        ]
        triggers = [kept.marks("dictionaries")]

    def __str__(self) -> str:
        return self.label
