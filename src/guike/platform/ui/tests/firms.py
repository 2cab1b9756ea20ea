"""A small object of the tests' own: firms with owners, listed as customers would be."""

from django.db import models
from django.db.models import F

from guike.platform import access
from guike.platform.access import FieldRule, Grant, Reach, Right, Scope, Viewer
from guike.platform.conditions import Field, FieldSet, Kind
from guike.platform.errors import Refused
from guike.platform.ui import pickers
from guike.platform.ui.lists import BulkAction, Column, ListPage, Phone, Quick, View


class Owner(models.Model):
    name = models.CharField(max_length=20)

    class Meta:
        app_label = "ui"
        managed = False
        db_table = "ui_test_owner"

    def __str__(self) -> str:
        return self.name


class Firm(models.Model):
    name = models.CharField(max_length=100)
    grade = models.CharField(max_length=4, blank=True, choices=[("A", "A 级"), ("B", "B 级"), ("C", "C 级")])
    owner = models.ForeignKey(Owner, models.PROTECT, null=True, related_name="+")
    department_id = models.BigIntegerField(default=1)
    phone = models.CharField(max_length=20, blank=True)
    bought = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    last_contact_on = models.DateField(null=True)

    class Meta:
        app_label = "ui"
        managed = False
        db_table = "ui_test_firm"
        indexes = [models.Index(fields=["bought", "id"], name="ui_test_firm_bought")]

    def __str__(self) -> str:
        return self.name


def declare() -> None:
    """Sales people see their own and read no phone; managers read all and see the phone veiled; the administrator everything."""
    access.declare(
        "test_firm",
        model="ui.Firm",
        label="公司",
        scope=Scope(owner="owner_id"),
        grants={
            "salesperson": Grant(view=Reach.OWN, change=Reach.OWN),
            "sales_manager": Grant(view=Reach.ALL, change=Reach.OWN, export=Reach.ALL),
            "administrator": Grant(view=Reach.ALL, change=Reach.ALL, export=Reach.ALL),
        },
        fields={
            "phone": FieldRule("电话", rights={"administrator": Right.WRITE, "sales_manager": Right.MASKED}, mask="phone"),
            "bought": FieldRule("采购额", default=Right.READ),
        },
    )
    pickers.register("test_owner", title="负责人", search=_search, chosen=_chosen, access=("test_firm", "view"), in_palette=True)


def _search(viewer: Viewer, text: str, limit: int, filters: dict) -> list[pickers.Choice]:
    return [
        pickers.Choice(o.pk, o.name, second="浙南片区", href=f"/owners/{o.pk}/") for o in Owner.objects.filter(name__contains=text)[:limit]
    ]


def _chosen(viewer: Viewer, values: list[str]) -> list[pickers.Choice]:
    return [pickers.Choice(o.pk, o.name) for o in Owner.objects.filter(pk__in=[v for v in values if v.isdigit()])]


def rename(viewer: Viewer, row: Firm, values: dict) -> None:
    """Refuses the firms that begin with 停."""
    if row.name.startswith("停"):
        raise Refused("已停用的公司不能改")
    Firm.objects.filter(pk=row.pk).update(name=row.name + "（改）")


class FirmList(ListPage):
    object = "test_firm"
    title = "公司"
    unit = "家"
    icon = "building"
    columns = [
        Column("name", "公司", sort="name", fixed=True),
        Column("grade", "等级", kind="seal", sort="grade"),
        Column("owner", "负责人", path="owner__name", sort="owner__name"),
        Column("last", "上次联系", kind="ago", path="last_contact_on", sort="last_contact_on"),
        Column("bought", "采购额", kind="wan", sort="bought", total=True),
        Column("double", "两倍", kind="wan", sort="double", shown=False),
        Column("phone", "电话", kind="phone", sort="phone"),
    ]
    fields = FieldSet(
        [
            Field("grade", "等级", Kind.CHOICE, choices=[("A", "A 级"), ("B", "B 级"), ("C", "C 级")]),
            Field("owner", "负责人", Kind.REFERENCE, path="owner_id"),
            Field("bought", "采购额", Kind.MONEY, unit="元"),
            Field("name", "名称", Kind.TEXT),
            Field("last", "上次联系", Kind.DATE, path="last_contact_on"),
            Field("phone", "电话", Kind.TEXT),
        ]
    )
    quick = [Quick("grade"), Quick("owner", picker="test_owner")]
    views = [
        View("all", "全部", sort="-bought"),
        View("grade_a", "A 级", where={"field": "grade", "op": "eq", "value": "A"}, sort="name", columns=("grade", "bought")),
        View("managers", "经理看的", roles=("sales_manager",)),
    ]
    bulk = [
        BulkAction(
            "rename",
            "改名",
            "edit",
            access=("test_firm", "change"),
            apply=rename,
            consequences=lambda viewer, rows: [f"{len(rows)} 家的名称会变"],
        )
    ]
    phone = Phone(seal="grade", title="name", second=("last", "owner"), figure="bought")
    default_sort = "-pk"
    searchable = True

    def queryset(self, viewer):
        return super().queryset(viewer).annotate(double=F("bought") * 2)

    def search(self, rows, text, viewer):
        return rows.filter(name__contains=text)

    def row_url(self, row):
        return f"/firms/{row.pk}/"
