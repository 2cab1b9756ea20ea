"""Is the address free, and if not: who has it, and which one is?"""

import contextlib
import errno
import os
import socket
from pathlib import Path

from guike.launcher.messages import Stop

CANDIDATES = 50


def require_free(host: str, port: int) -> None:
    """Raise Stop with what to do when `host`:`port` cannot be listened on."""
    problem = _why_not(host, port)
    if problem is None:
        return
    if problem == errno.EADDRINUSE:
        raise Stop(f"端口 {port} 已被占用{_by_whom(port)}。换一个端口：guike up --port {_next_free(host, port)}，或先停掉占用它的程序。")
    if problem == errno.EACCES:
        raise Stop(f"没有权限使用端口 {port}（1024 以下要管理员权限）。换一个端口：guike up --port {_next_free(host, 8000)}")
    raise Stop(f"不能监听 {host}:{port}：{os.strerror(problem) if problem > 0 else '主机名无法解析'}。检查 --host，本机用 127.0.0.1，全网用 0.0.0.0。")


def _why_not(host: str, port: int) -> int | None:
    """The error number of an attempt to listen; None when it works, -1 for an unknown host."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            attempt.bind(address)
            attempt.listen(1)
    except socket.gaierror:
        return -1
    except OSError as problem:
        return problem.errno or -1
    return None


def _next_free(host: str, port: int) -> int:
    above = range(port + 1, min(port + 1 + CANDIDATES, 65536))
    return next((candidate for candidate in above if _why_not(host, candidate) is None), port + 1)


def _by_whom(port: int) -> str:
    """The program and process number, where /proc tells; empty where it does not."""
    inodes = _listening_inodes(port)
    for process in Path("/proc").glob("[0-9]*"):
        if inodes & _open_files(process):
            words = _text(process / "cmdline").split("\0")[:4]
            return f"（进程 {process.name}：{' '.join(filter(None, words))[:80]}）"
    return ""


def _open_files(process: Path) -> set[str]:
    """What the descriptors of a process point to; nothing for somebody else's process."""
    try:
        handles = list((process / "fd").iterdir())
    except OSError:
        return set()
    links = set()
    for handle in handles:
        with contextlib.suppress(OSError):  # closed since
            links.add(os.readlink(handle))
    return links


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _listening_inodes(port: int) -> set[str]:
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in _text(Path(table)).splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:  # 0A: listening
                found.add(f"socket:[{fields[9]}]")
    return found
