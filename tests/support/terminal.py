"""A program at a terminal of its own, talked to as a person would."""

import os
import pty
import select
import signal
import termios
import time


class Terminal:
    def __init__(self, args, env, size=(0, 0)):
        """size: rows and columns."""
        self.seen = b""
        self.child, self.fd = pty.fork()
        if self.child == 0:
            # As from a shell at a terminal, whoever began this one.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            termios.tcsetwinsize(0, size)
            os.execve(args[0], [str(arg) for arg in args], env)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.fd)
        if self.child:
            os.kill(self.child, signal.SIGKILL)
            os.waitpid(self.child, 0)

    def read(self, timeout=30):
        """Some more of what it writes; False at its end."""
        ready, _, _ = select.select([self.fd], [], [], timeout)
        assert ready, f"nothing more after {self.seen!r}"
        try:
            more = os.read(self.fd, 4096)
        except OSError:
            more = b""
        self.seen += more
        return bool(more)

    def wait_for(self, text, timeout=30):
        """Until text has been written since the last answer."""
        end = time.monotonic() + timeout
        while text.encode() not in self.seen:
            assert self.read(max(0, end - time.monotonic())), \
                f"no {text!r} in {self.seen!r}"

    def echoes(self):
        return bool(termios.tcgetattr(self.fd)[3] & termios.ECHO)

    def wait_for_keys(self, timeout=30):
        """Until each key is read as it is pressed, without echo."""
        end = time.monotonic() + timeout
        while self.echoes():
            assert time.monotonic() < end, "it reads no keys"
            os.sched_yield()

    def answer(self, text):
        self.seen = b""
        os.write(self.fd, text.encode() + b"\n")

    def press(self, key):
        os.write(self.fd, key)

    def end(self):
        """What it wrote since the last answer, and its exit status."""
        while self.read():
            pass
        child, self.child = self.child, 0
        _, status = os.waitpid(child, 0)
        return self.seen.decode(), os.waitstatus_to_exitcode(status)
