"""A DNS server on loopback that says what a test wants, believed by every
program of a network namespace of its own."""

import fcntl
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading

A, SRV, IN = 1, 33, 1
SIOCSIFFLAGS, IFF_UP = 0x8914, 1


def raise_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS,
                    struct.pack("16sH14x", b"lo", IFF_UP))


def enter_own_network():
    """Goes on in a network and with mounts of its own, loopback alone."""
    if os.environ.get("SMS_OWN_NETWORK"):
        raise_loopback()
        return
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    os.environ["SMS_OWN_NETWORK"] = "1"
    os.execvp("unshare", ["unshare", "--net", "--mount", *as_root,
                          sys.executable, *sys.argv])


def name_bytes(name):
    return b"".join(bytes([len(label)]) + label.encode()
                    for label in name.split(".") if label) + b"\0"


class NameServer:
    """records: {(name, type): [bytes]}."""

    def __init__(self):
        self.records = {}
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))
        with tempfile.NamedTemporaryFile("w", delete=False) as file:
            file.write("nameserver 127.0.0.1\n")
        subprocess.run(["mount", "--bind", file.name, "/etc/resolv.conf"],
                       check=True)
        os.unlink(file.name)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            asked, peer = self.socket.recvfrom(4096)
            self.socket.sendto(self.answer(asked), peer)

    def answer(self, asked):
        at, labels = 12, []
        while asked[at]:
            labels.append(asked[at + 1:at + 1 + asked[at]].decode())
            at += 1 + asked[at]
        kind = struct.unpack("!H", asked[at + 1:at + 3])[0]
        found = self.records.get((".".join(labels).lower(), kind), [])
        body = b"".join(
            b"\xc0\x0c" + struct.pack("!HHIH", kind, IN, 1, len(data)) + data
            for data in found)
        return asked[:2] + struct.pack("!HHHHH", 0x8180, 1, len(found), 0, 0) \
            + asked[12:at + 5] + body

    def host(self, name):
        self.records[name, A] = [socket.inet_aton("127.0.0.1")]

    def service(self, domain, *targets):
        """targets: (priority, port, host)."""
        self.records[f"_smsprovider._tcp.{domain}", SRV] = [
            struct.pack("!HHH", priority, 0, port) + name_bytes(host)
            for priority, port, host in targets]
        for _, _, host in targets:
            self.host(host)
