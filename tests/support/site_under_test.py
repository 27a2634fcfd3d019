"""A whole site for tests: realm, CA, token issuer, provider, clients.

    with Site() as site:
        site.start()
        with site.connect("alice") as rpc:          # mutual TLS, EXTERNAL
            rpc.call("session.whoami")
        site.smsctl("-o", "json", "whoami", user="bob")

Everything is real and lives in one temporary directory on loopback; nothing
is left running. Standard library only. Tests print "ok - name" and
"not ok - name" lines for tests/run.
"""

import base64
import contextlib
import json
import os
import pathlib
import select
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import traceback

import realm_commands

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("SMS_BUILD", ROOT / "build" / "dev"))
REALM = ROOT / "tests" / "support" / "realm"
SMSPROVIDERD = BUILD / "provider" / "daemon" / "smsproviderd"
SMSCTL = BUILD / "provider" / "smsctl" / "smsctl"
ANSWER_S = 30
WAIT_S = 120


class RpcError(Exception):
    """The error of an answer: code, message and data."""

    def __init__(self, error):
        self.code = error.get("code")
        self.message = error.get("message")
        self.data = error.get("data") or {}
        self.request = self.data.pop("request", "")  # differs each time
        super().__init__(json.dumps(error))
        self.reason = self.data.get("reason")


class Rpc:
    """One connection; a line out, a line in."""

    def __init__(self, sock):
        self.sock = sock
        self.sock.settimeout(ANSWER_S)
        self.pending = b""
        self.id = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.sock.close()

    def send(self, data):
        self.sock.sendall(data)

    def read_line(self):
        """A line without its end; b"" when the peer closed."""
        while b"\n" not in self.pending:
            try:
                got = self.sock.recv(65536)
            except (ConnectionError, ssl.SSLError):
                got = b""
            if not got:
                return b""
            self.pending += got
        line, self.pending = self.pending.split(b"\n", 1)
        return line

    def post(self, method, params=None):
        self.id += 1
        request = {"jsonrpc": "2.0", "id": self.id, "method": method}
        if params is not None:
            request["params"] = params
        self.send(json.dumps(request).encode() + b"\n")
        return self.id

    def answer(self):
        line = self.read_line()
        if not line:
            raise ConnectionError("the provider closed the connection")
        return json.loads(line)

    def call(self, method, params=None):
        number = self.post(method, params)
        answer = self.answer()
        assert answer.get("id") == number, answer
        if "error" in answer:
            raise RpcError(answer["error"])
        return answer["result"]

    def refusal(self, method, params=None):
        """The error of a call that must fail."""
        try:
            result = self.call(method, params)
        except RpcError as error:
            return error
        raise AssertionError(f"{method} was answered: {result}")

    def sign_in(self, mechanism, data=b""):
        params = {"mechanism": mechanism}
        if data is not None:
            params["data"] = base64.b64encode(data).decode()
        result = self.call("auth.start", params)
        assert result["done"], result
        return result

    def sign_in_with_token(self, token, user=""):
        gs2 = f"n,a={user}," if user else "n,,"
        message = f"{gs2}\x01auth=Bearer {token}\x01\x01".encode()
        try:
            result = self.call(
                "auth.start",
                {"mechanism": "OAUTHBEARER",
                 "data": base64.b64encode(message).decode()})
        except RpcError:
            raise
        if not result["done"]:  # RFC 7628: an error object, answered by ^A
            result = self.call(
                "auth.step", {"data": base64.b64encode(b"\x01").decode()})
        return result


class Process:
    """A child that is ended by its own id, and whose log is kept."""

    def __init__(self, args, log, **options):
        self.log_path = pathlib.Path(log)
        with open(log, "ab") as out:
            self.popen = subprocess.Popen(
                args, stdout=out, stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL, **options)

    def end(self, sig=signal.SIGTERM, timeout=60):
        if self.popen.poll() is None:
            self.popen.send_signal(sig)
        return self.popen.wait(timeout)


