"""People who read messages, and local servers that stand for the mail server and the chat programs."""

import json
import socketserver
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from guike.organisation.models import Account, Department, Person, Post
from guike.platform.access import SYSTEM
from guike.platform.notifications import services
from guike.platform.notifications.models import MailServer


def reader(name: str, number: str, role: str = "salesperson", email: str = "") -> Account:
    place = Department.objects.get_or_create(name="销售部", defaults={"function": "sales"})[0]
    person = Person.objects.create(number=number, name=name, pinyin=name, email=email)
    Post.objects.create(person=person, department=place, role=role)
    account = Account(login=number.lower(), person=person, must_change_password=False)
    account.set_unusable_password()
    account.save()
    return account


@pytest.fixture
def anna(db: Any) -> Account:
    return reader("陈思远", "A1", email="siyuan@example.cn")


@pytest.fixture
def boss(db: Any) -> Account:
    return reader("方正", "ADM", role="administrator", email="fang@example.cn")


@dataclass
class Sink:
    """A mail server that takes everything; `answer` is what it says to RCPT, `mails` what it took."""

    port: int = 0
    mails: list[str] = field(default_factory=list)
    answer: str = "250 ok"


class _Mail(socketserver.StreamRequestHandler):
    sink: Sink

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.say("220 sink")
        while line := self.rfile.readline().decode().strip():
            word = line.upper()
            if word.startswith("RCPT"):
                self.say(self.sink.answer)
            elif word == "DATA":
                self.say("354 go on")
                lines = []
                while (text := self.rfile.readline().decode()).strip("\r\n") != ".":
                    lines.append(text)
                self.sink.mails.append("".join(lines))
                self.say("250 taken")
            elif word == "QUIT":
                return self.say("221 bye")
            else:
                self.say("250 ok")
        return None


@pytest.fixture
def sink() -> Iterator[Sink]:
    kept = Sink()
    handler = type("Handler", (_Mail,), {"sink": kept})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        kept.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield kept
        server.shutdown()


@pytest.fixture
def mail_server(db: Any, sink: Sink) -> MailServer:
    return services.save_mail_server(
        host="127.0.0.1", port=sink.port, security="none", login="", sender="crm@example.cn", site="https://crm.example.cn", active=True, actor=SYSTEM
    )


@dataclass
class Chat:
    """The chat programs: what was posted, what they answer, after how long."""

    port: int = 0
    posts: list[tuple[str, dict, Any]] = field(default_factory=list)
    status: int = 200
    answer: Any = field(default_factory=lambda: {"errcode": 0, "errmsg": "ok"})
    seconds: float = 0
    location: str = ""

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


class _Posts(BaseHTTPRequestHandler):
    chat: Chat

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.chat.posts.append((self.path, dict(self.headers), json.loads(body)))
        time.sleep(self.chat.seconds)
        answer = self.chat.answer if isinstance(self.chat.answer, str) else json.dumps(self.chat.answer)
        self.send_response(self.chat.status)
        if self.chat.location:
            self.send_header("Location", self.chat.location)
        self.end_headers()
        self.wfile.write(answer.encode())

    def do_GET(self) -> None:
        self.chat.posts.append((self.path, dict(self.headers), None))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def chat(settings: Any) -> Iterator[Chat]:
    kept = Chat()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Posts,), {"chat": kept}))
    server.daemon_threads = True
    kept.port = server.server_address[1]
    settings.NOTIFY_HOSTS = [f"127.0.0.1:{kept.port}"]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield kept
    server.shutdown()
    server.server_close()
