"""Requests that stand ready at the server, each but for its last bytes, and are let go at one moment."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

PATIENCE = 180


@dataclass(frozen=True)
class Shot:
    """A POST as somebody signed in: `cookies` as the header says them, `form` as it is typed."""

    path: str
    cookies: str
    token: str
    form: str = ""


@dataclass(frozen=True)
class Answer:
    """Status (0: none came) and where it leads."""

    status: int
    location: str = ""

    @property
    def won(self) -> bool:
        """Done, and led to where it was done: not to the door."""
        return self.status == 302 and not self.turned_away

    @property
    def turned_away(self) -> bool:
        return self.location.startswith("/login")


def fire(port: int, shots: Sequence[Shot]) -> tuple[list[Answer], float]:
    """Let all go at once; the answers in the order of the shots, and how long the last one took in seconds."""
    return asyncio.run(_fire(port, shots))


async def _fire(port: int, shots: Sequence[Shot]) -> tuple[list[Answer], float]:
    gate, ready = asyncio.Event(), asyncio.Semaphore(0)
    tasks = [asyncio.create_task(_one(port, shot, gate, ready)) for shot in shots]
    for _shot in shots:
        await asyncio.wait_for(ready.acquire(), PATIENCE)
    begun = time.monotonic()
    gate.set()
    answers = await asyncio.gather(*tasks)
    return list(answers), time.monotonic() - begun


async def _one(port: int, shot: Shot, gate: asyncio.Event, ready: asyncio.Semaphore) -> Answer:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(_head(port, shot))
        await writer.drain()
    except OSError:
        ready.release()
        return Answer(0)
    ready.release()
    await gate.wait()
    try:
        writer.write(b"\r\n" + shot.form.encode())
        answer = await asyncio.wait_for(reader.read(65536), PATIENCE)
    except (OSError, TimeoutError):
        return Answer(0)
    finally:
        writer.close()
    return _answer(answer)


def _head(port: int, shot: Shot) -> bytes:
    """Everything up to the empty line that ends the head: the server begins nothing before it has come."""
    lines = [
        f"POST {shot.path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Cookie: {shot.cookies}",
        f"X-CSRFToken: {shot.token}",
        f"Origin: http://127.0.0.1:{port}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(shot.form.encode())}",
        "Connection: close",
    ]
    return "\r\n".join([*lines, ""]).encode()


def _answer(raw: bytes) -> Answer:
    head = raw.partition(b"\r\n\r\n")[0].decode(errors="replace").split("\r\n")
    words = head[0].split()
    headers = {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in head[1:])}
    return Answer(int(words[1]) if len(words) > 1 and words[1].isdigit() else 0, headers.get("location", ""))
