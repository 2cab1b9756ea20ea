"""The draft editor's pieces: every place of the tree as an input, marked where it differs from the version in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from guike.engine.metrics.registry import REGISTRY
from guike.engine.policies import facts
from guike.engine.policies.authority import SIGNS
from guike.engine.policies.authority import WHO as SIGNERS
from guike.engine.policies.catalogue import OUTCOME, Catalogue
from guike.engine.policies.content import Content
from guike.engine.policies.differences import Difference
from guike.engine.policies.entitlement import COUNT, DAYS, HOURS, ITEMS, MONEY, ROLE
from guike.engine.policies.others import CHANNELS
from guike.engine.policies.parse import RELEASERS
from guike.engine.policies.table import NOTIFIED
from guike.engine.policies.tree_form import at, shown
from guike.organisation.rules import FUNCTIONS
from guike.platform.conditions.operators import OPERATORS
from guike.platform.roles import ROLES

Tree = Mapping[str, Any]
WHO = {
    "owner": "负责人", "supervisor": "上级", "sales_manager": "销售经理", "marketing": "市场部", "service": "客服", "finance": "财务",
    "executive": "总经理", "administrator": "管理员",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One input: its path is its name. `before` is the value in force where it differs; `options` makes it a choice."""

    path: str
    label: str
    value: str
    before: str | None = None
    options: Sequence[tuple[str, str]] = ()
    unit: str = ""
    wide: bool = False
    number: bool = False


@dataclass(frozen=True)
class Group:
    """One item of a list: heading, places, bands or conditions below, and where it stands."""

    path: str
    title: str
    places: Sequence[Place] = ()
    bands: Sequence[Sequence[Place]] = ()
    named: bool = False
    leaves: Sequence["Leaf"] = ()
    joint: str = ""
    catches_rest: bool = False
    below: str = "bands"


@dataclass(frozen=True)
class Leaf:
    """One condition: what, how compared, with what."""

    path: str
    places: Sequence[Place] = ()


