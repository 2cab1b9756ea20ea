"""The stops, in the order of the story: a salesperson's day, the colleagues around it, the rule behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guike.customers import selectors as customers
from guike.engine import selectors as engine
from guike.engine.regulations import selectors as regulations
from guike.platform.access import Viewer, allowed

Text = str | Promise
POLICY = "customer-grade"


@dataclass(frozen=True)
class Stop:
    """One place to stand: who one is there (a role), what is to be seen, what to try, and its address for a viewer (None: nothing to show).

    `access`: the right without which a viewer does not get there.
    """

    code: str
    title: Text
    role: str
    sees: Text
    does: Text
    access: tuple[str, str]
    address: Callable[[Viewer], str | None]

    def open_to(self, viewer: Viewer) -> bool:
        return allowed(viewer, *self.access)


def best_customer(viewer: Viewer) -> Any:
    """The customer that shows most: the viewer's own of the best grade with the largest purchases, else anybody's in sight."""
    seen = customers.list_rows(viewer).order_by("figures__grade_rank", "-figures__purchases_12m", "pk")
    own = seen.filter(owner=viewer.person_id).first() if viewer.person_id else None
    return own or seen.first()


def _of_best(address: Callable[[int], str]) -> Callable[[Viewer], str | None]:
    def find(viewer: Viewer) -> str | None:
        found = best_customer(viewer)
        return address(found.pk) if found else None

    return find


def _draft(viewer: Viewer) -> str:
    """The draft with its trial; without one the policy, where a draft is begun; without the policy the list."""
    if engine.draft_of(viewer, POLICY) is not None:
        return reverse("engine:draft", args=[POLICY])
    known = POLICY in {one.policy.code for one in engine.policies(viewer)}
    return reverse("engine:policy", args=[POLICY]) if known else reverse("engine:policies")


def _clause(viewer: Viewer) -> str:
    """The document in which the policy's clause stands, at that clause."""
    place = regulations.place_of(viewer, POLICY)
    return f"{reverse('engine:regulation', args=[place[0]])}#{place[1]}" if place else reverse("engine:regulations")


STOPS = (
    Stop(
        "today", _("今日：该联系谁"), "salesperson",
        _("逾期、今天、明天要办的事，按等级和拖了几天排好，每行写着为什么"),
        _("看最上面一行：为什么排第一，是哪一条规定的"),
        ("obligation", "view"), lambda viewer: reverse("workspace:today"),
    ),
    Stop(
        "customer", _("客户一页"), "salesperson",
        _("一家客户的全部：等级、应做的事、联系人和决策链、订单、动态"),
        _("往下看动态，点联系人看谁拍板"),
        ("customer", "view"), _of_best(lambda pk: reverse("workspace:customer", args=[pk])),
    ),
    Stop(
        "why", _("为什么是 A 级"), "salesperson",
        _("每一项得几分、权重多少、哪些订单算出来的，离下一级差多少"),
        _("点一项的数，看背后的订单"),
        ("customer", "view"), _of_best(lambda pk: reverse("engine:why_primary", args=["customer", pk])),
    ),
    Stop(
        "log", _("记一笔跟进"), "salesperson",
        _("选方式、写一句、定下一步，15 秒记完；例行联系自动销掉，下一次自动排上"),
        _("写一句试试，保存后回「今日」看少了一件"),
        ("follow_up", "add"), _of_best(lambda pk: reverse("contact:log_for", args=[pk])),
    ),
    Stop(
        "pool", _("公海领取"), "salesperson",
        _("没人管的客户按制度进公海，写着为什么、原来归谁"),
        _("打开一家点「领取」：先到先得，满额和冷却期会拦下"),
        ("pool_stay", "view"), lambda viewer: reverse("customers:pool"),
    ),
    Stop(
        "duplicates", _("合并重复的客户"), "clerk",
        _("同一家录了两次：名称写法、谐音、电话，理由和把握都写着"),
        _("打开一组，逐项选留哪个值再合并；30 天内可以撤销"),
        ("duplicate", "view"), lambda viewer: reverse("customers:duplicates"),
    ),
    Stop(
        "draft", _("改一条线会怎样"), "marketing",
        _("左边是草案，右边用今天的真实数据试算：谁升谁降，每人每周多跑几次"),
        _("把 A 级的起始分改掉，保存并试算，看名单怎么变"),
        ("policy", "change"), _draft,
    ),
    Stop(
        "approval", _("等我批的"), "sales_manager",
        _("调级申请按核决权限走到该签的人，写着为什么走这条路"),
        _("打开一张，看「为什么」，再同意或退回"),
        ("approval", "view"), lambda viewer: reverse("approvals:list"),
    ),
    Stop(
        "clause", _("活的制度"), "executive",
        _("公司的管理制度原文：每一条由什么执行，现在执行得怎样"),
        _("点条文旁的数，看是哪些客户、哪些任务"),
        ("regulation", "view"), _clause,
    ),
    Stop(
        "dashboard", _("看板"), "executive",
        _("等级分布、逾期、业绩都从同一批记录算出，点开就是名单"),
        _("点一个数，一直点到单子"),
        ("customer", "view"), lambda viewer: reverse("workspace:dashboard"),
    ),
)  # fmt: skip


def stop(code: str) -> Stop | None:
    return next((one for one in STOPS if one.code == code), None)


def after(code: str) -> Stop | None:
    """The next one in the story; None behind the last."""
    place = next((n for n, one in enumerate(STOPS) if one.code == code), len(STOPS))
    return STOPS[place + 1] if place + 1 < len(STOPS) else None
