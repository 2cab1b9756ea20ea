"""The department tree (ORG-01)."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from guike.organisation import rules
from guike.platform import history

PATH_FROM_PARENT = """
    IF NEW.parent_id IS NULL THEN
        NEW.path := '/' || NEW.id || '/';
        RETURN NEW;
    END IF;
    SELECT path INTO parent_path FROM organisation_department WHERE id = NEW.parent_id;
    IF position('/' || NEW.id || '/' in parent_path) > 0 THEN
        RAISE EXCEPTION 'department % cannot stand below itself', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    NEW.path := parent_path || NEW.id || '/';
    RETURN NEW;
"""
PATHS_BELOW = """
    UPDATE organisation_department
       SET path = NEW.path || substr(path, length(OLD.path) + 1)
     WHERE path LIKE OLD.path || '%' AND id <> NEW.id;
    RETURN NULL;
"""


@history.tracked(exclude=["path"])
class Department(models.Model):
    """A department; `path` is 「/1/4/9/」, the ids from the root to itself, kept by triggers."""

    FUNCTIONS = [(code, _(name)) for code, name in rules.FUNCTIONS.items()]

    name = models.CharField(_("名称"), max_length=60)
    code = models.CharField(_("代码"), max_length=20, blank=True, default="")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级部门"))
    function = models.CharField(_("职能"), max_length=12, choices=FUNCTIONS, default="other")
    head = models.ForeignKey(
        "organisation.Person", models.SET_NULL, null=True, blank=True, related_name="departments_headed", verbose_name=_("负责人")
    )
    active = models.BooleanField(_("启用"), default=True)
    path = models.CharField(max_length=400, editable=False, default="")
    position = models.PositiveIntegerField(_("排序"), default=0)

    class Meta:
        verbose_name = _("部门")
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["path"], name="department_path", opclasses=["text_pattern_ops"])]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], nulls_distinct=False, name="department_name_once_per_parent"),
            models.UniqueConstraint(fields=["code"], condition=~models.Q(code=""), name="department_code_once"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="path_from_parent",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("parent_id"),
                declare=[("parent_path", "text")],
                func=PATH_FROM_PARENT,
            ),
            pgtrigger.Trigger(
                name="paths_below",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("parent_id"),
                condition=pgtrigger.Condition("OLD.path IS DISTINCT FROM NEW.path"),
                func=PATHS_BELOW,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ancestor_ids(self) -> list[int]:
        """Ids from the root to this department, itself included."""
        return [int(part) for part in self.path.strip("/").split("/") if part]
