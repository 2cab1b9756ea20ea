"""Processes that must not outlive the one that started them."""

import ctypes
import os
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
LOOK_SECONDS = 0.5
#: What a worker or a web server gets to finish what it is at.
PATIENCE_SECONDS = 25.0


def die_with_parent(parent: int, *, patience: float = PATIENCE_SECONDS) -> None:
    """From now on this process ends when process `parent`, its parent, does, even if that is killed with -9.

    The kernel sends SIGTERM on Linux, elsewhere a thread does. Whoever is still there `patience` seconds later (held up by a database
    that does not answer, say) would keep the port from its successors: it is killed. Ends at once when the parent is gone already.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    threading.Thread(target=_watch, args=(parent, patience), daemon=True).start()
    if os.getppid() != parent:
        os._exit(1)


def _watch(parent: int, patience: float) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(patience)
    os.kill(os.getpid(), signal.SIGKILL)