def children_of(pid):
    """Of all its threads, one of which may end meanwhile."""
    found = []
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            found += (task / "children").read_text().split()
    return [int(child) for child in found]


def name_of(pid):
    return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()


def child_named(pid, name):
    """One of its own processes: they are called by what they do."""
    children = [child for child in children_of(pid) if name_of(child) == name]
    assert len(children) == 1, (name, children)
    return children[0]


def keeper_of(daemon):
    return child_named(daemon, "sms-pam-keeper")


def signer_of(daemon):
    return child_named(daemon, "sms-signer")


def only_child_of(pid):
    children = children_of(pid)
    assert len(children) == 1, children
    return children[0]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(question, what):
    until = time.monotonic() + WAIT_S
    while not question():
        assert time.monotonic() < until, f"waited in vain: {what}"
        time.sleep(0.02)


def next_second():
    """Dates are whole seconds."""
    now = int(time.time())
    wait_until(lambda: int(time.time()) > now, "the next second")


def sanitizer_runtime():
    """What must be preloaded before anything else is."""
    linked = subprocess.run(["ldd", SMSPROVIDERD], capture_output=True,
                            text=True, check=True).stdout
    return [line.split()[2] for line in linked.splitlines()
            if "libasan" in line or "libtsan" in line]


class Notify:
    """The receiving end of sd_notify: readiness is awaited, not slept for."""

    def __init__(self, path):
        self.path = str(path)
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.bind(self.path)

    def wait(self, word, process, timeout=60):
        while True:
            ready, _, _ = select.select([self.sock], [], [], 0.2)
            if ready:
                if word in self.sock.recv(4096).decode().split("\n"):
                    return
            elif process.poll() is not None:
                raise RuntimeError("the provider ended while starting")
            timeout -= 0.2
            if timeout < 0:
                raise RuntimeError(f"no {word} from the provider")

    def close(self):
        self.sock.close()
        os.unlink(self.path)


POLICY = """version: 1
authentication:
  minimum_level: {minimum}
  exclusions:
    - {{ user: dave@{realm}, reason: test of exclusions, owner: alice@{realm}, until: 2099-01-01 }}
scopes:
  - {{ name: Web, description: Web estate }}
  - {{ name: Finance, description: Finance estate }}
administrators:
  - user: alice@{realm}
    identities:
      - certificate: {{ issuer: "{issuer}", serial: "{alice}" }}
      - token: {{ issuer: {tokens}, subject: alice }}
    assignments:
      - {{ roles: [Full Administrator], scopes: [All], collections: [All Systems, All Users and User Groups] }}
  - user: bob@{realm}
    identities:
      - certificate: {{ issuer: "{issuer}", serial: "{bob}" }}
      - token: {{ issuer: {tokens}, subject: bob }}
    assignments:
      - {{ roles: [Application Author], scopes: [Web] }}
  - user: dave@{realm}
    identities:
      - certificate: {{ issuer: "{issuer}", serial: "{dave}" }}
    assignments:
      - {{ roles: [Read-only Analyst], scopes: [Web], collections: [All Systems, All Users and User Groups] }}
"""

CONFIGURATION = """site: {{ code: P01, name: Test site }}
listen:
  - unix: {top}/provider.sock
  - tls: 127.0.0.1:{port}
    certificate: {top}/certs/server.pem
    key: {top}/certs/server.key
    client_ca: [{top}/ca/admins.pem]
    crl: [{top}/ca/admins.crl]
    mechanisms: [GSSAPI, GSS-SPNEGO, EXTERNAL, OAUTHBEARER]
    channel_binding: required
kerberos:
  service: smsprovider
  host: localhost
  keytab: {top}/provider.keytab
  realms: [{realm}]
  indicators: {{ pkinit: certificate }}
tokens:
  - issuer: {tokens}
    audience: {audience}
    keys: {top}/issuer/jwks.json
    algorithms: [RS256, ES256, EdDSA]
    mfa: {{ amr: [ngcmfa, mfa], max_age: 12h }}
    groups_claim: groups
sessions: {{ idle: 15m, lifetime: 8h }}
limits: {{ connections: 5000, frame: 1MiB, unauthenticated_frame: 64KiB, sign_in: 30s }}
store: {{ sqlite: {top}/site.db }}
policy: {top}/policy.d
"""


