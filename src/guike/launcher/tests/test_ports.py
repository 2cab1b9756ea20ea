import os
import re
import socket

import pytest

from guike.launcher import ports
from guike.launcher.messages import Stop
from guike.launcher.ports import require_free


def test_a_free_port_is_accepted():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    require_free("127.0.0.1", port)


def test_a_busy_port_names_who_has_it_and_one_that_is_free():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        who = f"（进程 {os.getpid()}：" if ports._listening_inodes(port) else ""  # some containers hide sockets
        with pytest.raises(Stop) as refused:
            require_free("127.0.0.1", port)
    message = str(refused.value)
    assert f"端口 {port} 已被占用{who}" in message
    offered = int(re.search(r"--port (\d+)", message).group(1))
    assert offered != port
    require_free("127.0.0.1", offered)


def test_an_address_that_is_not_ours_says_what_to_write_instead():
    with pytest.raises(Stop, match=r"--host.*127\.0\.0\.1"):
        require_free("192.0.2.1", 8000)
