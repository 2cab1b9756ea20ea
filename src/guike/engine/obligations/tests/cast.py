"""A small company for these tests: people with a chain above them, subjects with owners, requirements by grade."""

from datetime import date, timedelta

from guike.customers.models import Customer
from guike.customers.rules import name_key
from guike.engine.activities import services as timeline
from guike.engine.models import Obligation, Policy, PolicyVersion, Standing
from guike.engine.obligations import refresh as refreshing
from guike.engine.obligations.requirements import Requirement
from guike.organisation.models import Department, Person, Post
from guike.platform import clock
from guike.platform.access import Viewer

SINCE = date(2026, 6, 1)
#: Grades by the expected deal on file, so that a test says the grade and an evaluation comes to the same.
DEAL_DAYS = {"A": 10, "B": 60, "C": 300}
GRADING = {
    "code": "grading",
    "kind": "decision_table",
    "title": "客户分级",
    "outcomes": [{"code": code, "label": f"{code} 级"} for code in "ABC"],
    "rows": [
        {"when": {"field": "deal.expected_days", "op": "lte", "value": 30}, "then": "A"},
        {"when": {"field": "deal.expected_days", "op": "lte", "value": 90}, "then": "B"},
        {"then": "C"},
    ],
}


class Company:
    """陈思远 in 浙南片区 under 王立群 under 赵总; 黄可 beside him; customers graded by one policy, contacted by another."""

    def __init__(self, paces=()):
        sales = Department.objects.create(name="销售部", function="sales")
        self.south = Department.objects.create(name="浙南片区", parent=sales, function="sales")
        self.sales = sales
        self.zhao, self.wang, self.chen, self.huang = (
            Person.objects.create(number=f"P{n}", name=name) for n, name in enumerate(("赵总", "王立群", "陈思远", "黄可"), start=1)
        )
        Post.objects.create(person=self.zhao, department=sales, role="executive")
        Post.objects.create(person=self.wang, department=sales, role="sales_manager", supervisor=self.zhao)
        Post.objects.create(person=self.chen, department=self.south, role="salesperson", supervisor=self.wang)
        Post.objects.create(person=self.huang, department=self.south, role="salesperson", supervisor=self.wang)
        self.grading, _ = self._policy("grading", "decision_table", primary=True, content=GRADING)
        asks = {"code": "cadence", "kind": "cadence", "title": "客户联系频次", "follows": "grading", "paces": list(paces)}
        self.cadence, self.version = self._policy("cadence", "cadence", content=asks)
        self._customers = 0

    @staticmethod
    def _policy(code, kind, primary=False, content=None):
        policy = Policy.objects.create(code=code, title=code, kind=kind, is_primary=primary, created_at=clock.now())
        version = PolicyVersion.objects.create(
            policy=policy,
            number=1,
            status="published",
            content=content or {},
            yaml="",
            effective_from=date(2000, 1, 1),
            published_at=clock.now(),
            drafted_at=clock.now(),
        )
        return policy, version

    def customer(self, grade="A", owner="chen", since=SINCE):
        self._customers += 1
        person = getattr(self, owner) if owner else None
        made = Customer.objects.create(
            number=f"KH-{self._customers:06}",
            name=f"客户{self._customers}",
            name_key=name_key(f"客户{self._customers}"),
            owner=person,
            department=self.south,
        )
        if grade:
            self.grade(made, grade, since)
        return made

    def grade(self, customer, grade, since=SINCE):
        type(customer).objects.filter(pk=customer.pk).update(expected_deal_on=clock.today() + timedelta(days=DEAL_DAYS[grade]))
        Standing.objects.update_or_create(
            policy=self.grading,
            subject_kind="customer",
            subject_id=customer.pk,
            defaults={"outcome": grade, "rank": "ABC".index(grade), "since": since, "as_of": since},
        )

    def requirement(self, outcome="A", interval_days=7, channels=(), rest_day="keep", factor=3.0, in_force_from=date(2000, 1, 1)):
        return Requirement(
            policy_id=self.cadence.pk,
            version_id=self.version.pk,
            outcome_policy_id=self.grading.pk,
            outcome=outcome,
            outcome_label=f"{outcome} 级",
            subject_kind="customer",
            interval_days=interval_days,
            channels=tuple(channels),
            rest_day=rest_day,
            factor=factor,
            phrase=f"{outcome} 级每 {interval_days} 天联系一次",
            clause="《客户分级管理办法》第十二条",
            title="例行联系",
            escalation_days=(3, 7, 14),
            in_force_from=in_force_from,
        )

    def contact(self, customer, day, channel="phone"):
        self._contacts = getattr(self, "_contacts", 0) + 1
        return timeline.record(
            timeline.Happening(
                "follow_up", "customer", customer.pk, day, "follow_up", self._contacts, channel=channel, person_id=self.chen.pk
            )
        )

    def refresh(self, *requirements, on=None, subject_ids=None):
        return refreshing.refresh("customer", requirements=requirements, on=on, subject_ids=subject_ids)

    def viewer(self, name, role="salesperson"):
        person = getattr(self, name)
        tree = {self.sales.pk, self.south.pk} if role in {"sales_manager", "executive"} else {self.south.pk}
        return Viewer(
            account_id=None,
            person_id=person.pk,
            name=person.name,
            roles=frozenset({role}),
            department_ids=frozenset({self.south.pk}),
            department_tree_ids=frozenset(tree),
        )


def open_cadences(customer):
    return list(Obligation.objects.filter(kind="cadence", subject_kind="customer", subject_id=customer.pk, state__in=["open", "snoozed"]))
