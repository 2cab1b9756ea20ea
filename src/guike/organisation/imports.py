"""People, their departments and posts from a spreadsheet (ORG-01, PLT-03)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from guike.organisation import pinyin, rules
from guike.organisation.models import Account, Department, Person, Post
from guike.organisation.selectors.chain import held_on
from guike.organisation.selectors.departments import department_paths
from guike.organisation.services.people import next_numbers
from guike.platform import clock
from guike.platform.access import rows
from guike.platform.imports.kinds import Column, ImportKind, register
from guike.platform.imports.rows import Batch, Outcome, Row
from guike.platform.sheets import values as v
from guike.platform.sheets.problems import CellProblem, gettext_noop

DETAILS = ("name", "phone", "email", "joined_on")


class RoleName(v.Text):
    """A role by its Chinese name, code or a usual synonym."""

    word = gettext_noop("角色")

    def __call__(self, cell: Any) -> str | None:
        text = super().__call__(cell)
        if text is None:
            return None
        if (role := rules.role_of(text)) is None:
            raise CellProblem(gettext_noop("没有角色「%(value)s」，可填：%(words)s"), value=text, words="、".join(rules.ROLES.values()))
        return role

    def show(self, value: Any) -> Any:
        return rules.ROLES.get(value, value)


class Path(v.Text):
    """A department as a path of names: 「销售部/浙南片区」."""

    def __call__(self, cell: Any) -> tuple[str, ...] | None:
        text = super().__call__(cell)
        names = tuple(rules.split_path(text or ""))
        if any(len(name) > 60 for name in names):
            raise CellProblem(gettext_noop("部门名称最多 60 个字"))
        return names or None

    def show(self, value: Any) -> Any:
        return "/".join(value) if isinstance(value, tuple) else value


class Login(v.Text):
    """A login as it is stored."""

    def __call__(self, cell: Any) -> str | None:
        text = super().__call__(cell)
        if text is None:
            return None
        if not rules.login_is_usable(rules.normal_login(text)):
            raise CellProblem(gettext_noop("登录名用 2～60 个字母、数字、汉字或 . _ - @，现在是「%(value)s」"), value=text)
        return rules.normal_login(text)


@register
class PeopleImport(ImportKind):
    code, label, object = "people", _("人员"), "person"
    key = ("number",)
    sheet_words = ("人员", "员工", "销售人员", "花名册", "通讯录")
    story = _("一行一个人的一个岗位；工号已有的会更新，没有工号按姓名找；没有的部门照路径新建；空白单元格不改动原值")
    columns = [
        Column(code="number", label=_("工号"), parser=v.Text(20), synonyms=("员工编号", "岗位编号", "人员编号", "职员编号", "工牌号"), example="YG-0001"),
        Column(
            code="name",
            label=_("姓名"),
            parser=v.Text(40),
            synonyms=("员工姓名", "人员姓名", "地区经理", "销售人员", "业务员", "名字"),
            required=True,
            example="陈思远",
        ),
        Column(code="phone", label=_("手机"), parser=v.OnePhone(), synonyms=("电话", "手机号", "手机号码", "联系电话"), example="13800138000"),
        Column(code="email", label=_("邮箱"), parser=v.Email(), synonyms=("电子邮件", "邮件", "E-mail"), example="chen@example.cn"),
        Column(
            code="region", label=_("上级部门"), parser=Path(), synonyms=("大区", "一级部门", "事业部"), source="", help=_("放在部门前面的一级")
        ),
        Column(
            code="department",
            label=_("部门"),
            parser=Path(),
            synonyms=("所属部门", "部门名称", "办事处", "片区", "地区", "二级部门"),
            source="department_id",
            example="销售部/浙南片区",
            help=_("多级用 / 隔开，没有的会新建"),
        ),
        Column(code="title", label=_("岗位"), parser=v.Text(40), synonyms=("职务", "职位", "员工职位", "岗位名称"), source="post_title", example="业务员"),
        Column(
            code="role",
            label=_("角色"),
            parser=RoleName(20),
            synonyms=("系统角色", "权限"),
            source="role",
            example="业务员",
            offers=lambda: list(rules.ROLES.values()),
            help=_("不写时按岗位和部门判断"),
        ),
        Column(
            code="supervisor",
            label=_("直接上级"),
            parser=v.Reference(_("直接上级"), 40),
            synonyms=("上级", "上级主管", "主管", "直属上级", "上级岗位编号", "汇报对象"),
            source="supervisor_name",
            example="林海",
            help=_("姓名或工号，可以是同一张表里的人"),
        ),
        Column(code="heads", label=_("部门负责人"), parser=v.Boolean(), synonyms=("是否负责人", "负责人"), source="", example="否"),
        Column(code="joined_on", label=_("入职日期"), parser=v.Day(), synonyms=("入职", "入职时间", "到岗日期"), example="2023-03-01"),
        Column(code="login", label=_("登录名"), parser=Login(60), synonyms=("账号", "用户名"), source="account__login", example="chensy"),
    ]

    def begin(self) -> None:
        people = list(rows(self.viewer, "person", "change"))
        self.by_number = {person.number: person for person in people}
        self.by_name: dict[str, tuple[Person, ...]] = {}
        for person in people:
            self._name(person)
        self.paths = {tuple(path.split("/")): pk for path, pk in department_paths().items()}
        self.departments = Department.objects.in_bulk()
        self.posts = {(p.person_id, p.department_id, p.role): p for p in held_on(clock.today())}
        self.primary = {p.person_id for p in self.posts.values() if p.is_primary and p.ends_on is None}
        self.logins = set(Account.objects.values_list("login", flat=True))
        self.with_account = set(Account.objects.values_list("person_id", flat=True))
        self.waiting: list[tuple[Row, Post, str]] = []
        self.opened = 0

    # --- looking up ------------------------------------------------------------------------------------------------------

    def prepare(self, batch: Batch) -> None:
        for row in batch:
            row.found["path"] = (*(row["region"] or ()), *(row["department"] or ()))
            self._find(row)
            if row.good and not self.settled(row):
                self._check_login(row)

    def _find(self, row: Row) -> None:
        """The person a row speaks of: by number, else the only one of that name."""
        number, name = row["number"], row["name"]
        if number:
            row.target = self.by_number.get(number)
            return
        namesakes = [person for person in self.by_name.get(name, ()) if person.active]
        if len(namesakes) > 1:
            row.refuse("name", _("有 %(n)s 个人叫「%(name)s」，写上工号") % {"n": len(namesakes), "name": name})
        row.target = namesakes[0] if len(namesakes) == 1 else None

    def _check_login(self, row: Row) -> None:
        login = row["login"]
        has_one = row.target is not None and row.target.pk in self.with_account
        if login and not has_one and login in self.logins:
            row.refuse("login", _("登录名「%(login)s」已有人用") % {"login": login})

    # --- writing ---------------------------------------------------------------------------------------------------------

    def write(self, batch: Batch) -> None:
        found = [row for row in batch if row.target is not None]
        self.update((row, row.target, self._details(row, row.target)) for row in found)
        self._admit([row for row in batch if row.target is None])
        for row in batch:
            if row.found["path"]:
                self._give_post(row)
            if row["login"] and row.target.pk not in self.with_account:
                self._open_account(row)

    def _details(self, row: Row, person: Person) -> dict[str, Any]:
        values = row.filled(*DETAILS)
        if values.get("name", person.name) != person.name:
            values["pinyin"] = pinyin.of_name(values["name"])
        return values

    def _admit(self, newcomers: list[Row]) -> None:
        """Make the people; several rows of one person make one."""
        first: dict[str, Row] = {}
        for row in newcomers:
            first.setdefault(row["number"] or f"name:{row['name']}", row)
        numbers = iter(next_numbers(sum(1 for row in first.values() if not row["number"]), taken=set(self.by_number)))
        made = [(row, self._person(row, row["number"] or next(numbers))) for row in first.values()]
        for (row, _person), person in zip(made, self.create(made), strict=True):
            self._remember(row, person)  # type: ignore[arg-type]
        for row in newcomers:
            row.target = row.target or first[row["number"] or f"name:{row['name']}"].target
            row.is_(Outcome.UNCHANGED)

    def _person(self, row: Row, number: str) -> Person:
        return Person(number=number, pinyin=pinyin.of_name(row["name"]), **row.filled(*DETAILS))

    def _remember(self, row: Row, person: Person) -> None:
        row.target = person
        self.by_number[person.number] = person
        self._name(person)

    def _name(self, person: Person) -> None:
        """Tuples, so that a batch which the database takes back leaves nothing behind here."""
        self.by_name[person.name] = (*self.by_name.get(person.name, ()), person)

    def _give_post(self, row: Row) -> None:
        department = self._department(row, row.found["path"])
        role = row["role"] or rules.likely_role(row["title"] or "", department.function)
        post = self.posts.get((row.target.pk, department.pk, role))
        if post is None:
            primary = row.target.pk not in self.primary
            new = Post(person=row.target, department=department, role=role, title=row["title"] or "", is_primary=primary, starts_on=row["joined_on"])
            post = self.create([(row, new)], main=False)[0]  # type: ignore[assignment]
            self.posts[row.target.pk, department.pk, role] = post  # type: ignore[assignment]
            self.primary.add(row.target.pk)
            row.is_(Outcome.UPDATED)
        elif row["title"] and row["title"] != post.title:
            self.update([(row, post, {"title": row["title"]})])
        if row["supervisor"]:
            self.waiting.append((row, post, row["supervisor"]))  # type: ignore[arg-type]
        if row["heads"]:
            self.update([(row, department, {"head_id": row.target.pk})], main=False)

    def _department(self, row: Row, path: tuple[str, ...]) -> Department:
        """The department at a path, made with everything missing on the way."""
        if path in self.paths:
            return self.departments[self.paths[path]]
        parent = self._department(row, path[:-1]) if len(path) > 1 else None
        own = rules.function_of(path[-1])
        function = own if own != "other" or parent is None else parent.function
        made = self.create([(row, Department(name=path[-1], parent=parent, function=function))], main=False)[0]
        made.refresh_from_db()
        self.paths[path], self.departments[made.pk] = made.pk, made  # type: ignore[assignment]
        return made  # type: ignore[return-value]

    def _open_account(self, row: Row) -> None:
        account = Account(login=row["login"], person=row.target, must_change_password=True)
        account.set_unusable_password()
        self.create([(row, account)], main=False)
        self.logins.add(account.login)
        self.with_account.add(row.target.pk)
        self.opened += 1

    def finish(self) -> None:
        """Supervisors last: they may stand further down in the same sheet."""
        unknown: list[str] = []
        for row, post, wanted in self.waiting:
            boss = self._boss(wanted)
            if boss is None:
                unknown.append(wanted)
            elif boss.pk != post.person_id and boss.pk != post.supervisor_id:
                self.update([(row, post, {"supervisor_id": boss.pk})], main=False)
                row.is_(Outcome.UPDATED)
        if unknown:
            names = "、".join(dict.fromkeys(unknown))
            self.note(_("找不到这些直接上级，或有同名的人，先按部门负责人算：%(names)s") % {"names": names[:200]})
        if self.opened:
            self.note(_("开了 %(n)s 个账号，还没有密码；到「账号」页逐个重置，把一次性密码交给本人") % {"n": self.opened})

    def _boss(self, wanted: str) -> Person | None:
        if wanted in self.by_number:
            return self.by_number[wanted]
        namesakes = self.by_name.get(wanted, ())
        return namesakes[0] if len(namesakes) == 1 else None

    @classmethod
    def export_rows(cls, viewer: Any) -> Any:
        from guike.organisation.lists import PeopleList

        return PeopleList().queryset(viewer).filter(pk__in=rows(viewer, "person", "export").values("pk")).order_by("number")

    @classmethod
    def exported(cls, viewer: Any, queryset: Any, columns: Sequence[Column]) -> Iterator[Sequence[Any]]:
        """The department goes out as the path that comes in."""
        paths = {pk: path for path, pk in department_paths().items()}
        places = [place for place, column in enumerate(columns) if column.code == "department"]
        for line in super().exported(viewer, queryset, columns):
            yield [paths.get(cell) if place in places else cell for place, cell in enumerate(line)]
