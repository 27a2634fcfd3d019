"""A running provider to be judged: its directory, its process, its seats.

Everything is in one temporary directory, in memory where the system has such
a place; nothing is left running. A seat is a connection signed in with one
piece of evidence, by a token on the Unix socket.
"""

import base64
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from site_under_test import (  # noqa: E402
    SMSPROVIDERD, Notify, Process, Rpc, RpcError)
import cast  # noqa: E402
import facts  # noqa: E402
from issuer import AUDIENCE, ISSUER, Issuer  # noqa: E402

CONFIGURATION = """site: {{ code: P01, name: Judged site }}
listen:
  - unix: {top}/provider.sock
tokens:
  - issuer: {issuer}
    audience: {audience}
    keys: {top}/keys.json
    algorithms: [RS256]
    use: reusable
    mfa: {{ amr: [mfa], max_age: 24h }}
    groups_claim: groups
groups: {{ nss: true, realms: [{realm}], keep: 1h }}
store: {{ sqlite: {top}/site.db }}
policy: {top}/policy.d
"""

POLICY = """version: 1
scopes:
  - {{ name: Web, description: Web estate }}
  - {{ name: Finance, description: Finance estate }}
roles:
  - name: Helpers
    operations: {{ SMS_Application: [Read] }}
  - name: Watchers
    operations: {{ SMS_Collection: [Read], SMS_Admin: [Read] }}
collections:
  - {{ name: Web Servers, limiting: All Systems, direct: [web-1, web-2, web-3] }}
  - {{ name: Kiosks, limiting: Web Servers, direct: [web-3] }}
  - {{ name: Payroll, limiting: All Systems, direct: [pay-1, pay-2] }}
groups:
{groups}administrators:
  - user: {judge}
    identities: [{{ token: {{ issuer: {issuer}, subject: judge }} }}]
    assignments: [{{ roles: [Full Administrator], instances: all }}]
  - user: {alice}
    identities: [{{ token: {{ issuer: {issuer}, subject: alice }} }}]
    assignments: [{{ roles: [Full Administrator], instances: all }}]
tests:
  - {{ user: {alice}, can: Read, class: SMS_Application }}
"""

DEVICES = {"web-1": "ann", "web-2": "ben", "web-3": "cleo",
           "pay-1": "paula", "pay-2": "quinn", "loose-1": "ray"}


NSS_WRAPPER = "libnss_wrapper.so"


def sanitizer_runtime():
    """What must be preloaded before anything else is."""
    linked = subprocess.run(["ldd", SMSPROVIDERD], capture_output=True,
                            text=True, check=True).stdout
    return [line.split()[2] for line in linked.splitlines()
            if "libasan" in line or "libtsan" in line]


# Where two persons decide, mallory is one of those at the top.
INSIDER = """  - user: {mallory}
    identities: [{{ token: {{ issuer: {issuer}, subject: mallory }} }}]
    assignments: [{{ roles: [Full Administrator], instances: all }}]
tests:
"""


def policy_text(is_approved=False):
    text = base_policy_text()
    return text.replace("tests:\n", INSIDER.format(
        mallory=cast.user("mallory"), issuer=ISSUER)) if is_approved else text


def base_policy_text():
    groups = "".join(
        f"  - {{ name: {name}, members: [{', '.join(map(cast.user, members))}]"
        " }\n" for name, members in cast.SITE_GROUPS.items())
    return POLICY.format(groups=groups, issuer=ISSUER,
                         judge=cast.user("judge"), alice=cast.user("alice"))


def account_files():
    """passwd and group of the provider's host."""
    passwd = "".join(f"{name}:x:{2000 + i}:1000::/:/bin/false\n"
                     for i, name in enumerate(cast.ACCOUNTS))
    group = "users:x:1000:\n" + "".join(
        f"{name}:x:{3000 + i}:{','.join(members)}\n"
        for i, (name, members) in enumerate(cast.HOST_GROUPS.items()))
    return {"passwd": passwd, "group": group}


def temporary_directory():
    memory = "/dev/shm"
    where = memory if os.access(memory, os.W_OK) else None
    return pathlib.Path(tempfile.mkdtemp(prefix="sms-judge-", dir=where))


