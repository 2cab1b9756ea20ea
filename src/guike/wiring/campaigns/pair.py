"""A primary and its standby of the embedded PostgreSQL, and what Patroni does with them when the primary dies."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg

from guike.launcher import pg_server
from guike.launcher.postgres import wait_until
from guike.wiring.campaigns.living import kill, processes
from guike.wiring.campaigns.server import free_port

STANDBY = "standby"
SYNCHRONOUS = f"ANY 1 ({STANDBY})"
OPEN = "host all all 127.0.0.1/32 trust\nhost replication all 127.0.0.1/32 trust\n"
ROLES = "CREATE ROLE guike LOGIN CREATEDB;\n\nCREATE DATABASE guike OWNER guike;\n\n"
SECONDS = 60


class Node:
    """One server in a folder of its own, reached by TCP."""

    def __init__(self, folder: Path):
        self.folder, self.port = folder, free_port()
        self.data, self.log = folder / "data", folder.with_suffix(".log")
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        """As the server's superuser."""
        return f"postgres://{pg_server.SUPERUSER}@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        self._empty()
        pg_server.initdb(self.data, self.log)
        pg_server.single_user(self.data, ROLES, self.log)
        (self.data / "pg_hba.conf").write_text(OPEN, encoding="ascii")

    def copy(self, primary: "Node") -> None:
        """Become the standby of a running primary."""
        self._empty()
        source = f"host=127.0.0.1 port={primary.port} user={pg_server.SUPERUSER} application_name={STANDBY}"
        line = pg_server.command("pg_basebackup", "-d", source, "-D", str(self.data), "-R", "-c", "fast", "-X", "stream", folder=self.data)
        subprocess.run(line, check=True, capture_output=True, cwd="/")

    def _empty(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.folder.chmod(0o711)
        self.data.mkdir(mode=0o700)
        pg_server.give_to_server(self.data)

    def start(self) -> None:
        settings = pg_server.server_settings(2**31) | {
            "listen_addresses": "127.0.0.1", "port": str(self.port), "unix_socket_directories": "", "hot_standby": "on", "wal_keep_size": "256MB",
        }  # fmt: skip
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with open(self.log, "ab") as log:
            line = pg_server.command("postgres", "-D", str(self.data), *words, folder=self.data)
            self.process = subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/")
        if not wait_until(self.answers, SECONDS):
            raise RuntimeError(f"{self.folder.name} did not start: {self.log.read_text(errors='replace')[-1500:]}")

    def answers(self) -> bool:
        try:
            with psycopg.connect(self.url, connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def tell(self, statement: str) -> None:
        self.ask(statement)

    def ask(self, query: str) -> object:
        """The first value of the answer, if there is one; again and again while the server is just coming back from the loss of one of its processes."""
        end = time.monotonic() + SECONDS
        while True:
            try:
                with psycopg.connect(self.url, autocommit=True) as connection:
                    cursor = connection.execute(query)
                    row = cursor.fetchone() if cursor.description else None
                return row[0] if row else None
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def pids(self, word: str = "") -> list[int]:
        server = self.process.pid if self.process else 0
        return [pid for pid, (parent, line) in processes().items() if parent == server and word in line]

    def die(self) -> None:
        """The machine falls over: the server and all its sessions at one moment."""
        if self.process is None:
            return
        victims = [self.process.pid, *self.pids()]
        for pid in victims:
            kill(pid)
        self.process.wait()
        self.process = None


class Pair:
    """Two nodes that change places. `synchronous`: a commit is acknowledged only when the standby has it."""

    def __init__(self, folder: Path, *, synchronous: bool = True):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711)
        self.primary, self.standby, self.synchronous = Node(folder / "a"), Node(folder / "b"), synchronous

    @property
    def url(self) -> str:
        """DATABASE_URL: both, in whichever of them may be written."""
        hosts = ",".join(f"127.0.0.1:{port}" for port in sorted((self.primary.port, self.standby.port)))
        return f"postgres://guike@{hosts}/guike?target_session_attrs=read-write"

    def __enter__(self) -> "Pair":
        self.primary.make()
        self.primary.start()
        self.attach()
        return self

    def __exit__(self, *_problem: object) -> None:
        self.primary.die()
        self.standby.die()

    def attach(self) -> None:
        """A standby beside the primary, in step with it."""
        self.standby.copy(self.primary)
        self.standby.start()
        self.follow()

    def follow(self) -> None:
        """From now on commits wait for the standby, or do not."""
        self.primary.tell(f"ALTER SYSTEM SET synchronous_standby_names = '{SYNCHRONOUS if self.synchronous else ''}'")
        self.primary.tell("SELECT pg_reload_conf()")
        wanted = "quorum" if self.synchronous else "async"
        if not wait_until(lambda: self.primary.ask("SELECT min(sync_state) FROM pg_stat_replication") == wanted, SECONDS):
            raise RuntimeError("the standby does not follow")

    def fail_over(self, slow_seconds: float) -> float:
        """The line to the standby stalls, then the primary dies and the standby takes over. Returns when it died (monotonic).

        While the line stalls a synchronous primary acknowledges nothing; another one acknowledges what nobody else has.
        """
        receivers = self.standby.pids("walreceiver")
        for pid in receivers:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(slow_seconds)
        died = time.monotonic()
        self.primary.die()
        for pid in receivers:
            kill(pid)  # what it had not taken in was lost on the way
        self.standby.ask("SELECT CASE WHEN pg_is_in_recovery() THEN pg_promote(true, 60) ELSE true END")
        self.standby.tell("ALTER SYSTEM SET synchronous_standby_names = ''")
        self.standby.tell("SELECT pg_reload_conf()")
        self.primary, self.standby = self.standby, self.primary
        return died
