"""A server that is not the provider that was meant."""

import socket
import ssl
import threading


class Impostor:
    """A TLS server with a certificate of some CA, that answers nothing."""

    def __init__(self, site, name):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(site.top / f"certs/{name}.pem",
                                     site.top / f"certs/{name}.key")
        self.context.set_alpn_protocols(["smsprovider/1"])
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.heard = b""
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        plain, _ = self.listener.accept()
        try:
            with self.context.wrap_socket(plain, server_side=True) as tls:
                self.heard = tls.recv(65536)
        except OSError:
            pass

    def end(self):
        self.thread.join(20)
        self.listener.close()


def make_impostor_certificates(site):
    site.run_realm("certificate", "foreign", "--ca", "foreign",
                   "--eku", "serverAuth", "--extension",
                   "subjectAltName=DNS:localhost")
    site.run_realm("certificate", "elsewhere", "--ca", "site",
                   "--eku", "serverAuth", "--extension",
                   "subjectAltName=DNS:elsewhere.test")
    site.run_realm("certificate", "unnamed", "--ca", "site",
                   "--eku", "serverAuth", "--subject", "/CN=localhost",
                   "--extension", "nsComment=no name but the subject's")
