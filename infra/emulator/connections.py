"""Which connections to the emulator are of its own user.

The emulator runs any code that a request gives it, and every user of a machine reaches its loopback: only processes of
the user who started it may call it. The kernel says who holds the other end of a connection: of one by sock_diag(7), in
20 µs, and of all by `/proc/net/tcp`, which takes longer the more there are.
"""

import os
import socket
import struct
import sys
from pathlib import Path

#: Source: sock_diag(7), linux/sock_diag.h, linux/netlink.h.
_NETLINK_SOCK_DIAG, _SOCK_DIAG_BY_FAMILY, _NLM_F_REQUEST, _NLMSG_ERROR = 4, 20, 1, 2
_HEADER = struct.Struct("=IHHII")
#: inet_diag_req_v2: family, protocol, 2 bytes, states, then inet_diag_sockid.
_REQUEST = struct.Struct("=BBxxI")
#: inet_diag_sockid in the network's byte order: ports, two addresses of 16 bytes, the interface, a cookie.
_CONNECTION = struct.Struct("!HH4s12x4s12xIQ")
_ANY_COOKIE = 2**64 - 1
#: inet_diag_msg from its field for the owner on: uid and inode. Before it are 4 bytes, inet_diag_sockid and 3 numbers.
_OWNER, _OWNER_OFFSET = struct.Struct("=II"), 4 + _CONNECTION.size + 12

#: The tables of TCP connections, and what an IPv4 address begins with there: a socket for IPv6, as Java's are, can have
#: one, too. Each connection over loopback is there from both of its ends. Sources: the kernel's documentation,
#: "networking/proc_net_tcp"; RFC 4291, section 2.5.5.2.
TABLES = {Path("/proc/net/tcp"): "", Path("/proc/net/tcp6"): "0000000000000000FFFF0000"}
_LOCAL, _REMOTE, _UID, _INODE = 1, 2, 7, 9

Address = tuple[str, int]


def is_own(client: Address, server: Address) -> bool:
    """Return whether a process of this user holds the client's end of a connection over loopback.

    An end that no process holds any more has the inode 0, and the uid 0 whoever opened it.
    """
    try:
        uid, inode = owner(client, server)
    except OSError:
        uid, inode = owner_in_tables(client, server)
    return uid == os.getuid() and inode != 0


def owner(client: Address, server: Address) -> tuple[int, int]:
    """Return the uid and the inode of the client's end of a connection.

    Raises:
        OSError: There is no such connection, or the kernel has no sock_diag.
    """
    (host, port), (server_host, server_port) = client, server
    ends = _CONNECTION.pack(port, server_port, socket.inet_aton(host), socket.inet_aton(server_host), 0, _ANY_COOKIE)
    message = _REQUEST.pack(socket.AF_INET, socket.IPPROTO_TCP, 0xFFFFFFFF) + ends
    header = _HEADER.pack(_HEADER.size + len(message), _SOCK_DIAG_BY_FAMILY, _NLM_F_REQUEST, 0, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, _NETLINK_SOCK_DIAG) as kernel:
        kernel.send(header + message)
        response = kernel.recv(65_536)
    if _HEADER.unpack_from(response)[1] == _NLMSG_ERROR:
        (error,) = struct.unpack_from("=i", response, _HEADER.size)
        raise OSError(-error, os.strerror(-error))
    uid, inode = _OWNER.unpack_from(response, _HEADER.size + _OWNER_OFFSET)
    return uid, inode


def owner_in_tables(client: Address, server: Address) -> tuple[int, int]:
    """Return the same from the tables of all connections, zeros if there is no such connection."""
    for table, prefix in TABLES.items():
        if table.exists():
            ends = [prefix + _hex(client), prefix + _hex(server)]
            for line in table.read_text().splitlines():
                fields = line.split()
                if fields[_LOCAL : _REMOTE + 1] == ends:
                    return int(fields[_UID]), int(fields[_INODE])
    return 0, 0


def _hex(address: Address) -> str:
    host, port = address
    return f"{int.from_bytes(socket.inet_aton(host), sys.byteorder):08X}:{port:04X}"
