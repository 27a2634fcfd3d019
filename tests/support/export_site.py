"""The audit's export, for tests: its keys, smsctl audit export, and a site whose
audit grows.
"""

import json
import os
import random
import re
import signal
import subprocess

from site_under_test import SMSCTL, Process

draw = random.Random(5424)


# ---- Who receives ----

class Keys:
    """Two authorities, and a receiver's certificate of each."""

    def __init__(self, top):
        self.top = top
        for name in ("right", "wrong"):
            self.make(name)

    def run(self, *args):
        subprocess.run(["openssl", *map(str, args)], check=True,
                       capture_output=True)

    def make(self, name):
        ca, key = self.top / f"{name}-ca.pem", self.top / f"{name}-ca.key"
        self.run("req", "-x509", "-newkey", "ec", "-pkeyopt",
                 "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                 f"/CN={name} CA", "-keyout", key, "-out", ca)
        for role in ("server", "client"):
            path = self.top / f"{name}-{role}"
            self.run("req", "-newkey", "ec", "-pkeyopt",
                     "ec_paramgen_curve:P-256", "-nodes", "-subj",
                     f"/CN={role}", "-keyout", f"{path}.key", "-out",
                     f"{path}.csr")
            (self.top / "san").write_text(
                "subjectAltName=IP:127.0.0.1,DNS:localhost")
            self.run("x509", "-req", "-in", f"{path}.csr", "-CA", ca, "-CAkey",
                     key, "-CAcreateserial", "-days", "2", "-extfile",
                     self.top / "san", "-out", f"{path}.pem")


# ---- The export ----

class Export:
    """smsctl audit export, running."""

    def __init__(self, estate, *args, position="position"):
        site = estate.site
        self.position = site.top / position
        self.status_path = site.top / f"{position}.prom"
        self.status_path.unlink(missing_ok=True)
        self.process = Process(
            [SMSCTL, "-s", f"tls:localhost:{site.port}",
             "--ca", site.top / "ca/site.pem",
             *site.with_certificate("alice"), "audit", "export",
             "--position", self.position, "--status", self.status_path, *args],
            site.top / "export.log",
            env={"PATH": os.environ["PATH"], "HOME": str(site.top),
                 "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")})

    def taken(self):
        return json.loads(self.position.read_text())["taken"] \
            if self.position.exists() else 0

    def counter(self, name):
        if not self.status_path.exists():
            return -1
        found = re.search(rf"^smsaudit_{name} (\d+)$",
                          self.status_path.read_text(), re.M)
        return int(found.group(1))

    def end(self, sig=signal.SIGTERM):
        return self.process.end(sig)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end(signal.SIGKILL)


class Estate:
    def __init__(self, site):
        self.site = site
        self.keys = Keys(site.top)
        self.alice = site.connect("alice")
        self.n_names = 0

    def name(self, kind):
        self.n_names += 1
        return f"{kind}-{self.n_names}"

    def fill(self, n):
        """Records, each a refusal; some of them hostile."""
        for _ in range(n):
            text = "".join(draw.choice(
                ["a", "\n", '"', "\\", "]", "=", "\x1b[2J", "\u202e", "\u00e9",
                 "\U0001f600", " ", "<13>1 ", "\\u000A", "\x7f", "\u0085"])
                for _ in range(draw.randrange(1, 12)))
            self.alice.refusal("object.get", {"class": "SMS_Site", "key": text})

    def head(self):
        return self.alice.call("audit.query", {"limit": 1})["items"][0]["id"]

    def run(self, *args, evidence=None):
        site = self.site
        return site.smsctl(*(evidence or site.with_certificate("alice")),
                           "audit", "export", *args)

    def to(self, receiver, *more):
        return ("--to", f"syslog-tls:127.0.0.1:{receiver.port}", "--to-ca",
                self.keys.top / "right-ca.pem", "--follow", *more)


def assert_whole(positions, first, last):
    """Each once or more, in the order of the first time each."""
    seen = list(dict.fromkeys(positions))
    assert seen == list(range(first, last + 1)), (seen[:5], seen[-5:], last)


def caught_up(estate, export):
    return lambda: min(export.taken(), export.counter("position")) \
        >= estate.head() - 1
