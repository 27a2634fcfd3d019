"""A host whose sshd asks the site about keys, beside the site itself.

Each user of HostSite has a key of their own, declared in the policy files.
"""

import os
import pathlib
import pwd
import shutil
import socket
import subprocess

from host_site import USERS, HostSite
from site_under_test import BUILD, Process

HELPER = BUILD / "provider/pam/smsprovider-ssh-keys"
COMMANDS = pathlib.Path("/run/sms-commands")  # sshd wants it to be root's
KEYS_USER = "smsprovider-keys"
KEYS_UID = 42900


class SshSite(HostSite):
    def __init__(self):
        super().__init__()
        self.terms = {}  # of a user's key: "level: mfa"

    def key(self, user):
        """The file of a user's private key."""
        return self.top / f"key_{user}"

    def public(self, user):
        return self.key(user).with_suffix(".pub").read_text().strip()

    def make_keys(self, *others):
        for user in (*USERS, *others):
            subprocess.run(["ssh-keygen", "-q", "-N", "", "-t", "ed25519", "-C",
                            f"{user} at home", "-f", self.key(user)], check=True)
        self.write_policy("site.yaml", self.policy_text())

    def write_policy(self, name, text):
        """With the keys of those that it declares."""
        for user in USERS:
            line = f"  - user: {self.user(user)}\n"
            if not self.key(user).exists() or line not in text:
                continue
            terms = "".join(f", {term}" for term in self.terms.get(user, ()))
            item = f"      - ssh: {{ key: \"{self.public(user)}\"{terms} }}\n"
            head = line + "    identities:\n"
            text = text.replace(head, head + item) if head in text else \
                text.replace(line, head + item)
        super().write_policy(name, text)

    def add_keys_user(self):
        with open("/etc/passwd", "a", encoding="ascii") as lines:
            lines.write(f"{KEYS_USER}:x:{KEYS_UID}:{KEYS_UID}::/:/bin/false\n")

    def install(self, program):
        """Where sshd runs it; as it is installed, it has no sanitizer to be
        told anything."""
        COMMANDS.mkdir(mode=0o755, exist_ok=True)
        shutil.copy(program, COMMANDS / f"{program.name}.real")
        wrapper = COMMANDS / program.name
        wrapper.write_text("#!/bin/sh\nASAN_OPTIONS=detect_leaks=0 exec "
                           f"{wrapper}.real \"$@\"\n")
        wrapper.chmod(0o755)
        return wrapper

    def write_sshd(self, *lines):
        """The configuration of sshd, which asks nobody else about keys."""
        self.sshd_config.write_text("".join(line + "\n" for line in (
            f"Port {self.ssh_port}", "ListenAddress 127.0.0.1",
            f"HostKey {self.top}/ssh_host", "AuthorizedKeysFile none",
            "PasswordAuthentication no", "KbdInteractiveAuthentication no",
            "PidFile none", "PermitRootLogin no", "PermitUserEnvironment no",
            "MaxAuthTries 20", *lines)))

    @property
    def sshd_config(self):
        return self.top / "sshd_config"

    def start_sshd(self):
        subprocess.run(["ssh-keygen", "-q", "-N", "", "-t", "ed25519", "-f",
                        self.top / "ssh_host"], check=True)
        pathlib.Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        self.sshd = Process(["/usr/sbin/sshd", "-D", "-e", "-f",
                             self.sshd_config], self.top / "sshd.log",
                            env={"PATH": os.environ["PATH"]})
        while self.sshd.popen.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.ssh_port), 1).close()
                return
            except ConnectionRefusedError:
                continue
        raise RuntimeError((self.top / "sshd.log").read_text())

    def ssh(self, user, *identities, options=()):
        """With these files of keys, and nothing else."""
        files = [word for path in identities for word in ("-i", str(path))]
        return subprocess.run(
            ["ssh", "-F", "none", "-p", str(self.ssh_port), "-o",
             "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
             "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-o",
             "BatchMode=yes", *options, *files, f"{user}@127.0.0.1", "id",
             "-un"], capture_output=True, text=True, timeout=60,
            stdin=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "HOME": str(self.top)})

    def ssh_lets_in(self, user, *identities, options=()):
        done = self.ssh(user, *(identities or (self.key(user),)),
                        options=options)
        is_in = done.stdout.strip() == pwd.getpwnam(user).pw_name
        assert is_in == (done.returncode == 0), done
        return is_in

    @staticmethod
    def as_keys_user(*words):
        return subprocess.run(
            words, capture_output=True, text=True, timeout=60, user=KEYS_UID,
            group=KEYS_UID, extra_groups=[],
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
