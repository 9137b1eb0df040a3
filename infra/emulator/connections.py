"""Which connections to the emulator are of its own user.

The emulator runs any code that a request gives it, and every user of a machine reaches its loopback: only processes of
the user who started it may call it.
"""

import os
import socket
import sys
from pathlib import Path

#: Each TCP connection over IPv4, from both of its ends. Source: proc_net_tcp(5), in the kernel's
#: Documentation/networking/proc_net_tcp.rst.
TABLE = Path("/proc/net/tcp")
_LOCAL, _REMOTE, _UID, _INODE = 1, 2, 7, 9

Address = tuple[str, int]


def is_own(client: Address, server: Address) -> bool:
    """Return whether a process of this user holds the client's end of a connection over loopback.

    An end that no process holds any more has the inode 0, and the uid 0 whoever opened it.
    """
    ends = [_hex(client), _hex(server)]
    for line in TABLE.read_text().splitlines():
        fields = line.split()
        if fields[_LOCAL : _REMOTE + 1] == ends:
            return fields[_UID] == str(os.getuid()) and fields[_INODE] != "0"
    return False


def _hex(address: Address) -> str:
    host, port = address
    return f"{int.from_bytes(socket.inet_aton(host), sys.byteorder):08X}:{port:04X}"
