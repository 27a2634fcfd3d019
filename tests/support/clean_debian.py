"""A Debian with nothing in it, into which packages are installed; and the same
with its own systemd as process 1.
"""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

from site_under_test import ROOT

BUILD = ROOT / "examples/packages/build"
PACKAGES = ("smsprovider", "smsctl", "libpam-smsprovider", "libsmsclient0",
            "libsmsclient-dev")
TURN_S = 900
BUILD_S = 3600  # beside others, with optimisation over all files
# What dpkg, apt and the C library keep for themselves.
THEIRS = re.compile(r"^(proc|sys|dev|tmp|root|run/lock|var/(lib/(dpkg|apt|systemd|"
                    r"ucf|pam)|cache|log|backups)|etc/(passwd|group|shadow|gshadow|"
                    r"subuid|subgid)-?|etc/\.pwd\.lock|etc/ld\.so\.cache)(/|$)")


def run(*words, wanted=0, turn_s=TURN_S, **more):
    done = subprocess.run([str(word) for word in words], capture_output=True,
                          text=True, timeout=turn_s, **more)
    assert done.returncode == wanted, (done.args, done.returncode,
                                       done.stdout[-3000:], done.stderr[-3000:])
    return done


class Debian:
    """A Debian with nothing in it, its own /proc, and no init."""

    def __init__(self, top):
        self.top = top
        self.provider = None

    def make(self):
        run("mmdebstrap", "--mode=root", "--variant=apt", "bookworm", self.top)
        shutil.copy("/etc/resolv.conf", self.top / "etc/resolv.conf")
        self.run("apt-get", "update", "-q")
        for name in ("alice", "mallory"):
            self.run("useradd", "--create-home", name)

    def words(self, *words):
        return ("unshare", "--mount", "--pid", "--fork", "--kill-child",
                f"--mount-proc={self.top}/proc", "chroot", self.top, "env",
                "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8",
                "DEBIAN_FRONTEND=noninteractive", *map(str, words))

    def run(self, *words, wanted=0):
        return run(*self.words(*words), wanted=wanted)

    def install(self, debs):
        for name in debs:
            shutil.copy(name, self.top / "tmp")
        self.run("apt-get", "install", "-y", "-q", "--no-install-recommends",
                 *(f"/tmp/{name.name}" for name in debs))

    def files(self):
        found = set()
        for folder, folders, names in os.walk(self.top):
            inside = pathlib.Path(folder).relative_to(self.top)
            folders[:] = [name for name in folders
                          if not THEIRS.match(str(inside / name))]
            found |= {str(inside / name) for name in folders + names
                      if not THEIRS.match(str(inside / name))}
        return found

    # -- the provider, as its unit would start it --

    def start(self):
        ready = self.top / "run/notify"
        ready.unlink(missing_ok=True)
        self.log = open(self.top / "tmp/log", "ab")
        self.provider = subprocess.Popen(
            self.words("setpriv", "--reuid=smsprovider", "--regid=smsprovider",
                       "--init-groups", "--inh-caps=-all", "--no-new-privs",
                       "smsproviderd"), stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + 60
        while b"provider.ready" not in (self.top / "tmp/log").read_bytes():
            assert self.provider.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def said(self):
        return (self.top / "tmp/log").read_text(errors="replace")[-3000:]

    def stop(self):
        if not self.provider:
            return
        # unshare passes the end on by killing its namespace; ask the daemon.
        children = run("ps", "-o", "pid=,comm=", "--ppid",
                       self.provider.pid).stdout
        for line in children.splitlines():
            os.kill(int(line.split()[0]), signal.SIGTERM)
        assert self.provider.wait(60) == 0, self.said()
        self.provider = None
        self.log.close()
        (self.top / "tmp/log").write_bytes(b"")

    def ask(self, *words, user="alice", wanted=0):
        return self.run("setpriv", f"--reuid={user}", f"--regid={user}",
                        "--init-groups", "smsctl", *words, wanted=wanted)


# ---- With systemd as process 1 ----

# In namespaces of its own; the hierarchy below its own group is all it sees.
INIT = """
set -eu
echo $$ > "$GROUP/cgroup.procs"
exec unshare --cgroup --mount --propagation private sh -euc '
    mount --rbind "$TOP" "$TOP"
    mount -t proc proc "$TOP/proc"
    mount -t sysfs -o ro sysfs "$TOP/sys"
    mount -t cgroup2 none "$TOP/sys/fs/cgroup"
    mount -t tmpfs -o mode=755 tmpfs "$TOP/run"
    mount -t tmpfs -o mode=755 tmpfs "$TOP/dev"
    mkdir "$TOP/dev/pts" "$TOP/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=666 devpts "$TOP/dev/pts"
    ln -s pts/ptmx "$TOP/dev/ptmx"
    for name in null zero full random urandom tty; do
        touch "$TOP/dev/$name"
        mount --bind "/dev/$name" "$TOP/dev/$name"
    done
    cd "$TOP"
    pivot_root . mnt
    umount -l mnt
    mount --make-rshared /  # as a manager of containers leaves it
    exec env -i container=sms PATH=/usr/sbin:/usr/bin /lib/systemd/systemd \
        --show-status=false </dev/null'
"""


class Booted:
    """A Debian whose systemd runs; commands run within it."""

    def __init__(self, debian):
        self.debian = debian
        self.group = pathlib.Path(f"/sys/fs/cgroup/sms-boot-{os.getpid()}")
        for place in ("/sys/fs/cgroup/unified", "/sys/fs/cgroup"):
            if (pathlib.Path(place) / "cgroup.procs").exists():
                self.group = pathlib.Path(place) / self.group.name
                break
        self.init = None

    def __enter__(self):
        self.group.mkdir()
        log = open(self.debian.top.parent / "boot.log", "wb")
        self.outer = subprocess.Popen(
            ["unshare", "--pid", "--net", "--uts", "--ipc", "--fork",
             "--kill-child", "sh", "-c", INIT], stdout=log, stderr=log,
            stdin=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "GROUP": str(self.group),
                 "TOP": str(self.debian.top)})
        try:
            self.wait_until_up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def wait_until_up(self):
        deadline = time.monotonic() + 120
        while not self.is_up():
            assert self.outer.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.2)

    def said(self):
        return (self.debian.top.parent / "boot.log").read_text(
            errors="replace")[-4000:]

    def is_up(self):
        if self.init is None:
            children = subprocess.run(
                ["ps", "-o", "pid=", "--ppid", str(self.outer.pid)],
                capture_output=True, text=True).stdout.split()
            if not children:
                return False
            self.init = children[0]
        done = self.try_run("systemctl", "is-system-running")
        return done.stdout.strip() in ("running", "degraded")

    def words(self, *words):
        return ("nsenter", f"--target={self.init}", "--mount", "--pid", "--net",
                "--uts", "--ipc", "--cgroup", "--root", "--wd=/", "env", "-i",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8",
                *map(str, words))

    def try_run(self, *words):
        return subprocess.run(self.words(*words), capture_output=True,
                              text=True, timeout=TURN_S)

    def run(self, *words, wanted=0):
        return run(*self.words(*words), wanted=wanted)

    def ask(self, *words, user="alice", wanted=0):
        return self.run("setpriv", f"--reuid={user}", f"--regid={user}",
                        "--init-groups", "smsctl", *words, wanted=wanted)

    def show(self, name, unit="smsproviderd"):
        return self.run("systemctl", "show", "--value", "-p", name,
                        unit).stdout.strip()

    def journal(self, *words):
        return self.run("journalctl", "--no-pager", "-o", "cat", "-u",
                        "smsproviderd", *words).stdout

    def __exit__(self, *_):
        if self.init:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(self.init), signal.SIGKILL)
        self.outer.wait(60)
        deadline = time.monotonic() + 30
        for folder in sorted(self.group.rglob("*/"), reverse=True):
            with contextlib.suppress(OSError):
                folder.rmdir()
        while self.group.exists() and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                self.group.rmdir()
                break
            time.sleep(0.1)
