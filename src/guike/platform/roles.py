"""The roles a right can be granted to: code → name on screen. A post (title) is what a company calls it; a role says what may be done."""

from collections.abc import Iterator, Mapping


def _(name: str) -> str:
    """Marks a name for the catalogues; pages translate it. Django is not at hand: pure rules read the roles too."""
    return name


class Roles(Mapping[str, str]):
    """The roles that are shipped, and after them the company's own as the process last read them (`platform.rights`)."""

    def __init__(self, shipped: Mapping[str, str]):
        self.shipped = dict(shipped)
        self.own: Mapping[str, str] = {}
        self.closed: frozenset[str] = frozenset()

    def use(self, own: Mapping[str, str], closed: frozenset[str]) -> None:
        """Take the company's own roles as they are now; `closed` ones keep their name and are offered nowhere."""
        self.own, self.closed = own, closed

    def __getitem__(self, code: str) -> str:
        return self.shipped[code] if code in self.shipped else self.own[code]

    def __iter__(self) -> Iterator[str]:
        yield from self.shipped
        yield from self.own

    def __len__(self) -> int:
        return len(self.shipped) + len(self.own)

    def offered(self) -> dict[str, str]:
        """The roles one may still be given."""
        return {code: name for code, name in self.items() if code not in self.closed}


ROLES = Roles(
    {
        "salesperson": _("业务员"),
        "sales_manager": _("销售经理"),
        "marketing": _("市场部"),
        "service": _("客服"),
        "technician": _("技术支持"),
        "finance": _("财务"),
        "warehouse": _("仓储"),
        "executive": _("总经理"),
        "clerk": _("内勤"),
        "administrator": _("管理员"),
        "system_admin": _("系统管理员"),
        "security_admin": _("安全管理员"),
        "audit_admin": _("审计管理员"),
    }
)

#: What the administrator does in one, kept apart where a company must (等保): settings and jobs, accounts and rights, the logs.
SEPARATED = ("system_admin", "security_admin", "audit_admin")
