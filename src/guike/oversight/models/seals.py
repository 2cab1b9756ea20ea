"""Seals over the audit trail, and what was lawfully taken out of it since (PLT-02). All append-only."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class Seal(models.Model):
    """One link of the chain. `signature` is made with the instance's key, which the database does not hold."""

    number = models.BigIntegerField(_("封签号"), unique=True)
    at = models.DateTimeField(_("时间"))
    previous = models.CharField(max_length=64, unique=True)
    hash = models.CharField(_("封签值"), max_length=64, unique=True)
    signature = models.CharField(max_length=64)
    rows = models.BigIntegerField(_("行数"))

    class Meta:
        verbose_name = _("审计封签")
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.number} {self.hash[:12]}"


class Shape(models.Model):
    """The columns of a table that were sealed: a column added later is no alteration."""

    columns = ArrayField(models.CharField(max_length=63), unique=True)

    class Meta:
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return ", ".join(self.columns)


class SealedRange(models.Model):
    """The rows of one table that a seal covers, by id."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="ranges")
    table = models.CharField(max_length=63)
    after = models.BigIntegerField()
    last = models.BigIntegerField()
    rows = models.IntegerField()
    digest = models.CharField(max_length=64)
    shape = models.ForeignKey(Shape, models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "after"], name="oversight_range_once")]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.table} {self.after}–{self.last}"


class Leaves(models.Model):
    """The fingerprint of every row of a range, 24 bytes each, so that a difference can be named. The range's digest covers them."""

    range = models.OneToOneField(SealedRange, models.PROTECT, primary_key=True, related_name="leaves")
    content = models.BinaryField()

    class Meta:
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return str(self.range_id)


class Horizon(models.Model):
    """How far the ids of every table had gone at the last look, and who was still writing. One row; only sealing writes it."""

    only = models.BooleanField(default=True, unique=True)
    limits = models.JSONField(default=dict)
    writers = models.JSONField(default=list)
    sealed = models.JSONField(default=dict)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(only=True), name="oversight_horizon_one")]

    def __str__(self) -> str:
        return str(self.limits)


class Excision(models.Model):
    """A row that was lawfully overwritten (somebody's right to be forgotten) or a table cut up to an id (its time to be kept is over).

    Signed with the instance's key: somebody with the database alone cannot call an alteration lawful.
    """

    at = models.DateTimeField(_("时间"))
    who = models.CharField(_("人员"), max_length=60)
    why = models.CharField(_("理由"), max_length=200)
    table = models.CharField(max_length=63)
    row = models.BigIntegerField()
    cut = models.BooleanField(default=False)
    before = models.CharField(max_length=32, blank=True)
    after = models.CharField(max_length=32, blank=True)
    signature = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["table", "row"], name="oversight_excision_row")]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.table} {self.row}"

    @property
    def text(self) -> str:
        """What the signature covers."""
        return "|".join(["excision", self.table, str(self.row), str(int(self.cut)), self.before, self.after, self.who, self.why])
