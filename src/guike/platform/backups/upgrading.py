"""The snapshot before an upgrade: how to go back (PLT-11)."""

from pathlib import Path

from guike.launcher.messages import Stop
from guike.platform import clock
from guike.platform.backups.taking import take

#: So many stay; older ones make room.
KEPT = 5
PREFIX = "before-upgrade-"


def snapshot(url: str, home: Path) -> Path:
    """A backup in the instance's folder; raises Stop with the two ways out where it cannot be taken."""
    folder = home / "backups"
    path = folder / f"{PREFIX}{clock.local(clock.now()):%Y%m%d-%H%M%S}.guike"
    try:
        take(path, url, home)
    except Stop as problem:
        raise Stop(
            f"升级前的快照没有做成，没有升级：{problem}\n解决后再启动；已有别的备份时，可以用 GUIKE_UPGRADE_SNAPSHOT=0 跳过。"
        ) from problem
    for old in sorted(folder.glob(f"{PREFIX}*.guike"))[:-KEPT]:
        old.unlink()
    return path
