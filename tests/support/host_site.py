"""A host whose logins a site decides, both on this machine.

The test runs in a mount namespace of its own (enter()), with a copy of /etc
and an empty /run: users, PAM stacks, sshd and sudo are real, and nothing of the
machine's is changed. Needs root.
"""

import os
import pathlib
import pwd
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

from password_site import PasswordSite
from site_under_test import (
    ANSWER_S, BUILD, SMSCTL, Process, free_port, sanitizer_runtime)

SMSHOSTD = BUILD / "provider/host/smshostd"
MODULE = BUILD / "provider/pam/pam_smsprovider.so"
USERS = ("alice", "bob", "carol", "erin", "frank", "grace", "henry", "ivan")
FIRST_UID = 42000
SHIFTED = BUILD / "tests/unit/libshifted_clock.so"
SOON = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
SOCKET = pathlib.Path("/run/smsprovider-host/login")

ROLES = """version: 1
collections:
  - name: Web hosts
    limiting: All Systems
    query: [{ name: web, wql: "select * from SMS_R_System where Name like 'web%'" }]
  - name: Other hosts
    limiting: All Systems
    query: [{ name: db, wql: "select * from SMS_R_System where Name like 'db%'" }]
roles:
  - name: Remote
    operations: { SMS_Collection: [Read, Read Resource, Remote Control] }
  - name: Remote with a code
    operations: { SMS_Collection: [Read, Read Resource, Remote Control] }
    require_level: { mfa: { SMS_Collection: [Remote Control] } }
administrators:
"""
ON_CALL = """  - group: oncall
    source: host
    assignments:
      - { roles: [Remote], scopes: [Default], collections: [Web hosts] }
"""
ASSIGNED = """  - user: {user}
    assignments:
      - {{ roles: [{role}], scopes: [Default], collections: [{collection}]{more} }}
"""


def enter():
    """Runs the test again, in the namespace, unless it is there."""
    if os.environ.get("SMS_HOST_NAMESPACE") == "1":
        scratch = tempfile.mkdtemp(prefix="sms-host-etc-")
        shutil.copytree("/etc", scratch + "/etc", symlinks=True)
        for args in (["--bind", scratch + "/etc", "/etc"],
                     ["-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run"]):
            subprocess.run(["mount", *args], check=True)
        return pathlib.Path(scratch)
    if os.geteuid() != 0:
        print("ok - skipped: a host of its own needs root")
        sys.exit(0)
    done = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", sys.executable,
         *sys.argv], env={**os.environ, "SMS_HOST_NAMESPACE": "1"})
    sys.exit(done.returncode)


def is_stopped(task):
    return (task / "stat").read_text().rsplit(")", 1)[1].split()[0] == "T"


def hang(process):
    """Stops it; on a machine that is busy, the last thread a while later."""
    process.popen.send_signal(signal.SIGSTOP)
    tasks = pathlib.Path(f"/proc/{process.popen.pid}/task")
    assert waits_until(lambda: all(map(is_stopped, tasks.iterdir())))


def waits_until(truth):
    """For what follows from an event of others; each look takes its time."""
    end = time.monotonic() + ANSWER_S
    while time.monotonic() < end:
        if truth():
            return True
    return False


