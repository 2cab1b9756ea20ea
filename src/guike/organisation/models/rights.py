"""What the company changed about the shipped rights, its own roles, and who changed what and why (PLT-01)."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guike.platform import clock, history
from guike.platform.rights import ACTION, FIELD, Reach, Right

#: Whatever changes these tables, by whatever way, gives the rights a new version: every process reads them anew at its next request.
NEW_VERSION = """
    INSERT INTO organisation_rightsstate (id, version, two_person) VALUES (1, gen_random_uuid(), false)
    ON CONFLICT (id) DO UPDATE SET version = gen_random_uuid();
    RETURN NULL;
"""


def _new_version() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="new_version",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=NEW_VERSION,
    )


class RightsState(models.Model):
    """The one row that names the rights in force, and says whether a second administrator confirms changes."""

    version = models.UUIDField()
    two_person = models.BooleanField(_("权限变更要两人"), default=False)

    class Meta:
        verbose_name = _("权限")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="rightsstate_one_row")]

    def __str__(self) -> str:
        return str(self.version)


@history.tracked()
class OwnRole(models.Model):
    """A role of the company's own, made from a shipped one. `code` is what posts and accounts hold and never changes."""

    code = models.SlugField(max_length=20, unique=True, editable=False)
    name = models.CharField(_("名称"), max_length=20, unique=True)
    base = models.CharField(_("来自"), max_length=20, editable=False)
    open = models.BooleanField(_("启用"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("自定角色")
        ordering = ["pk"]
        triggers = [_new_version()]

    def __str__(self) -> str:
        return self.name


@history.tracked()
class RoleRight(models.Model):
    """One difference from what is shipped: the reach of a role's action on an object, or its right to a field."""

    PARTS = [(ACTION, _("动作")), (FIELD, _("字段"))]

    role = models.CharField(_("角色"), max_length=20)
    object = models.CharField(_("对象"), max_length=40)
    part = models.CharField(max_length=6, choices=PARTS)
    name = models.CharField(_("名称"), max_length=40)
    value = models.PositiveSmallIntegerField(_("权限"))

    class Meta:
        verbose_name = _("权限差异")
        constraints = [
            models.UniqueConstraint(fields=["role", "object", "part", "name"], name="roleright_once"),
            models.CheckConstraint(
                condition=Q(part=ACTION, value__in=list(Reach)) | Q(part=FIELD, value__in=list(Right)), name="roleright_known"
            ),
        ]
        triggers = [_new_version()]

    def __str__(self) -> str:
        return f"{self.role} {self.object} {self.name}"


class RightsChange(models.Model):
    """One change asked for, with its reason: carried out at once, or waiting until a second administrator confirms. Never deleted."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等人确认")
        DONE = "done", _("已生效")
        DECLINED = "declined", _("未同意")
        WITHDRAWN = "withdrawn", _("已撤回")

    kind = models.CharField(max_length=12)
    role = models.CharField(_("角色"), max_length=20, blank=True, default="")
    content = models.JSONField(default=dict)
    reason = models.CharField(_("原因"), max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_by = models.ForeignKey("organisation.Account", models.PROTECT, null=True, related_name="+")
    asked_name = models.CharField(max_length=60)
    asked_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey("organisation.Account", models.PROTECT, null=True, related_name="+")
    decided_name = models.CharField(max_length=60, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("权限变更")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["role", "-id"], name="rightschange_role")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None) | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="rightschange_decided",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(name="decided_once", operation=pgtrigger.Update, condition=pgtrigger.Q(old__state__df="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.asked_at:%Y-%m-%d}"
