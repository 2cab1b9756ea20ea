"""What a granian process loads: the WSGI application, in a process that ends together with granian's main one."""

import os

from guike.launcher.children import die_with_parent

die_with_parent(int(os.environ["GUIKE_WEB_MAIN"]))

from guike.wiring.wsgi import application  # noqa: E402 - only once it is tied to its parent

__all__ = ["application"]
