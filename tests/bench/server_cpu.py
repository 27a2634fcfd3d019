"""CPU time of a server that is measured."""

import os
import pathlib

TICK = os.sysconf("SC_CLK_TCK")


def cpu_s(pid):
    """User and system time of the process, without its children."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")")[-1]
    user, system = fields.split()[11:13]
    return (int(user) + int(system)) / TICK
