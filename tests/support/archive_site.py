"""A site whose expired audit records go to archives, and what is asked of them."""

import json
import shutil
import signal
import time

from old_site import STAY, prepare, run_smsctl
from site_under_test import BUILD, sanitizer_runtime

DYING = str(BUILD / "tests" / "unit" / "libdying_call.so")
WAIT_S = 60
GONE = 400  # records that are to go


def begin(site, gone=GONE):
    """Gives it its past."""
    site.gone = gone
    prepare(site, gone + STAY)
    (site.top / "provider.log").write_text("")  # the past is made up


def configure(site, exports=""):
    exports = f", exports: [{exports}]" if exports else ""
    site.configure(f"audit: {{ keep: 30d, archive: {site.top}/archive"
                   f"{exports} }}\n")


def anew(site):
    """As it was before anything was removed; without archives."""
    site.put_back("old")
    shutil.rmtree(site.top / "archive", ignore_errors=True)
    (site.top / "archive").mkdir(mode=0o700)
    configure(site)


def archives(site):
    return sorted((site.top / "archive").glob("audit-*.jsonl"))


def until(question, what):
    end = time.monotonic() + WAIT_S
    while not question():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.2)


def verify(site, *files, database=True):
    """The exit status, and what it found."""
    done = run_smsctl(site, "-o", "json", "audit", "verify", *files, "--key",
                      site.top / "store.key.pub",
                      *(("--file", site.database) if database else ()))
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def is_whole(site):
    """All records are in the archives, in the store or in both."""
    found = site.verify("audit", "store.key.pub")
    assert found["intact"], found
    start = found.get("start", {}).get("behind", 0)
    if not archives(site):
        assert start == 0, start
        return
    status, found = verify(site, *archives(site))
    assert status == 0 and found["intact"] and found["joins_store"], found
    assert found["behind"] == 0 and found["last"] >= start, (found, start)


def removal_ends(site):
    until(lambda: site.status()["audit_start"] > site.gone, "the removal")


def start_with(site, call):
    """A provider whose disk of archives does something at a call
    (dying_call.c)."""
    site.environment = {"LD_PRELOAD": " ".join([*sanitizer_runtime(), DYING]),
                        "DYING_CALL": call}
    site.start()
    site.environment = {}


def dies_at(site, call):
    """A provider whose archive's CALL:NUMBER:WHEN kills it."""
    start_with(site, call)
    status = site.provider.popen.wait(WAIT_S)
    site.provider = None
    assert status == -signal.SIGKILL, status