class HostSite(PasswordSite):
    """Of its users alice may everything and carol nothing; the others lack a
    role (bob), the collection (erin), the time (frank; henry in an hour), or
    the level (grace). ivan is in a group of the provider's host that may."""

    def __init__(self):
        super().__init__()
        self.host = None
        self.sshd = None
        self.has_groups = False
        self.ssh_port = free_port()

    def __exit__(self, *error):
        for process in (self.sshd, self.host):
            if process and process.popen.poll() is None:
                process.end()
        super().__exit__(*error)

    # -- the site --

    def use_clock(self):
        """The provider's is the test's to move, before it starts."""
        self.shift(0)
        self.environment.update({
            "LD_PRELOAD": " ".join([
                self.environment.get("LD_PRELOAD", " ".join(
                    sanitizer_runtime())), str(SHIFTED)]),
            "SHIFTED_CLOCK": str(self.top / "shift")})

    def shift(self, seconds):
        fd = os.open(self.top / "shift", os.O_WRONLY | os.O_CREAT, 0o600)
        os.pwrite(fd, struct.pack("=q", seconds), 0)
        os.close(fd)

    def use_groups(self):
        """Of the provider's host, before use_clock()."""
        self.use_name_service("".join(
            f"{name}:x:{FIRST_UID + number}:{FIRST_UID}::/:/bin/sh\n"
            for number, name in enumerate((*USERS, "WEB1$"))), "")
        self.has_groups = True
        self.write_groups(oncall=["ivan"])
        os.mkfifo(self.top / "gate", 0o600)

    def serve(self, service, *changes):
        groups = ("sessions:", "groups: { nss: true, realms: [%s], keep: 1s }\n"
                  "sessions:" % self.realm)
        super().serve(service, *changes, *[groups] * self.has_groups)

    def write_groups(self, **members):
        """A new file counts after a reload: what was asked is forgotten."""
        fresh = self.top / "group.new"
        fresh.write_text(f"slow:x:1000:\nusers:x:{FIRST_UID}:\n" + "".join(
            f"{name}:x:{FIRST_UID + 100 + number}:{','.join(users)}\n"
            for number, (name, users) in enumerate(members.items())))
        fresh.rename(self.top / "group")

    def prepare(self):
        self.write_pam("erin:right:sms\nfrank:right:sms\ngrace:right:sms\n"
                       "henry:right:sms\n")
        self.write_policy("hosts.yaml", ROLES + ON_CALL + "".join((
            ASSIGNED.format(user=self.user("erin"), role="Remote",
                            collection="Other hosts", more=""),
            ASSIGNED.format(user=self.user("frank"), role="Remote",
                            collection="Web hosts", more=", until: 2020-01-01"),
            ASSIGNED.format(user=self.user("henry"), role="Remote",
                            collection="Web hosts", more=f", until: {SOON}"),
            ASSIGNED.format(user=self.user("slow-own"), role="Remote",
                            collection="Web hosts", more=""),
            ASSIGNED.format(user=self.user("grace"), role="Remote with a code",
                            collection="Web hosts", more=""))))
        self.run_realm("certificate", "web1")
        self.start()
        with self.connect("alice") as rpc:
            self.device = self.make_device(rpc, "web1")
            self.other_device = self.make_device(rpc, "db1")

    @staticmethod
    def make_device(rpc, name):
        return rpc.call("object.create", {
            "class": "SMS_R_System", "properties": {"Name": name}})["ResourceID"]

    # -- the host --

    def make_users(self):
        with open("/etc/passwd", "a", encoding="ascii") as lines:
            for number, name in enumerate(USERS):
                home = self.top / "home" / name
                home.mkdir(parents=True)
                os.chown(home, FIRST_UID + number, FIRST_UID + number)
                lines.write(f"{name}:x:{FIRST_UID + number}:"
                            f"{FIRST_UID + number}::{home}:/bin/sh\n")
        self.top.chmod(0o755)
        (self.top / "home").chmod(0o755)

    @staticmethod
    def write_stack(service, *lines):
        pathlib.Path("/etc/pam.d", service).write_text("\n".join(lines) + "\n")

    def enrol(self, *options):
        return self.smsctl("host", "enrol", *options,
                           "--cert", self.top / "certs/web1.pem",
                           "--key", self.top / "certs/web1.key")

    def approve(self):
        """Enrols the host, approved by alice."""
        said = re.search(r"smsctl host approve \S+ '(\S+)' '(\S+)'",
                         self.enrol("--no-wait").stderr)
        done = self.smsctl("host", "approve", "web1", *said.groups(),
                           *self.with_certificate("alice"))
        assert done.returncode == 0, done
        done = self.enrol()
        assert done.returncode == 0, done

    def launch_host(self):
        self.host = Process([SMSHOSTD], self.top / "smshostd.log", env={
            "PATH": os.environ["PATH"],
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")})

    def start_host(self):
        self.launch_host()
        self.wait_for_host()

    def wait_for_host(self):
        """Until it is signed in; each look takes its time."""
        end = time.monotonic() + ANSWER_S
        while self.host.popen.poll() is None and time.monotonic() < end:
            if self.host_verb("status").returncode == 0:
                return
        raise RuntimeError((self.top / "smshostd.log").read_text())

    def stop_host(self):
        self.host.end()
        self.host = None

    @staticmethod
    def host_verb(*words):
        return subprocess.run(
            [SMSCTL, "-o", "json", "host", *map(str, words)],
            capture_output=True, text=True, timeout=60,
            env={"PATH": os.environ["PATH"], "HOME": "/root",
                 "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")})

    # -- programs that let people in --

    @staticmethod
    def pamtester(service, user, *phases, said="", preload=""):
        return subprocess.run(
            ["pamtester", service, user, *(phases or ("acct_mgmt",))],
            input=said, capture_output=True, text=True, timeout=60,
            env={"PATH": os.environ["PATH"], "LD_PRELOAD": preload,
                 "ASAN_OPTIONS": "detect_leaks=0"})

    def lets_in(self, user, service="account"):
        return self.pamtester(service, user).returncode == 0

    @staticmethod
    def as_user(name, *words, said="", environment=None):
        """A program of this user's, as a login of theirs would start it."""
        entry = pwd.getpwnam(name)
        return subprocess.run(
            words, input=said, capture_output=True, text=True, timeout=60,
            user=entry.pw_uid, group=entry.pw_gid, extra_groups=[],
            cwd=entry.pw_dir, env=environment or {
                "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME": entry.pw_dir, "USER": name})
