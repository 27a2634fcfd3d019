"""A site under test with more around it: a second realm, an OpenID provider,
a name service, and configuration that changes while it runs.

Built on site_under_test; the same manners.
"""

import base64
import contextlib
import os
import signal
import socket
import subprocess

import gssapi

from site_under_test import (
    BUILD, ROOT, SMSPROVIDERD, Notify, Process, Rpc, RpcError, Site,
    sanitizer_runtime)

OIDC = ROOT / "tests" / "support" / "oidc"
NSS_FILES = str(BUILD / "tests" / "unit" / "libnss_files.so")

ADMINISTRATOR = """  - {kind}: {name}
    assignments:
      - {{ roles: [{role}], scopes: [{scopes}]{collections} }}
"""
ALL_COLLECTIONS = ", collections: [All Systems, All Users and User Groups]"


def administrator(name, role="Read-only Analyst", scopes="All", kind="user",
                  source=None):
    """A record for a policy file; source: of the group's members."""
    text = ADMINISTRATOR.format(kind=kind, name=name, role=role, scopes=scopes,
                                collections=ALL_COLLECTIONS
                                if scopes == "All" else "")
    first, rest = text.split("\n", 1)
    return f'{first}\n    source: "{source}"\n{rest}' if source else text


class WideSite(Site):
    """second: name of a realm that is trusted; environment: for the daemon."""

    def __init__(self, minimum="domain", realm="TEST.EXAMPLE", second=None):
        super().__init__(minimum, realm)
        self.second = second
        self.environment = {}
        self.notify = None
        self.oidc_dir = self.top / "oidc"
        self.n_dialled = 0

    def __exit__(self, *error):
        try:
            super().__exit__(*error)
        finally:
            if self.notify:
                self.notify.sock.close()

    def run_realm(self, verb, *args):
        if verb == "up" and self.second:
            args += ("--second", self.second)
        if verb == "down":
            self.run_oidc("down")
        return super().run_realm(verb, *args)

    # -- configuration that changes --

    def configure(self, *changes):
        """Writes provider.yaml with (old, new) texts replaced, each there."""
        text = self.configuration_text()
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        path = self.top / "provider.yaml"
        path.write_text(text)
        path.chmod(0o600)

    def add_administrators(self, *records):
        self.write_policy("more.yaml", "version: 1\nadministrators:\n"
                          + "".join(records))

    def start(self):
        if self.notify:
            self.notify.close()
        self.notify = Notify(self.top / "notify")
        self.provider = Process(
            [SMSPROVIDERD, "--config", self.top / "provider.yaml"],
            self.top / "provider.log",
            env={"NOTIFY_SOCKET": self.notify.path, "PATH": os.environ["PATH"],
                 "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", ""),
                 **{name: os.environ[name] for name in ("SMS_MUTANT",)
                    if name in os.environ},
                 **self.environment})
        self.notify.wait("READY=1", self.provider.popen)

    def reload(self):
        """Returns when the new configuration and policy stand, or do not."""
        self.provider.popen.send_signal(signal.SIGHUP)
        self.notify.wait("RELOADING=1", self.provider.popen)
        self.notify.wait("READY=1", self.provider.popen)

    def resident_kb(self):
        status = f"/proc/{self.provider.popen.pid}/status"
        with open(status, encoding="ascii") as lines:
            return next(int(line.split()[1]) for line in lines
                        if line.startswith("VmRSS:"))

    # -- the OpenID provider --

    def run_oidc(self, verb, *args):
        if verb != "up" and not self.oidc_dir.exists():
            return ""
        done = subprocess.run(
            [OIDC, verb, self.oidc_dir, *args], capture_output=True, text=True,
            timeout=300,
            env={**os.environ, "OIDC_MODULES": str(BUILD.parent / "oidc")})
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def start_oidc(self):
        """https by the site's own authority. Returns its issuer."""
        self.run_oidc("up", "--cert", self.top / "certs/server.pem",
                      "--key", self.top / "certs/server.key",
                      "--ca", self.top / "ca/site.pem")
        lines = (self.oidc_dir / "env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)["ISSUER"]

    # -- the name service --

    def use_name_service(self, passwd, group):
        """Accounts and groups of the daemon's host, as files it reads."""
        for name, text in (("passwd", passwd), ("group", group)):
            (self.top / name).write_text(text)
        self.environment.update({
            "LD_PRELOAD": " ".join([*sanitizer_runtime(), NSS_FILES]),
            "NSS_FILES_PASSWD": str(self.top / "passwd"),
            "NSS_FILES_GROUP": str(self.top / "group"),
            "NSS_FILES_GATE": str(self.top / "gate")})

    # -- clients --

    def dial(self, certificate=None, port=None):
        """Each from an address of its own: what one stranger did wrong is not
        held against the next."""
        self.n_dialled += 1
        return self.dial_from(f"127.{1 + (self.n_dialled >> 16) % 254}."
                              f"{self.n_dialled >> 8 & 255}."
                              f"{self.n_dialled & 255}", certificate, port)

    def dial_from(self, source, certificate=None, port=None):
        plain = socket.create_connection(("127.0.0.1", port or self.port), 30,
                                         (source, 0))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Rpc(self.tls_context(certificate).wrap_socket(
            plain, server_hostname="localhost"))

    # -- what sign-ins say --

    def whoami(self, *options, cache=None):
        """The finished smsctl, to be asked for its returncode and stdout."""
        return self.smsctl(*options, "-o", "json", "whoami", cache=cache)

    def refusals(self):
        """Reasons of the refused sign-ins in the audit."""
        with self.connect("alice") as rpc:
            items = rpc.call("audit.query", {
                "event": "signin", "outcome": "refused"})["items"]
        return [item["reason"] for item in items]

    @contextlib.contextmanager
    def crl_kept(self, ca="admins"):
        """Afterwards a CA takes back what it revoked, by a newer list: an
        older one would not be taken in its place."""
        revoked = self.top / f"ca/{ca}.db/index.txt"
        before = revoked.read_bytes()
        try:
            yield
        finally:
            revoked.write_bytes(before)
            self.run_realm("crl", ca)


# ---- Kerberos by hand, on the Unix socket: no channel to bind to ----

def initiator(site, cache):
    os.environ["KRB5_CONFIG"] = str(site.top / "krb5.conf")
    credentials = gssapi.Credentials(usage="initiate",
                                     store={"ccache": cache})
    name = gssapi.Name("smsprovider@localhost",
                       gssapi.NameType.hostbased_service)
    flags = (gssapi.RequirementFlag.mutual_authentication |
             gssapi.RequirementFlag.integrity)
    return gssapi.SecurityContext(name=name, creds=credentials, flags=flags,
                                  usage="initiate",
                                  mech=gssapi.MechType.kerberos)


def start_kerberos(rpc, context):
    """The first message of three; returns the answer to it."""
    return rpc.call("auth.start", {
        "mechanism": "GSSAPI",
        "data": base64.b64encode(context.step()).decode()})


def sign_in_with_ticket(rpc, site, cache, name=b""):
    """RFC 4752 by hand: no layer; name: whom to act as."""
    context = initiator(site, cache)
    context.step(base64.b64decode(start_kerberos(rpc, context)["data"]))
    answer = rpc.call("auth.step", {"data": ""})
    context.unwrap(base64.b64decode(answer["data"]))
    message = context.wrap(b"\x01\x00\x00\x00" + name, False).message
    answer = rpc.call("auth.step",
                      {"data": base64.b64encode(message).decode()})
    assert answer["done"], answer


def refusal_of(act):
    """The answer to somebody who is not let in."""
    try:
        result = act()
    except (RpcError, ConnectionError, OSError) as error:
        return error
    raise AssertionError(f"was let in: {result}")


__all__ = ["Rpc", "RpcError", "WideSite", "administrator", "initiator",
           "refusal_of", "sign_in_with_ticket", "start_kerberos"]
