"""A site that serves HTTPS too, and a client of HTTP/1.1 that sends exactly what
it is told: requests as a library would never send them, one after another on
one connection."""

import base64
import hashlib
import json
import os
import socket
import ssl

import gssapi
import gssapi.raw

from site_under_test import ANSWER_S, free_port
from wide_site import WideSite

SPNEGO = gssapi.OID.from_int_seq("1.3.6.1.5.5.2")

WEB = """  - https: 127.0.0.1:{port}
    certificate: {top}/certs/server.pem
    key: {top}/certs/server.key
    client_ca: [{top}/ca/admins.pem]
    crl: [{top}/ca/admins.crl]
    paths: [rpc, metrics, access, adminservice]
    channel_binding: {binding}
kerberos:
"""

# A role that reads applications and nothing else.
NARROW = """version: 1
roles:
  - {{ name: Narrow, copied_from: Application Author,
       operations: {{ SMS_Application: [Read] }} }}
administrators:
  - user: carol@{realm}
    identities:
      - certificate: {{ issuer: "CN=Admins CA,O=Quick Start", serial: "{serial}" }}
    assignments:
      - {{ roles: [Narrow], scopes: [Web] }}
"""


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers  # (name in lower case, value)
        self.body = body

    def all(self, name):
        return [value for key, value in self.headers if key == name]

    def header(self, name):
        return (self.all(name) or [None])[0]

    def json(self):
        return json.loads(self.body)

    def error(self):
        return self.json()["error"]

    def __repr__(self):
        return f"{self.status} {self.headers} {self.body[:500]}"


class Http:
    """One connection."""

    def __init__(self, sock):
        self.sock = sock
        self.sock.settimeout(ANSWER_S)
        self.pending = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def send(self, data):
        self.sock.sendall(data)

    def more(self):
        try:
            got = self.sock.recv(65536)
        except (ConnectionError, ssl.SSLError):
            got = b""
        self.pending += got
        return bool(got)

    def is_closed(self):
        """Nothing more comes, and then the end."""
        return not self.pending and not self.more()

    def answer(self, is_bare=False):
        """is_bare: to HEAD, which has no body whatever its length says."""
        while b"\r\n\r\n" not in self.pending:
            if not self.more():
                raise ConnectionError("the provider closed the connection")
        head, rest = self.pending.split(b"\r\n\r\n", 1)
        first, *lines = head.decode().split("\r\n")
        headers = [tuple(line.split(": ", 1)) for line in lines]
        headers = [(name.lower(), value) for name, value in headers]
        size = 0 if is_bare else int(dict(headers).get("content-length", 0))
        self.pending = rest
        while len(self.pending) < size:
            assert self.more(), "half a body"
        body, self.pending = self.pending[:size], self.pending[size:]
        return Answer(int(first.split()[1]), headers, body)

    def ask(self, head, body=b"", host="localhost"):
        """head: lines without Host and Content-Length."""
        lines = [head[0], f"Host: {host}", *head[1:]]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return self.answer()

    def post(self, method, params=None, *headers):
        request = {"jsonrpc": "2.0", "id": 1, "method": method}
        if params is not None:
            request["params"] = params
        return self.ask(["POST /rpc HTTP/1.1",
                         "Content-Type: application/json", *headers],
                        json.dumps(request).encode())

    def whoami(self, *headers):
        answer = self.post("session.whoami", None, *headers)
        assert answer.status == 200, answer
        return answer.json()["result"]


class WebSite(WideSite):
    def __init__(self, minimum="domain", binding="preferred"):
        super().__init__(minimum)
        self.web_port = free_port()
        self.binding = binding

    def configuration_text(self):
        text = super().configuration_text()
        web = WEB.format(port=self.web_port, top=self.top,
                         binding=self.binding)
        return text.replace("kerberos:\n", web, 1)

    def __enter__(self):
        super().__enter__()
        self.write_policy("narrow.yaml", NARROW.format(
            realm=self.realm, serial=self.serial("carol")))
        return self

    def http(self, certificate=None, port=None, protocol="http/1.1"):
        context = self.tls_context(certificate)
        context.set_alpn_protocols([protocol])
        plain = socket.create_connection(
            ("127.0.0.1", port or self.web_port), ANSWER_S)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Http(context.wrap_socket(plain, server_hostname="localhost"))

    def bearer(self, subject, *args):
        return "Authorization: Bearer " + self.token(subject, *args)

    def end_point(self, certificate="server"):
        pem = (self.top / f"certs/{certificate}.pem").read_text()
        return self.end_point_of(ssl.PEM_cert_to_DER_cert(pem))

    @staticmethod
    def end_point_of(certificate):
        digest = hashlib.sha256(certificate).digest()
        return b"tls-server-end-point:" + digest

    def initiate(self, user, bound_to=None, service="HTTP"):
        """A context, and the header with its first token."""
        os.environ["KRB5_CONFIG"] = str(self.top / "krb5.conf")
        context = gssapi.SecurityContext(
            name=gssapi.Name(f"{service}@localhost",
                             gssapi.NameType.hostbased_service),
            creds=gssapi.Credentials(
                usage="initiate", store={"ccache": self.ticket(user)}),
            usage="initiate", mech=SPNEGO,
            flags=(gssapi.RequirementFlag.mutual_authentication |
                   gssapi.RequirementFlag.integrity),
            channel_bindings=bound_to and gssapi.raw.ChannelBindings(
                application_data=bound_to))
        token = base64.b64encode(context.step()).decode()
        return context, f"Authorization: Negotiate {token}"

    def negotiate(self, user, bound_to=None, service="HTTP"):
        return self.initiate(user, bound_to, service)[1]
