"""What a granian process loads: the WSGI application, in a process that ends together with granian's main one."""

import os

from guike.launcher.children import die_with_parent

#: It holds the port that the next main process needs.
PATIENCE_SECONDS = 3.0
die_with_parent(int(os.environ["GUIKE_WEB_MAIN"]), patience=PATIENCE_SECONDS)

from guike.wiring.wsgi import application  # noqa: E402 - only once it is tied to its parent

__all__ = ["application"]
