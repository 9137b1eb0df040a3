"""Which connections to the emulator are of its own user.

The emulator runs any code that a request gives it, and every user of a machine reaches its loopback: only processes of
the user who started it may call it. The kernel's tables of TCP connections say who holds the other end of each.
"""

import os
import socket
import sys
from pathlib import Path

#: The tables, and what an IPv4 address begins with there: a socket for IPv6, as Java's are, can have one, too. Each
#: connection over loopback is there from both of its ends. Sources: the kernel's documentation,
#: "networking/proc_net_tcp"; RFC 4291, section 2.5.5.2.
TABLES = {Path("/proc/net/tcp"): "", Path("/proc/net/tcp6"): "0000000000000000FFFF0000"}
_LOCAL, _REMOTE, _UID, _INODE = 1, 2, 7, 9

Address = tuple[str, int]


def is_own(client: Address, server: Address) -> bool:
    """Return whether a process of this user holds the client's end of a connection over loopback.

    An end that no process holds any more has the inode 0, and the uid 0 whoever opened it.
    """
    for table, prefix in TABLES.items():
        if table.exists():
            ends = [prefix + _hex(client), prefix + _hex(server)]
            for line in table.read_text().splitlines():
                fields = line.split()
                if fields[_LOCAL : _REMOTE + 1] == ends:
                    return int(fields[_UID]) == os.getuid() and int(fields[_INODE]) != 0
    return False


def _hex(address: Address) -> str:
    host, port = address
    return f"{int.from_bytes(socket.inet_aton(host), sys.byteorder):08X}:{port:04X}"
