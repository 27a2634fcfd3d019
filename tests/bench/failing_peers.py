"""The KDC and the key server of a site, which end and come back while a
benchmark runs, and somebody who signs in all the time.

A cycle: both are there; the KDC is gone; the key server is gone too; both are
back, and the issuer has another key. In each state is known who must get in and
who must not; anything else counts as wrong.
"""

import json
import shutil
import subprocess
import sys
import threading
import time

import site_under_test
from site_under_test import ROOT, RpcError, free_port
from wide_site import sign_in_with_ticket

PATIENCE_S = 60  # in which a new key must be known: it is asked for again


class KeyServer:
    """The issuer's keys by https, on one port however often it ends."""

    def __init__(self, site):
        self.site = site
        self.folder = site.top / "published"
        self.folder.mkdir()
        self.port = free_port()
        self.process = None
        shutil.copy(site.top / "issuer/jwks.json", self.folder)
        self.start()

    def start(self):
        certificate = self.site.top / "certs/server"
        self.process = subprocess.Popen(
            [sys.executable, ROOT / "tests/support/https_keys",
             f"{certificate}.pem", f"{certificate}.key", self.folder,
             str(self.port)],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
        self.process = None

    def publish(self, kid):
        """One more name of the same key is a key that nobody knew."""
        path = self.folder / "jwks.json"
        keys = json.loads(path.read_text())["keys"]
        known = next(key for key in keys if key["kid"] == "ec-1")
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps({"keys": [
            *(key for key in keys if not key["kid"].startswith("later-")),
            {**known, "kid": kid}]}))
        fresh.rename(path)

    def configure(self):
        path = self.site.top / "provider.yaml"
        path.write_text(path.read_text().replace(
            f"    keys: {self.site.top}/issuer/jwks.json\n",
            f"    keys: https://localhost:{self.port}/jwks.json\n"
            f"    keys_ca: {self.site.top}/ca/site.pem\n"
            "    keys_cool_down: 1s\n    use: reusable\n"))


class FailingPeers(threading.Thread):
    """Cycles until it is over; right, wrong and n_cycles are counted."""

    def __init__(self, site, keys):
        super().__init__()
        self.site, self.keys = site, keys
        self.over = threading.Event()
        self.right = self.wrong = self.n_cycles = 0
        self.cache = site.ticket("alice")
        self.known = site.token("alice", "--amr", "mfa", "--alg", "ES256")

    # -- who gets in --

    def gets_in(self, dial, sign_in):
        try:
            with dial() as rpc:
                sign_in(rpc)
                return rpc.call("session.whoami")["user"] == \
                    self.site.user("alice")
        except RpcError:
            return False

    def by_ticket(self):
        """On the host: its channel needs no binding."""
        return self.gets_in(
            self.site.dial_unix,
            lambda rpc: sign_in_with_ticket(rpc, self.site, self.cache))

    def by_token(self, token):
        return self.gets_in(self.site.dial,
                            lambda rpc: rpc.sign_in_with_token(token))

    def expect(self, what, is_so):
        self.right += is_so
        self.wrong += not is_so
        if not is_so:
            print(f"# wrong: {what}", flush=True)

    def known_get_in(self, when):
        for _ in range(5):
            self.expect(f"a ticket {when}", self.by_ticket())
            self.expect(f"a token {when}", self.by_token(self.known))

    # -- what happens to the others --

    def has_kdc(self):
        done = subprocess.run(
            [site_under_test.REALM, "ticket", self.site.top, "bob"],
            capture_output=True)
        return done.returncode == 0

    def run(self):
        while not self.over.is_set():
            self.cycle()
            self.n_cycles += 1

    def cycle(self):
        kid = f"later-{self.n_cycles}"
        later = self.site.token("alice", "--amr", "mfa", "--alg", "ES256",
                                "--kid", kid)
        self.known_get_in("with both")
        self.site.run_realm("down")
        self.expect("the KDC is gone", not self.has_kdc())
        self.known_get_in("without KDC")
        self.keys.stop()
        self.expect("an unknown key without key server",
                    not self.by_token(later))
        self.known_get_in("without both")
        self.keys.publish(kid)
        self.keys.start()
        self.site.run_realm("start")
        self.expect("the KDC is back", self.has_kdc())
        self.expect("the new key in time", self.gets_in_soon(later))
        self.known_get_in("after all")

    def gets_in_soon(self, token):
        until = time.monotonic() + PATIENCE_S
        while not self.by_token(token):
            if time.monotonic() > until:
                return False
        return True

    def end(self):
        self.over.set()
        self.join()
        self.keys.stop()
