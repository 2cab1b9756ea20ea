"""Group robots of WeCom, DingTalk and Feishu, and plain webhooks, through apprise. The answer is read: those robots refuse with HTTP 200."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from apprise.plugins import custom_json, dingtalk, feishu, wecombot
from django.utils.translation import gettext as _

from guike.platform import sealing
from guike.platform.notifications.transport import door
from guike.platform.notifications.transport.outcome import After, Failure

for plugin in (custom_json, dingtalk, feishu, wecombot):
    plugin.requests = door.Door()  # type: ignore[attr-defined]

#: Refusals that another try may not meet: too many messages a minute, the service is busy.
BUSY = {45009, -1, 130101, 410100, 9499, 11232, 11233}
#: What the administrator can do about the refusals met most.
KNOWN = {
    93000: "机器人地址不对，或机器人已被移出群",
    300001: "机器人地址不对，或机器人已被移出群",
    300005: "机器人地址不对，或机器人已被移出群",
    310000: "被钉钉的安全设置挡住：核对加签密钥、关键词或 IP",
    19001: "机器人地址不对，或机器人已被移出群",
    19021: "被飞书的安全设置挡住：关掉签名校验，改用关键词",
    19024: "被飞书的安全设置挡住：消息里没有设定的关键词",
}
MAX_SIGNS = 1800


def address_problem(sort: str, address: str) -> str:
    """What is wrong with an address pasted from the chat program: into our own network, or half of it; "" when nothing."""
    if found := door.problem(address):
        return found
    parts = urlsplit(address)
    query = parse_qs(parts.query)
    if sort == "wecom" and not query.get("key"):
        return _("企业微信的地址里要有 key=…，从机器人的「Webhook 地址」整段复制")
    if sort == "dingtalk" and not query.get("access_token"):
        return _("钉钉的地址里要有 access_token=…，从机器人的「Webhook」整段复制")
    if sort == "feishu" and "/hook/" not in parts.path:
        return _("飞书的地址里要有 /hook/…，从机器人的「Webhook 地址」整段复制")
    return ""


def post(robot: Any, title: str, text: str, *, key: str) -> None:
    """Say it in the group. Raises Failure; `key` lets a webhook's receiver see a repetition."""
    try:
        address, secret = sealing.unseal(robot.address), sealing.unseal(robot.secret)
    except sealing.Unreadable:
        raise Failure(_("实例的密钥换过，要重新填机器人的地址"), After.GIVE_UP) from None
    if found := door.problem(address):
        raise Failure(found, After.RETRY if urlsplit(address).hostname and "GUIKE" not in found else After.GIVE_UP)
    plugin = _plugin(robot.sort, address, secret, key)
    plugin.request_rate_per_sec = 0
    body, heading = (text, title) if robot.sort == "webhook" else ("\n".join(part for part in (title, text) if part), "")
    with door.through() as answer:
        plugin.send(body=body[:MAX_SIGNS], title=heading)
    host = urlsplit(address).hostname or ""
    if answer.error is not None:
        raise door.failure_of(answer.error, host, unsure=After.RETRY if robot.sort == "webhook" else After.UNCLEAR)
    if answer.response is None:
        raise Failure(_("没有发出去，核对机器人的地址"), After.GIVE_UP)
    _judge(robot.sort, answer.response)


def _plugin(sort: str, address: str, secret: str, key: str) -> Any:
    """The plug-in that talks to exactly the address pasted (a private installation has its own host)."""
    verbatim = address.replace("{", "%7B").replace("}", "%7D")
    parts = urlsplit(address)
    found: Any
    if sort == "wecom":
        found = wecombot.NotifyWeComBot(key="x" * 8)
        found.api_url = address
    elif sort == "dingtalk":
        found = dingtalk.NotifyDingTalk(token="x" * 8, secret=secret or None)
        found.notify_url = verbatim
    elif sort == "feishu":
        found = feishu.NotifyFeishu(token="x" * 8)
        found.notify_url = verbatim
    else:
        headers = {"Webhook-Id": key, **({"Authorization": f"Bearer {secret}"} if secret else {})}
        found = custom_json.NotifyJSON(
            host=parts.hostname,
            port=parts.port,
            secure=parts.scheme == "https",
            fullpath=parts.path or "/",
            params={name: values[-1] for name, values in parse_qs(parts.query).items()},
            headers=headers,
        )
        found.secure = parts.scheme == "https"
    return found


def _judge(sort: str, response: Any) -> None:
    """Did the service take it? Status first, then the code in its answer."""
    if response.status_code == 429 or response.status_code >= 500:
        raise Failure(_("对方回 HTTP %(code)s，稍后再试") % {"code": response.status_code})
    if not 200 <= response.status_code < 300:
        raise Failure(_("对方回 HTTP %(code)s") % {"code": response.status_code}, After.GIVE_UP)
    if sort == "webhook":
        return
    try:
        told = json.loads(response.content)
        code = int(told.get("errcode", told.get("code", 0)) or 0)
        words = str(told.get("errmsg") or told.get("msg") or "")
    except (ValueError, AttributeError, TypeError):
        raise Failure(_("对方的回复看不懂，核对机器人的地址"), After.GIVE_UP) from None
    if code:
        words = KNOWN.get(code) or words[:120]
        raise Failure(f"{code} {_(words) if words else ''}".strip(), After.RETRY if code in BUSY else After.GIVE_UP)
