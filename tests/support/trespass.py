"""Tries running processes from within: a system call is made in one of them
(trespass_in), by root, on x86-64."""

import errno
import os
import pathlib
import platform
import re
import subprocess

from site_under_test import BUILD

TRESPASS = BUILD / "tests/unit/trespass_in"
AT_FDCWD = -100 & 0xffffffffffffffff
AF_UNIX, AF_INET, AF_NETLINK, AF_PACKET = 1, 2, 16, 17
SOCK_STREAM, SOCK_RAW = 1, 3
PROT_ALL = 7
MAP_PRIVATE_ANONYMOUS = 0x22
PR_SET_DUMPABLE = 4
CALLS = {name: int(number) for name, number in re.findall(
    r"#define __NR_(\w+) (\d+)", pathlib.Path(
        "/usr/include/x86_64-linux-gnu/asm/unistd_64.h").read_text())} \
    if platform.machine() == "x86_64" else {}


def within(pid, call, *arguments):
    """A number, the name of an error, or "killed"."""
    done = subprocess.run(
        [TRESPASS, str(pid), str(CALLS[call]), *map(str, arguments)],
        capture_output=True, text=True, timeout=60, check=True)
    words = done.stdout.split()
    if words[0] == "-1":
        return errno.errorcode[int(words[1])]
    return words[0] if words[0] == "killed" else int(words[0])


def denied(pid, why, call, *arguments):
    got = within(pid, call, *arguments)
    assert got == why, (call, arguments, got)


def allowed(pid, call, *arguments):
    got = within(pid, call, *arguments)
    assert isinstance(got, int), (call, arguments, got)
    return got


def opens(pid, path, flags=os.O_RDONLY):
    return within(pid, "openat", AT_FDCWD, f"t:{path}", flags, 0o600)


def status_of(path):
    return dict(line.split(":\t", 1) for line in
                (path / "status").read_text().splitlines() if ":\t" in line)


def has_landlock(site):
    return any("confine.on files=yes" in line for line in site.log_lines())


def may_be_tried():
    """By root, and with registers that are known."""
    return os.geteuid() == 0 and bool(CALLS)
