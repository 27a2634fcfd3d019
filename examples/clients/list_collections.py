#!/usr/bin/env python3
"""List the collections that you may read. Python's standard library only.

    list_collections.py --server tls:HOST:PORT --ca FILE --cert FILE --key FILE
    list_collections.py --server unix:PATH [--service NAME@HOST]

Over TLS it signs in with a client certificate (SASL EXTERNAL). On the Unix
socket it signs in with a Kerberos ticket, when the module gssapi is installed
(Debian: python3-gssapi). Kerberos over TLS must be bound to the TLS channel by
its tls-exporter value, which Python's ssl module cannot give (3.11 knows
tls-unique only, which TLS 1.3 does not have): use the Unix socket, or a
certificate. A listener with "channel_binding: preferred" also takes a ticket
bound to its certificate; auth.start then says binding: tls-server-end-point.

The wire is JSON-RPC 2.0, one value a line; this is all there is to it.
"""

import argparse
import base64
import json
import socket
import ssl
import sys

TIMEOUT_S = 30
ANSWER_MAX_BYTES = 16 * 1024 * 1024
PAGE = 500


class Refused(Exception):
    """The provider said no."""


class Provider:
    """One connection: a line out, a line in."""

    def __init__(self, sock):
        self.file = sock.makefile("rwb")
        self.last_id = 0

    def call(self, method, params):
        self.last_id += 1
        request = {"jsonrpc": "2.0", "id": self.last_id, "method": method,
                   "params": params}
        self.file.write(json.dumps(request).encode() + b"\n")
        self.file.flush()
        line = self.file.readline(ANSWER_MAX_BYTES)
        if not line.endswith(b"\n"):
            raise Refused("The provider closed the connection.")
        answer = json.loads(line)
        if "error" in answer:
            error = answer["error"]
            reason = error.get("data", {}).get("reason", "")
            raise Refused(f"{error['message']} [{reason}]")
        if answer.get("id") != self.last_id:
            raise Refused("The provider answers something else.")
        return answer["result"]


def connect_tls(host, port, args):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(args.ca)
    context.load_cert_chain(args.cert, args.key)
    context.set_alpn_protocols(["smsprovider/1"])
    plain = socket.create_connection((host, int(port)), timeout=TIMEOUT_S)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return context.wrap_socket(plain, server_hostname=host)


def connect_unix(path):
    plain = socket.socket(socket.AF_UNIX)
    plain.settimeout(TIMEOUT_S)
    plain.connect(path)
    return plain


def sign_in_external(provider):
    """The certificate was proved in the TLS handshake; SASL only says so."""
    answer = provider.call("auth.start", {"mechanism": "EXTERNAL", "data": ""})
    if not answer.get("done"):
        raise Refused("The sign-in did not end.")


def gssapi_answer(context, heard):
    """The next message: tickets first, then "no security layer"."""
    if not context.complete:
        return context.step(heard) or b""
    layers = context.unwrap(heard).message
    if len(layers) != 4 or not layers[0] & 1:
        raise Refused("The provider insists on a security layer.")
    return context.wrap(b"\x01\0\0\0", False).message


def sign_in_kerberos(provider, service):
    """SASL GSSAPI (RFC 4752), without a security layer of its own."""
    try:
        import gssapi
    except ImportError:
        sys.exit("The Unix socket needs a Kerberos ticket and the Python "
                 "module gssapi (Debian: python3-gssapi).")
    name = gssapi.Name(service, gssapi.NameType.hostbased_service)
    context = gssapi.SecurityContext(
        name=name, usage="initiate",
        flags=[gssapi.RequirementFlag.mutual_authentication,
               gssapi.RequirementFlag.integrity])
    try:
        said = context.step()
        method, extra = "auth.start", {"mechanism": "GSSAPI"}
        while True:
            data = base64.b64encode(said).decode()
            answer = provider.call(method, {**extra, "data": data})
            if answer.get("done"):
                return
            heard = base64.b64decode(answer.get("data", ""))
            said = gssapi_answer(context, heard)
            method, extra = "auth.step", {}
    except gssapi.exceptions.GSSError as why:
        raise Refused(f"Kerberos: {why}") from why


def collections(provider):
    """All of them, page after page."""
    params = {"class": "SMS_Collection", "limit": PAGE}
    while True:
        page = provider.call("object.list", params)
        yield from page["items"]
        if not page.get("next"):
            return
        params["after"] = page["next"]


def printable(value):
    """Names come from others: nothing in them may steer the terminal."""
    return "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}"
                   for c in str(value))


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", required=True,
                        help="tls:HOST:PORT or unix:PATH")
    parser.add_argument("--ca", help="CA of the server's certificate")
    parser.add_argument("--cert", help="own certificate")
    parser.add_argument("--key", help="its key")
    parser.add_argument("--service", default=f"smsprovider@{socket.getfqdn()}",
                        help="Kerberos service, NAME@HOST")
    args = parser.parse_args()
    if args.server.startswith("tls:") and not (args.ca and args.cert
                                               and args.key):
        parser.error("TLS needs --ca, --cert and --key")
    return args


def open_provider(args):
    kind, _, rest = args.server.partition(":")
    if kind == "tls":
        host, _, port = rest.rpartition(":")
        provider = Provider(connect_tls(host.strip("[]"), port, args))
        sign_in_external(provider)
    elif kind == "unix":
        provider = Provider(connect_unix(rest))
        sign_in_kerberos(provider, args.service)
    else:
        sys.exit("--server is tls:HOST:PORT or unix:PATH")
    return provider


def main():
    args = read_arguments()
    try:
        for item in collections(open_provider(args)):
            print(printable(item.get("CollectionID")),
                  printable(item.get("Name")), sep="\t")
    except (Refused, OSError, ValueError) as why:
        sys.exit(f"list_collections: {why}")


if __name__ == "__main__":
    main()
