"""Somebody between a client and the provider, for tests.

    with Forwarder(port) as way:            bytes as they come, TLS untouched
        site.smsctl(..., server=way.server)
        way.hold()                          answers of those that are open stop
    with Relay(port, server_context, client_context) as way:
        ends TLS on both sides and passes what is said on, unchanged
"""

import select
import socket
import threading


class Forwarder:
    def __init__(self, port):
        self.port = port
        self.n_carried = 0  # bytes toward the provider
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.server = f"tls:localhost:{self.listener.getsockname()[1]}"
        self.threads = []
        self.is_over = threading.Event()
        self.open = set()  # clients' sockets
        self.held = set()
        self.asked = set()  # of those, which have said something since

    def hold(self):
        self.held = set(self.open)

    def __enter__(self):
        self.listener.settimeout(0.1)
        self.start(self.accept)
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for thread in self.threads:
            thread.join()
        self.listener.close()

    def start(self, function, *args):
        thread = threading.Thread(target=function, args=args)
        self.threads.append(thread)
        thread.start()

    def accept(self):
        while not self.is_over.is_set():
            try:
                client, _ = self.listener.accept()
            except socket.timeout:
                continue
            self.start(self.carry, client)

    def connect(self, client):
        """Both ends, ready to be read from."""
        return client, socket.create_connection(("127.0.0.1", self.port), 30)

    def carry(self, client):
        provider = None
        try:
            client.settimeout(30)
            client, provider = self.connect(client)
            self.open.add(client)
            while not self.is_over.is_set():
                if not (self.pass_on(client, provider, True) and
                        self.pass_on(provider, client, False)):
                    return
        except OSError:
            pass  # one of the ends had enough
        finally:
            self.open.discard(client)
            client.close()
            if provider:
                provider.close()

    def pass_on(self, source, target, is_toward_provider):
        """What is there now; False at the end."""
        if target in self.held:
            return True
        waiting = getattr(source, "pending", lambda: 0)()
        if not waiting and not select.select([source], [], [], 0.005)[0]:
            return True
        data = source.recv(65536)
        if source in self.held:
            self.asked.add(source)
        if is_toward_provider:
            self.n_carried += len(data)
        target.sendall(data)
        return bool(data)


class Relay(Forwarder):
    def __init__(self, port, as_server, as_client):
        super().__init__(port)
        self.as_server = as_server
        self.as_client = as_client

    def connect(self, client):
        client = self.as_server.wrap_socket(client, server_side=True)
        plain = socket.create_connection(("127.0.0.1", self.port), 30)
        return client, self.as_client.wrap_socket(plain,
                                                  server_hostname="localhost")
