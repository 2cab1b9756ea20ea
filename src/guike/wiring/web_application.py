"""What a granian process loads: the WSGI application, in a process that ends together with granian's main one."""

import os

from guike.launcher.children import die_with_parent

# At once: told to end, granian waits for the requests under way and keeps the interpreter's lock meanwhile, so that they never end.
# Such an orphan held the port and, in the middle of a transaction, the numbers of all documents.
die_with_parent(int(os.environ["GUIKE_WEB_MAIN"]), at_once=True)

from guike.wiring.wsgi import application  # noqa: E402 - only once it is tied to its parent

__all__ = ["application"]
