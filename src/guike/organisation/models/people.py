"""People, the posts they hold and who stands in for them (ORG-01)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guike.organisation import rules
from guike.platform import history


def role_choices() -> list[tuple[str, str]]:
    """The roles that may be given now, the company's own among them, with their names on screen."""
    return [(code, str(_(name))) for code, name in rules.ROLES.offered().items()]


@history.tracked()
class Person(models.Model):
    """Somebody who works here. Never deleted: who left keeps the records that carry the name."""

    number = models.CharField(_("工号"), max_length=20, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    pinyin = models.CharField(_("拼音"), max_length=160, blank=True, default="", editable=False)
    phone = models.CharField(_("手机"), max_length=30, blank=True, default="")
    email = models.EmailField(_("邮箱"), blank=True, default="")
    active = models.BooleanField(_("在职"), default=True)
    joined_on = models.DateField(_("入职日期"), null=True, blank=True)
    left_on = models.DateField(_("离职日期"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("人员")
        ordering = ["number"]
        indexes = [models.Index(fields=["name"], name="person_name")]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(joined_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                name="person_leaves_after_joining",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@history.tracked()
class Post(models.Model):
    """One post of a person in a department: the title the company uses and the role that gives rights.

    `starts_on` empty = since ever; `ends_on` empty = until further notice; both days included.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="posts", verbose_name=_("人员"))
    department = models.ForeignKey("organisation.Department", models.PROTECT, related_name="posts", verbose_name=_("部门"))
    title = models.CharField(_("岗位"), max_length=40, blank=True, default="")
    role = models.CharField(_("角色"), max_length=20, choices=role_choices)
    supervisor = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="posts_supervised", verbose_name=_("直接上级")
    )
    is_primary = models.BooleanField(_("主岗"), default=True)
    starts_on = models.DateField(_("开始"), null=True, blank=True)
    ends_on = models.DateField(_("结束"), null=True, blank=True)

    class Meta:
        verbose_name = _("岗位")
        ordering = ["-is_primary", "id"]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(is_primary=True, ends_on__isnull=True), name="post_one_primary"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="post_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(supervisor__isnull=True) | ~Q(supervisor=F("person")), name="post_supervised_by_another"
            ),
        ]

    def __str__(self) -> str:
        return self.title or rules.ROLES.get(self.role, self.role)


@history.tracked()
class Deputy(models.Model):
    """Who stands in for a person while that person is absent; both days included."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="deputies", verbose_name=_("本人"))
    deputy = models.ForeignKey(Person, models.PROTECT, related_name="deputising", verbose_name=_("代理人"))
    starts_on = models.DateField(_("开始"))
    ends_on = models.DateField(_("结束"))
    reason = models.CharField(_("原因"), max_length=100, blank=True, default="")

    class Meta:
        verbose_name = _("代理")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(condition=~Q(person=F("deputy")), name="deputy_is_another"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="deputy_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.deputy}"
