"""A site whose audit is old: months of records put under it with SQLite's own
library and taken over with --accept-restored, so that they are the provider's.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import struct
import subprocess
import time

from site_under_test import SMSCTL, Site

KEPT = ("site.db", "store.anchor", "store.key", "store.key.pub")
OLD_RECORDS = 4000
STAY = 1000  # whatever their age
DAY_S = 24 * 3600
FOR_EVER = ""
A_MONTH = "audit: { keep: 30d }\n"

NUMBERS = {"id", "wall_ms", "mono_ms", "session", "message_id"}
COLUMNS = ("id wall_ms mono_ms boot event user method level peer session class"
           " key operation outcome reason grant detail message_id").split()
NAMES = ", ".join(f'"{column}"' for column in COLUMNS)


def run_smsctl(site, *args):
    """At the Unix socket, as the provider's own user."""
    return site.smsctl(*args, server=f"unix:{site.socket_path}")


class RetainedSite(Site):
    def configure(self, audit):
        (self.top / "provider.yaml").write_text(
            self.configuration_text() + audit)

    def status(self):
        done = run_smsctl(self, "-o", "json", "status")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def keep(self, name):
        place = self.top / name
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        for file in KEPT:
            shutil.copy2(self.top / file, place / file)

    def put_back(self, name, files=KEPT):
        if "site.db" in files:
            for path in self.top.glob("site.db*"):
                path.unlink()
        for file in files:
            shutil.copy2(self.top / name / file, self.top / file)

    def try_start(self):
        """Ends by itself: its exit status and log. Runs: 0 after a stop."""
        lines = len(self.log_lines())
        try:
            self.start()
        except RuntimeError:
            status = self.provider.end()
            self.provider = None
            return status, "\n".join(self.log_lines()[lines:])
        self.stop()
        return 0, "\n".join(self.log_lines()[lines:])

    def verify(self, what="store", key="store.key", anchor="store.anchor"):
        done = subprocess.run(
            [SMSCTL, "-o", "json", what, "verify", "--file", self.database,
             "--key", self.top / key, "--anchor", self.top / anchor],
            capture_output=True, text=True, timeout=120,
            env={"PATH": os.environ["PATH"], "HOME": str(self.top),
                 "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")})
        assert done.stdout, done.stderr
        return json.loads(done.stdout)


def create(rpc, name):
    return rpc.call("object.create",
                    {"class": "SMS_Application",
                     "properties": {"LocalizedDisplayName": name}})


def hash_of(before, row):
    digest = hashlib.sha256(before)
    for column, value in zip(COLUMNS, row):
        if column in NUMBERS:
            digest.update(struct.pack(">q", value))
        else:
            data = value.encode()
            digest.update(struct.pack(">Q", len(data)) + data)
    return digest.digest()


def make_old(db, records):
    """All records, and many more, a hundred days old, in a whole chain; those
    that stay anyway are sixty days old."""
    now = int(time.time())
    rows = [list(row) for row in
            db.execute(f"SELECT {NAMES} FROM audit ORDER BY id")]
    last = rows[-1]
    for number in range(len(rows) + 1, records + 1):
        rows.append([number, *last[1:]])
    before = bytes(32)
    db.execute("DELETE FROM audit")
    for row in rows:
        days = 100 if row[0] <= records - STAY else 60
        row[1] = (now - days * DAY_S) * 1000
        before = hash_of(before, row)
        db.execute(f"INSERT INTO audit ({NAMES}, hash) VALUES"
                   f" ({', '.join('?' * (len(COLUMNS) + 1))})",
                   (*row, before))
    db.execute("UPDATE audit_head SET id = ?, hash = ?", (rows[-1][0], before))


def prepare(site, records=OLD_RECORDS):
    site.configure(FOR_EVER)
    site.start()
    with site.connect("alice") as rpc:
        create(rpc, "app-0")
    site.stop()
    db = sqlite3.connect(site.database)
    make_old(db, records)
    db.commit()
    db.close()
    done = site.act("--accept-restored")
    assert done.returncode == 0, done.stderr
    site.keep("old")