class Site:
    """A realm and a provider. carol has an account and no administrator record."""

    def __init__(self, minimum="domain", realm="TEST.EXAMPLE"):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="sms-site-"))
        self.minimum = minimum
        self.realm = realm
        self.port = free_port()
        self.provider = None
        self.start_s = 60  # in which it is ready
        self.before_exec = None  # in the child that becomes the daemon
        self.environment = {}  # of the daemon, beside what every test has
        self.under = []  # a program that runs it, with its options
        self.options = []  # of the daemon
        self.database = self.top / "site.db"
        self.socket_path = self.top / "provider.sock"

    def __enter__(self):
        self.run_realm("up", "--realm", self.realm)
        self.env = dict(line.split("=", 1) for line in
                        (self.top / "env").read_text().splitlines())
        (self.top / "policy.d").mkdir(mode=0o700)
        self.write_policy("site.yaml", self.policy_text())
        (self.top / "provider.yaml").write_text(self.configuration_text())
        self.init_store()
        return self

    def __exit__(self, kind, *_):
        try:
            self.stop()
        finally:
            self.run_realm("down")
            if kind is not None:
                print("# the provider's last words:")
                for line in self.last_words():
                    print("#   " + line)
            shutil.rmtree(self.top, ignore_errors=True)

    # -- what it is made of --

    def run_realm(self, verb, *args):
        words = [verb, str(self.top), *map(str, args)]
        if verb in realm_commands.WITHIN:
            try:
                return str(realm_commands.do(words) or "")
            except SystemExit as ended:
                raise AssertionError(f"realm {words}: {ended}") from None
        done = subprocess.run([sys.executable, REALM, *words],
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def serial(self, name):
        text = subprocess.run(
            ["openssl", "x509", "-in", self.top / f"certs/{name}.pem",
             "-noout", "-serial"], capture_output=True, text=True, check=True)
        return text.stdout.strip().split("=")[1]

    def policy_text(self, minimum=None):
        return POLICY.format(
            minimum=minimum or self.minimum, realm=self.realm,
            issuer="CN=Admins CA,O=Quick Start", tokens=self.env["ISSUER"],
            **{name: self.serial(name) for name in ("alice", "bob", "dave")})

    def configuration_text(self):
        return CONFIGURATION.format(
            top=self.top, port=self.port, realm=self.realm,
            tokens=self.env["ISSUER"], audience=self.env["AUDIENCE"])

    def write_policy(self, name, text):
        path = self.top / "policy.d" / name
        path.write_text(text)
        path.chmod(0o600)

    def token(self, subject, *args):
        return self.run_realm("token", "--sub", subject, *args)

    def ticket(self, user, *args):
        return self.run_realm("ticket", user, *args)

    def user(self, name):
        return f"{name}@{self.realm}"

    # -- the provider --

    def act(self, *options, environment=None):
        """smsproviderd for something else than serving; finished (text)."""
        return subprocess.run(
            [SMSPROVIDERD, "--config", self.top / "provider.yaml", *options],
            capture_output=True, text=True, timeout=120,
            env={"PATH": os.environ["PATH"],
                 "SMS_MUTANT": os.environ.get("SMS_MUTANT", ""),
                 "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", ""),
                 **(environment or {})})

    def init_store(self):
        """A store is made explicitly: a missing one is no empty one."""
        done = self.act("--init")
        assert done.returncode == 0, done.stderr + done.stdout

    def start(self):
        notify = Notify(self.top / "notify")
        try:
            self.provider = Process(
                [*self.under, SMSPROVIDERD, "--config",
                 self.top / "provider.yaml", *self.options],
                self.top / "provider.log",
                env={"NOTIFY_SOCKET": notify.path, "PATH": os.environ["PATH"],
                     "SMS_MUTANT": os.environ.get("SMS_MUTANT", ""),
                     "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", ""),
                     **self.environment},
                preexec_fn=self.before_exec)
            notify.wait("READY=1", self.provider.popen, self.start_s)
        finally:
            notify.close()

    def stop(self):
        if self.provider is None:
            return
        provider, self.provider = self.provider, None
        if provider.popen.poll() is None:
            status = provider.end()
            assert status == 0, f"the provider ended with {status}"

    def log_lines(self):
        path = self.top / "provider.log"
        return path.read_text(errors="replace").splitlines() \
            if path.exists() else []

    def last_words(self):
        """The end of the log, or a sanitizer's report from its head."""
        lines = self.log_lines()
        for number, line in enumerate(lines):
            if "Sanitizer" in line or "runtime error" in line:
                return lines[number:number + 40]
        return lines[-30:]

    # -- clients --

    def tls_context(self, certificate=None):
        context = ssl.create_default_context(cafile=self.top / "ca/site.pem")
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.set_alpn_protocols(["smsprovider/1"])
        if certificate:
            context.load_cert_chain(self.top / f"certs/{certificate}.pem",
                                    self.top / f"certs/{certificate}.key")
        return context

    def dial(self, certificate=None, port=None):
        """TLS, not signed in; with a client certificate when one is named."""
        plain = socket.create_connection(("127.0.0.1", port or self.port),
                                         ANSWER_S)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Rpc(self.tls_context(certificate).wrap_socket(
            plain, server_hostname="localhost"))

    def dial_unix(self):
        plain = socket.socket(socket.AF_UNIX)
        plain.connect(str(self.socket_path))
        return Rpc(plain)

    def connect(self, certificate):
        """TLS, signed in by client certificate."""
        rpc = self.dial(certificate)
        try:
            rpc.sign_in("EXTERNAL")
        except BaseException:
            rpc.close()
            raise
        return rpc

    def smsctl(self, *args, cache=None, server=None):
        """Runs smsctl; returns the finished process (text)."""
        env = {"PATH": os.environ["PATH"], "HOME": str(self.top),
               "KRB5_CONFIG": str(self.top / "krb5.conf"),
               "KRB5CCNAME": cache or f"FILE:{self.top}/cc/none",
               "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", ""),
               "TRACEPARENT": os.environ.get("TRACEPARENT", "")}
        return subprocess.run(
            [SMSCTL, "--server", server or f"tls:localhost:{self.port}",
             "--ca", self.top / "ca/site.pem", *map(str, args)],
            capture_output=True, text=True, env=env, timeout=120,
            stdin=subprocess.DEVNULL)

    def with_certificate(self, name):
        return ["--mech", "EXTERNAL", "--cert", self.top / f"certs/{name}.pem",
                "--key", self.top / f"certs/{name}.key"]

    def with_token(self, token):
        path = self.top / "token.jwt"
        path.write_text(token)
        path.chmod(0o600)
        return ["--mech", "OAUTHBEARER", "--token-file", path]


class Tests:
    """Counts and prints; a test that raises is one that failed."""

    def __init__(self):
        self.n_failed = 0

    def ok(self, name):
        print(f"ok - {name}", flush=True)

    def not_ok(self, name, why=""):
        self.n_failed += 1
        print(f"not ok - {name}", flush=True)
        for line in str(why).splitlines():
            print(f"#   {line}", flush=True)

    def check(self, name, truth, why=""):
        if truth:
            self.ok(name)
        else:
            self.not_ok(name, why)

    def case(self, name, function, *args):
        try:
            function(*args)
        except Exception:  # noqa: BLE001 - whatever it is, the test failed
            self.not_ok(name, traceback.format_exc())
        else:
            self.ok(name)

    def run(self, main):
        try:
            main()
        except Exception:  # noqa: BLE001
            self.not_ok(f"{pathlib.Path(sys.argv[0]).name} ran to its end",
                        traceback.format_exc())
        sys.exit(1 if self.n_failed else 0)