class World:
    """One provider from its first start to its end. is_approved: what
    administrators may do is changed by two persons."""

    def __init__(self, mutant=None, is_approved=False):
        self.mutant = mutant
        self.is_approved = is_approved
        self.base_text = policy_text(is_approved)
        self.top = temporary_directory()
        self.process = None
        self.seats = {}

    def __enter__(self):
        try:
            self.issuer = Issuer(self.top)
            self.tokens = {
                evidence: self.issuer.token(cast.subject_of(evidence),
                                            evidence.groups)
                for person in cast.PEOPLE for evidence in cast.EVIDENCE[person]
                if evidence.kind == "token"}
            self.write_files()
            self.init_store()
            self.start()
            self.prepare()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(self, kind, *_):
        for rpc in self.seats.values():
            rpc.close()
        if self.process:
            self.process.end()
            if kind is not None:
                for line in self.last_words():
                    print("# " + line)
        shutil.rmtree(self.top, ignore_errors=True)

    def last_words(self):
        lines = (self.top / "log").read_text(errors="replace").splitlines()
        for number, line in enumerate(lines):
            if "Sanitizer" in line or "runtime error" in line:
                return lines[number:number + 40]
        return lines[-10:]

    def is_alive(self):
        return self.process.popen.poll() is None

    # -- How it is started --

    def write(self, name, text):
        path = self.top / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.write_text(text)
        path.chmod(0o600)

    def write_files(self):
        self.write("keys.json", self.issuer.key_set())
        self.write("policy.d/site.yaml", self.base_text)
        approval = "policy_approval: true\n" if self.is_approved else ""
        self.write("provider.yaml", approval + CONFIGURATION.format(
            top=self.top, issuer=ISSUER, audience=AUDIENCE, realm=cast.REALM))
        for name, text in account_files().items():
            self.write(name, text)

    def environment(self):
        env = {"PATH": os.environ["PATH"],
               "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", ""),
               "LD_PRELOAD": " ".join([*sanitizer_runtime(), NSS_WRAPPER]),
               "NSS_WRAPPER_DISABLE_DEEPBIND": "1",
               "NSS_WRAPPER_PASSWD": str(self.top / "passwd"),
               "NSS_WRAPPER_GROUP": str(self.top / "group")}
        if self.mutant:
            env["SMS_MUTANT"] = self.mutant
        return env

    def init_store(self):
        """A store is made explicitly: a missing one is no empty one."""
        done = subprocess.run(
            [SMSPROVIDERD, "--config", self.top / "provider.yaml", "--init"],
            capture_output=True, text=True, env=self.environment())
        assert done.returncode == 0, done.stderr

    def start(self):
        notify = Notify(self.top / "notify")
        try:
            self.process = Process(
                [SMSPROVIDERD, "--config", self.top / "provider.yaml"],
                self.top / "log",
                env={"NOTIFY_SOCKET": notify.path, **self.environment()})
            notify.wait("READY=1", self.process.popen)
        finally:
            notify.close()
        self.database = facts.open_database(self.top / "site.db")

    def prepare(self):
        """What every sequence finds: devices and the policy's own objects."""
        for name, last_user in DEVICES.items():
            self.judge("object.create", {
                "class": "SMS_R_System",
                "properties": {"Name": name, "LastLogonUserName": last_user}})
        self.base = facts.floor_of(self.database)
        self.number = 0
        self.begin()

    def begin(self):
        """A new sequence: what the last one left behind does not count."""
        self.number += 1
        now = facts.floor_of(self.database)
        self.floor = {table: (self.base[table], now[table]) for table in now}

    # -- Seats --

    def dial(self):
        plain = socket.socket(socket.AF_UNIX)
        plain.connect(str(self.top / "provider.sock"))
        return Rpc(plain)

    def seat(self, evidence):
        """A connection of somebody; RpcError when the provider refuses."""
        if evidence in self.seats:
            return self.seats[evidence]
        rpc = self.dial()
        try:
            message = f"n,,\x01auth=Bearer {self.tokens[evidence]}\x01\x01"
            answer = rpc.call("auth.start", {
                "mechanism": "OAUTHBEARER",
                "data": base64.b64encode(message.encode()).decode()})
            if not answer["done"]:
                rpc.call("auth.step", {"data": "AQ=="})
        except BaseException:
            rpc.close()
            raise
        self.seats[evidence] = rpc
        return rpc

    def leave(self, evidence):
        rpc = self.seats.pop(evidence, None)
        if rpc:
            rpc.close()

    def leave_all(self):
        """Everybody but the judge hangs up."""
        for evidence in list(self.seats):
            if evidence.person != "judge":
                self.leave(evidence)

    # -- The judge's own calls --

    def judge(self, method, params=None):
        return self.seat(cast.EVIDENCE["judge"][0]).call(method, params)

    def restore_policy(self):
        """The site's own file again."""
        done = self.judge("policy.apply",
                          {"files": {"site.yaml": self.base_text}})
        if done.get("waiting"):
            self.seat(cast.EVIDENCE["alice"][0]).call(
                "policy.approve", {"digest": done["digest"]})

    def judge_many(self, calls):
        """A batch; the results or errors in order."""
        return many(self.seat(cast.EVIDENCE["judge"][0]), calls)

    def facts(self):
        return facts.Facts(self.database, self.floor)


def many(rpc, calls):
    """A batch of (method, params) in one line."""
    if not calls:
        return []
    requests = []
    for method, params in calls:
        rpc.id += 1
        requests.append({"jsonrpc": "2.0", "id": rpc.id, "method": method,
                         "params": params})
    rpc.send(json.dumps(requests).encode() + b"\n")
    answers = {answer["id"]: answer for answer in rpc.answer()}
    return [answers[request["id"]] for request in requests]


__all__ = ["RpcError", "World", "many", "policy_text"]
