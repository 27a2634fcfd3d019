"""Searches the memory of running processes."""

import contextlib
import pathlib

from site_under_test import children_of

PIECE = 1 << 24
SHADOW_BYTES = 1 << 31  # a sanitizer's; nothing of ours is in it


def descendants(pid):
    found = [pid]
    with contextlib.suppress(FileNotFoundError):  # it has ended meanwhile
        for child in children_of(pid):
            found += descendants(child)
    return found


def is_in_memory(pid, needles):
    longest = max(map(len, needles))
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
            where, mode = line.split()[:2]
            begin, end = (int(at, 16) for at in where.split("-"))
            if mode[0] != "r" or end - begin >= SHADOW_BYTES:
                continue
            for at in range(begin, end, PIECE):
                try:
                    memory.seek(at)
                    data = memory.read(min(PIECE + longest, end - at))
                except OSError:  # of the kernel, as [vvar]
                    break
                if any(needle in data for needle in needles):
                    return True
    return False