@dataclass
class Editor:
    """The form of a draft. `tree` as it stands, `differences` against the version in force by path."""

    tree: Tree
    content: Content
    catalogue: Catalogue
    differences: Mapping[str, Difference] = field(default_factory=dict)

    def place(self, path: str, label: str, **given: Any) -> Place:
        found = self.differences.get(path)
        return Place(path, label, shown(at(self.tree, path)), found.before if found else None, **given)

    def items(self, name: str) -> list[Tree]:
        found = self.tree.get(name)
        return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []

    # --- scorecards ------------------------------------------------------------------------------------------------------

    def characteristics(self) -> list[Group]:
        return [self._characteristic(place, one) for place, one in enumerate(self.items("characteristics"))]

    def _characteristic(self, place: int, one: Tree) -> Group:
        path = f"characteristics.{place}"
        metric = self.catalogue.metric(str(one.get("metric", "")))
        numeric = metric is None or metric.is_numeric
        given = one.get("bands")
        bands: list[Any] = given if isinstance(given, list) else []
        order = list(range(len(bands)))
        if numeric:
            order = sorted(
                order, key=lambda n: float(bands[n].get("points") or 0) if isinstance(bands[n].get("points"), int | float) else 0
            )
        return Group(
            path,
            str(metric.label) if metric else str(one.get("metric") or _("新评分项")),
            [
                self.place(f"{path}.metric", _("指标"), options=self.metric_options()),
                self.place(f"{path}.weight", _("权重"), unit="%", number=True),
                self.place(f"{path}.missing", _("无记录时得分"), number=True),
            ],
            [self._band(f"{path}.bands.{n}", numeric, metric) for n in order],
            named=not numeric,
        )

    def _band(self, path: str, numeric: bool, metric: Any) -> list[Place]:
        points = self.place(f"{path}.points", _("得分"), number=True)
        if not numeric:
            return [points, self.place(f"{path}.values", _("取值"))]
        return [points, self.place(f"{path}.from", _("从"), number=True), self.place(f"{path}.to", _("到"), number=True)]

    def outcomes(self) -> list[Group]:
        scored = self.content.kind == "scorecard"
        return [self._outcome(place, one, scored) for place, one in enumerate(self.items("outcomes"))]

    def _outcome(self, place: int, one: Tree, scored: bool) -> Group:
        path = f"outcomes.{place}"
        places = [self.place(f"{path}.code", _("代码")), self.place(f"{path}.label", _("名称"))]
        if scored:
            places.append(self.place(f"{path}.from", _("起始分"), number=True))
        places.append(self.place(f"{path}.strategy", _("怎么做"), wide=True))
        return Group(path, str(one.get("label") or one.get("code") or _("新等级")), places)

    # --- tables, alerts, quotas ------------------------------------------------------------------------------------------

    def rows(self) -> list[Group]:
        outcomes = [(str(one.get("code", "")), str(one.get("label") or one.get("code", ""))) for one in self.items("outcomes")]
        found = []
        for place, one in enumerate(self.items("rows")):
            path = f"rows.{place}"
            places = [self.place(f"{path}.then", _("结果"), options=outcomes), self.place(f"{path}.reason", _("理由"), wide=True)]
            found.append(self._conditioned(path, _("第 %(n)s 行") % {"n": place + 1}, one, places))
        return found

    def levels(self) -> list[Group]:
        found = []
        for place, one in enumerate(self.items("levels")):
            path = f"levels.{place}"
            places = [
                self.place(f"{path}.code", _("代码")),
                self.place(f"{path}.label", _("名称")),
                self.place(f"{path}.reason", _("理由"), wide=True),
                self.place(f"{path}.notify", _("通知（%(known)s）") % {"known": "、".join(NOTIFIED)}, wide=True),
                self.place(f"{path}.due", _("应办"), wide=True),
                self.place(f"{path}.days", _("几天内"), unit=_("天"), number=True),
            ]
            found.append(self._conditioned(path, str(one.get("label") or one.get("code") or _("新级别")), one, places))
        return found

    def caps(self) -> list[Group]:
        found = []
        for place, one in enumerate(self.items("caps")):
            path = f"caps.{place}"
            places = [self.place(f"{path}.label", _("名称")), self.place(f"{path}.cap", _("上限"), number=True)]
            if one.get("outcome"):
                places = [places[0], self.place(f"{path}.outcome", _("等级（家数取自待遇表）"))]
            found.append(self._conditioned(path, str(one.get("label") or _("全部")), one, places))
        return found

    def routes(self) -> list[Group]:
        found = []
        for place, one in enumerate(self.items("routes")):
            path = f"routes.{place}"
            places = [self.place(f"{path}.label", _("名称")), self.place(f"{path}.reason", _("理由"), wide=True)]
            group = self._conditioned(path, str(one.get("label") or _("第 %(n)s 条路径") % {"n": place + 1}), one, places)
            given = one.get("steps")
            steps = [self._step(f"{path}.steps.{n}", step) for n, step in enumerate(given if isinstance(given, list) else [])]
            found.append(replace(group, bands=steps, below="steps"))
        return found

    def _step(self, path: str, step: Any) -> list[Place]:
        """One signature: who, then only what that who needs, then how long."""
        who = str(step.get("who", "")) if isinstance(step, Mapping) else ""
        several = isinstance(step, Mapping) and isinstance(step.get("role"), list) and len(step["role"]) > 1
        named = {
            "superior": self.place(f"{path}.level", _("第几级"), unit=_("级"), number=True),
            "role": self.place(f"{path}.role", _("角色"), options=[("", "—"), *ROLES.items()])
            if not several
            else self.place(f"{path}.role", _("角色（%(known)s）") % {"known": "、".join(ROLES)}),
            "post": self.place(f"{path}.post", _("岗位名称")),
            "head": self.place(f"{path}.function", _("职能"), options=[("", "—"), *FUNCTIONS.items()]),
            "person": self.place(f"{path}.person", _("工号")),
        }
        return [
            self.place(f"{path}.who", _("谁批"), options=[("", "—"), *SIGNERS.items()]),
            *([named[who]] if who in named else []),
            self.place(f"{path}.sign", _("签法"), options=[("", SIGNS["any"]), ("all", SIGNS["all"])]),
            self.place(f"{path}.days", _("期限"), unit=_("工作日"), number=True),
            self.place(f"{path}.remind", _("提前提醒"), unit=_("工作日"), number=True),
            self.place(f"{path}.escalate_after", _("逾期第几天上报")),
            self.place(f"{path}.together", _("与上一步同时"), options=[("", _("依次")), ("是", _("同时"))]),
        ]

    def _conditioned(self, path: str, title: str, one: Tree, places: list[Place]) -> Group:
        when = one.get("when")
        joint = "" if not isinstance(when, Mapping) else "all" if "all" in when else "any" if "any" in when else ""
        return Group(path, title, places, leaves=list(self._leaves(f"{path}.when", when)), joint=joint, catches_rest=not when)

    def _leaves(self, path: str, tree: Any) -> list[Leaf]:
        if not isinstance(tree, Mapping) or not tree:
            return []
        if "field" in tree:
            operators = [(code, str(one.words)) for code, one in OPERATORS.items() if not one.relative]
            return [
                Leaf(
                    path,
                    [
                        self.place(f"{path}.field", _("指标"), options=self.metric_options(outcomes=True)),
                        self.place(f"{path}.op", _("比较"), options=operators),
                        self.place(f"{path}.value", _("值")),
                    ],
                )
            ]
        if "not" in tree:
            return self._leaves(f"{path}.not", tree["not"])
        key = "all" if "all" in tree else "any"
        given = tree.get(key)
        branches: list[Any] = given if isinstance(given, list) else []
        return [leaf for place, branch in enumerate(branches) for leaf in self._leaves(f"{path}.{key}.{place}", branch)]

    # --- cadences --------------------------------------------------------------------------------------------------------

    def paces(self) -> list[Group]:
        face = self.catalogue.policies.get(str(self.tree.get("follows", "")))
        outcomes = list(face.outcomes) if face else []
        labels = dict(outcomes)
        found = []
        for place, one in enumerate(self.items("paces")):
            path = f"paces.{place}"
            ways = "、".join(CHANNELS)
            places = [
                self.place(f"{path}.outcome", _("等级"), options=outcomes),
                self.place(f"{path}.days", _("间隔"), unit=_("天"), number=True),
                self.place(f"{path}.escalate_after", _("逾期第几天上报")),
                self.place(f"{path}.recommended", _("推荐方式（%(ways)s）") % {"ways": ways}, wide=True),
                self.place(f"{path}.channels", _("只算这些方式"), wide=True),
                self.place(f"{path}.title", _("任务名称")),
            ]
            found.append(Group(path, labels.get(str(one.get("outcome")), str(one.get("outcome") or _("新频次"))), places))
        return found

    # --- holdings --------------------------------------------------------------------------------------------------------

    def terms(self) -> list[Group]:
        face = self.catalogue.policies.get(str(self.tree.get("follows", "")))
        outcomes = [("", _("其余客户")), *(face.outcomes if face else ())]
        labels = dict(outcomes)
        found = []
        for place, one in enumerate(self.items("terms")):
            path = f"terms.{place}"
            places = [
                self.place(f"{path}.outcome", _("等级"), options=outcomes),
                self.place(f"{path}.no_contact", _("多久未跟进进公海"), unit=_("天"), number=True),
                self.place(f"{path}.no_deal", _("多久未成交进公海"), unit=_("天"), number=True),
            ]
            found.append(Group(path, labels.get(str(one.get("outcome") or ""), str(one.get("outcome"))), places))
        return found

    # --- entitlements ----------------------------------------------------------------------------------------------------

    def grants(self) -> list[Group]:
        outcomes = self._outcomes_followed()
        labels = dict(outcomes)
        return [
            Group(path, labels.get(str(one.get("outcome")), str(one.get("outcome") or _("新等级"))), self._grant(path, outcomes))
            for path, one in ((f"grants.{place}", one) for place, one in enumerate(self.items("grants")))
        ]

    def _grant(self, path: str, outcomes: list[tuple[str, str]]) -> list[Place]:
        units = {DAYS: _("天"), HOURS: _("小时"), COUNT: _("家"), MONEY: _("元")}
        roles = [("", "—"), *((code, _(label)) for code, label in ROLES.items())]
        return [
            self.place(f"{path}.outcome", _("等级"), options=outcomes),
            *(
                self.place(f"{path}.{code}", str(one.label), unit=units.get(one.kind, ""), number=one.kind in units, options=roles if one.kind == ROLE else ())
                for code, one in ITEMS.items()
            ),
        ]

    def _outcomes_followed(self) -> list[tuple[str, str]]:
        face = self.catalogue.policies.get(str(self.tree.get("follows", "")))
        return list(face.outcomes) if face else []

    # --- what may be chosen ----------------------------------------------------------------------------------------------

    def metric_options(self, *, outcomes: bool = False) -> list[tuple[str, str]]:
        """Metrics of the subject by label, and outcomes of other policies where conditions may use them."""
        found = [(one.code, str(one.label)) for one in REGISTRY.of_subject(self.content.subject or "customer")]
        if outcomes:
            others = self.catalogue.policies.values()
            found += [
                (f"{OUTCOME}{one.code}", _("《%(title)s》的结果") % {"title": one.title})
                for one in others
                if one.outcomes and one.code != self.content.code
            ]
        brought = [(one.code, str(one.label)) for one in facts.facts_of(self.content.document)] if self.content.kind == "authority" else []
        return [("", "—"), *brought, *sorted(found, key=lambda pair: pair[1])]

    def sections(self) -> list[tuple[str, str, list[Group]]]:
        """Name of the list, heading, items: what this kind has."""
        by_kind: dict[str, list[tuple[str, str, list[Group]]]] = {
            "scorecard": [("characteristics", _("评分表"), self.characteristics()), ("outcomes", _("等级线"), self.outcomes())],
            "decision_table": [("rows", _("判定表"), self.rows()), ("outcomes", _("结果"), self.outcomes())],
            "alert": [("levels", _("预警级别"), self.levels())],
            "cadence": [("paces", _("联系频次"), self.paces())],
            "quota": [("caps", _("上限"), self.caps())],
            "authority": [("routes", _("谁来批"), self.routes())],
            "holding": [("terms", _("持有期限"), self.terms())],
            "entitlement": [("grants", _("待遇表"), self.grants())],
        }
        return by_kind.get(self.content.kind, [])

    def head(self) -> list[Place]:
        """Places of the clause and the policy as a whole."""
        found = [
            self.place("title", _("名称"), wide=True),
            self.place("clause.title", _("文件")),
            self.place("clause.number", _("条号")),
        ]
        if self.content.kind == "authority":
            known = [(one.code, str(one.label)) for one in facts.documents().values()]
            found.append(self.place("document", _("单据"), options=known))
        if self.content.kind == "cadence":
            found.append(self.place("person_cap_per_week", _("每人每周上限"), unit=_("次"), number=True))
        if self.content.kind == "quota":
            ways = [("refuse", _("不让转入")), ("warn", _("转入并提醒"))]
            found.append(self.place("when_full", _("满额时"), options=ways))
        if self.content.kind == "holding":
            found.append(self.place("warn_days", _("提前几天提醒"), unit=_("天"), number=True))
            found.append(self.place("cooldown_days", _("原负责人多久不能领回"), unit=_("天"), number=True))
        tables = [(one.code, one.title) for one in self.catalogue.policies.values() if one.kind == "entitlement"]
        if self.content.kind in ("cadence", "holding", "quota", "authority") and (tables or self.content.from_table):
            found.append(self.place("from_table", _("不填的数字取自"), options=[("", _("都写在这里")), *tables]))
        if self.content.kind in ("holding", "quota"):
            roles = "、".join(RELEASERS)
            found.append(self.place("release", _("可放行的角色（不填是 %(roles)s）") % {"roles": roles}, wide=True))
        return found
