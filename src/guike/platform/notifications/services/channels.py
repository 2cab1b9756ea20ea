"""The administrator's side: mail server, robots, and trying them."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from guike.platform import access, clock, sealing
from guike.platform.access import Viewer, require
from guike.platform.errors import Refused, Stale
from guike.platform.notifications import registry
from guike.platform.notifications.models import MailServer, Robot
from guike.platform.notifications.transport.outcome import Failure
from guike.platform.verbs import verb

SAVED = ("host", "port", "security", "login", "sender", "site", "active")


@verb("notifications.save_mail_server")
def save_mail_server(*, actor: Viewer, password: str = "", version: int | None = None, **values: Any) -> MailServer:
    """Keep the way out for mail. An empty password leaves the one kept; another server or login asks for it anew."""
    require(actor, "channel", "change")
    server = MailServer.objects.select_for_update().first() or MailServer()
    if version is not None and version != server.version and not server._state.adding:
        raise Stale(_("邮件服务器刚被别人改过，刷新后再改"))
    _check_site(values["site"])
    if not password and server.password and (values["host"], values["login"]) != (server.host, server.login):
        raise Refused(_("换了服务器或登录名，密码要重新填"), field="password")
    for name in SAVED:
        setattr(server, name, values[name].strip() if isinstance(values[name], str) else values[name])
    server.password = sealing.seal(password) if password else server.password if server.login else ""
    server.version += 0 if server._state.adding else 1
    server.save()
    return server


def _check_site(site: str) -> None:
    parts = urlsplit(site)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Refused(_("网址写成 https://crm.example.cn"), field="site")


def _robots() -> Any:
    """Loaded by who sends or checks, not by every process: it costs 25 MB."""
    from guike.platform.notifications.transport import robots

    return robots


def try_mail(to: str, *, actor: Viewer) -> None:
    """Send one mail now; Refused with what the server said when it does not take it."""
    from guike.platform.notifications.transport import mail

    require(actor, "channel", "change")
    server = MailServer.objects.first()
    if server is None:
        raise Refused(_("先保存邮件服务器"))
    try:
        text = _("收到这封信，说明贵客的邮件设置没有问题。")
        mail.post(server, to, _("贵客试发"), text, key=f"trial-{clock.now():%Y%m%d%H%M%S%f}")
    except Failure as failure:
        raise Refused(failure.reason, field="to") from None


def _check_robot(sort: str, address: str, kinds: Sequence[str]) -> None:
    if address and (found := _robots().address_problem(sort, address)):
        raise Refused(found, field="address")
    if unknown := set(kinds) - set(registry.kinds()):
        raise Refused(_("没有这类消息：%(kinds)s") % {"kinds": "、".join(sorted(unknown))}, field="kinds")


@verb("notifications.add_robot")
def add_robot(
    name: str, sort: str, address: str, *, kinds: Sequence[str], actor: Viewer, secret: str = "", people: Sequence[int] = (), active: bool = True
) -> Robot:
    """Add a robot. Its address is checked (http(s), outside) and sealed."""
    require(actor, "channel", "add")
    if not address:
        raise Refused(_("填机器人的地址"), field="address")
    _check_robot(sort, address, kinds)
    return Robot.objects.create(
        name=name.strip(),
        sort=sort,
        address=sealing.seal(address.strip()),
        secret=sealing.seal(secret.strip()),
        host=urlsplit(address).hostname or "",
        kinds=list(kinds),
        people=list(people),
        active=active,
    )


@verb("notifications.change_robot")
def change_robot(
    robot_id: int,
    *,
    name: str,
    kinds: Sequence[str],
    people: Sequence[int],
    active: bool,
    actor: Viewer,
    address: str = "",
    secret: str = "",
    version: int | None = None,
) -> Robot:
    """Change a robot; an empty address or secret leaves the one kept."""
    robot = access.row(actor, "channel", robot_id, "change", lock=True)
    if version is not None and version != robot.version:
        raise Stale(_("「%(name)s」刚被别人改过，刷新后再改") % {"name": robot.name})
    _check_robot(robot.sort, address, kinds)
    robot.name, robot.kinds, robot.people, robot.active = name.strip(), list(kinds), list(people), active
    if address:
        robot.address, robot.host = sealing.seal(address.strip()), urlsplit(address).hostname or ""
    if secret:
        robot.secret = sealing.seal(secret.strip())
    robot.version += 1
    robot.save()
    return robot


@verb("notifications.remove_robot")
def remove_robot(robot_id: int, *, actor: Viewer) -> None:
    """Remove a robot with the log of what it sent."""
    access.row(actor, "channel", robot_id, "delete", lock=True).delete()


def try_robot(robot_id: int, *, actor: Viewer) -> None:
    """Say one sentence in the group now; Refused with the answer when it is not taken."""
    robot = access.row(actor, "channel", robot_id, "change")
    try:
        _robots().post(robot, _("贵客试发"), _("看到这条，说明机器人没有问题。"), key=f"trial-{robot.pk}-{clock.now():%Y%m%d%H%M%S%f}")
    except Failure as failure:
        raise Refused(failure.reason) from None
