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


def die_with_parent(parent: int, *, at_once: bool = False) -> None:
    """From now on this process ends when process `parent`, its parent, does, even if that is killed with -9.

    The kernel sends SIGTERM on Linux, elsewhere a thread does; whoever is still there PATIENCE_SECONDS later is killed. `at_once`: the
    kernel kills. Ends now when the parent is gone already.
    """
    word = signal.SIGKILL if at_once else signal.SIGTERM
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, word)
    threading.Thread(target=_watch, args=(parent, word), daemon=True).start()
    if os.getppid() != parent:
        os._exit(1)


def _watch(parent: int, word: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), word)
    time.sleep(PATIENCE_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)
