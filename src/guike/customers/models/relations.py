"""How customers hang together (CUS-15): one row a relation, read from both sides; trees are kept free of circles by the database."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from guike.customers import rules
from guike.customers.models.customer import Customer
from guike.platform import clock, history

#: Held by whoever changes a tree, until the transaction ends: two halves of a circle never pass each other unseen.
TREE_LOCK = "SELECT pg_advisory_xact_lock(hashtext('customers.relation'))"
_OPEN_PARENT = "kind = 'parent' AND until IS NULL"

#: After each row: no circle; `parent` and `group` of the customers concerned, and the group of all below them, follow.
TREE_KEPT = pgtrigger.Func(
    f"""
    IF TG_OP <> 'DELETE' AND NEW.until IS NULL AND NEW.kind IN ({", ".join(repr(code) for code in rules.TREES)}) THEN
        PERFORM pg_advisory_xact_lock(hashtext('customers.relation'));
        IF EXISTS (
            WITH RECURSIVE above(id) AS (
                SELECT NEW.upper_id
                UNION SELECT r.upper_id FROM customers_relation r JOIN above a ON r.lower_id = a.id
                 WHERE r.kind = NEW.kind AND r.until IS NULL)
            SELECT FROM above WHERE id = NEW.lower_id)
        THEN RAISE EXCEPTION 'relation_circle: customer % already stands above %', NEW.lower_id, NEW.upper_id
             USING ERRCODE = 'check_violation'; END IF;
    END IF;
    IF (TG_OP <> 'INSERT' AND OLD.kind = 'parent') OR (TG_OP <> 'DELETE' AND NEW.kind = 'parent') THEN
        UPDATE customers_customer c SET parent_id = r.upper_id FROM (
            SELECT t.id, (SELECT p.upper_id FROM customers_relation p WHERE p.lower_id = t.id AND {_OPEN_PARENT}) AS upper_id
              FROM unnest(ARRAY[OLD.lower_id, NEW.lower_id]) t(id)) r
         WHERE c.id = r.id AND c.parent_id IS DISTINCT FROM r.upper_id;
        WITH RECURSIVE touched AS (
            SELECT DISTINCT t.id FROM unnest(ARRAY[OLD.upper_id, OLD.lower_id, NEW.upper_id, NEW.lower_id]) t(id) WHERE t.id IS NOT NULL),
        up(id, at, steps) AS (
            SELECT id, id, 0 FROM touched
            UNION ALL SELECT u.id, r.upper_id, u.steps + 1 FROM up u JOIN customers_relation r ON r.lower_id = u.at AND {_OPEN_PARENT}),
        top AS (SELECT DISTINCT ON (id) id, at AS top FROM up ORDER BY id, steps DESC),
        down(id, top) AS (
            SELECT id, top FROM top WHERE id IN (OLD.lower_id, NEW.lower_id)
            UNION SELECT r.lower_id, d.top FROM down d JOIN customers_relation r ON r.upper_id = d.id AND {_OPEN_PARENT}),
        placed AS (SELECT id, top FROM top UNION SELECT id, top FROM down)
        UPDATE customers_customer c SET group_id = p.group_id FROM (
            SELECT id, CASE WHEN top <> id OR EXISTS (
                       SELECT FROM customers_relation r WHERE r.upper_id = placed.id AND {_OPEN_PARENT}) THEN top END AS group_id
              FROM placed) p
         WHERE c.id = p.id AND c.group_id IS DISTINCT FROM p.group_id;
    END IF;
    RETURN NULL;
    """  # noqa: S608 — constants
)


#: The words of the pure rules, named here so that they are translated.
WORDS = (
    gettext_noop("上下级单位"), gettext_noop("上级单位"), gettext_noop("下级单位"), gettext_noop("供货关系"), gettext_noop("供货经销商"),
    gettext_noop("下级分销商"), gettext_noop("转介绍"), gettext_noop("介绍人"), gettext_noop("介绍来的客户"), gettext_noop("同一实际控制人"),
    gettext_noop("合作伙伴"), gettext_noop("竞争对手"),
)  # fmt: skip


@history.tracked()
class Relation(models.Model):
    """What two customers are to each other, from `since` (empty = not known) until `until` (empty = today still).

    `upper` is the parent, the supplying dealer, the introducer; in mutual kinds the two sides mean the same. Of the open rows of kind
    `parent` follow `Customer.parent` and `Customer.group`.
    """

    Kind = models.TextChoices("Kind", [(code.upper(), (code, _(kind.label))) for code, kind in rules.RELATION_KINDS.items()])  # type: ignore[call-overload]

    kind = models.CharField(_("关系"), max_length=10, choices=Kind.choices)
    upper = models.ForeignKey(Customer, models.CASCADE, related_name="relations_below", verbose_name=_("甲方"))
    lower = models.ForeignKey(Customer, models.CASCADE, related_name="relations_above", verbose_name=_("乙方"))
    since = models.DateField(_("开始日期"), null=True, blank=True)
    until = models.DateField(_("结束日期"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True, default="")
    noted_on = models.DateField(_("登记日期"), default=clock.today)
    noted_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("登记人"))
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("客户关系")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(upper=F("lower")), name="relation_to_another"),
            models.CheckConstraint(condition=Q(kind__in=list(rules.RELATION_KINDS)), name="relation_kind_known"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")), name="relation_ends_after_start"
            ),
            models.UniqueConstraint(
                "kind", Least("upper", "lower"), Greatest("upper", "lower"), condition=Q(until__isnull=True), name="relation_once"
            ),
            models.UniqueConstraint(fields=["lower"], condition=Q(until__isnull=True, kind="parent"), name="relation_one_parent"),
        ]
        indexes = [
            models.Index(fields=["upper", "kind"], name="relation_upper"),
            models.Index(fields=["lower", "kind"], name="relation_lower"),
            models.Index(fields=["since", "id"], name="relation_since"),
            models.Index(fields=["until", "id"], name="relation_until"),
            models.Index(fields=["kind", "id"], name="relation_kind"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="tree_kept",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Delete | pgtrigger.UpdateOf("kind", "upper_id", "lower_id", "until"),
                func=TREE_KEPT,
            )
        ]

    def __str__(self) -> str:
        return f"{self.upper} — {self.get_kind_display()} — {self.lower}"

    @property
    def kind_of(self) -> rules.RelationKind:
        return rules.RELATION_KINDS[self.kind]

    def get_absolute_url(self) -> str:
        return f"/customers/{self.lower_id}/?tab=relations"
