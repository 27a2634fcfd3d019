"""A site whose provider takes passwords, asked of PAM stacks of the test.

pam_matrix knows the accounts: alice and bob "right", carol for another
service only. "sms-code" asks alice for a one-time code (RFC 4226, appendix D)
after the password.
"""

import base64
import os
import re

from site_under_test import BUILD
from wide_site import WideSite

MATRIX = "/usr/lib/x86_64-linux-gnu/pam_wrapper/pam_matrix.so"
MISBEHAVE = BUILD / "tests/unit/libpam_misbehave.so"
MECHANISMS = "mechanisms: [GSSAPI, GSS-SPNEGO, EXTERNAL, OAUTHBEARER"
CODES = ["755224", "287082", "359152", "969429", "338314"]


class PasswordSite(WideSite):
    def write_pam(self, more=""):
        """more: lines of accounts, name:password:service. The worker takes neither directory nor environment from anybody, so
        it gets a mount namespace in which /etc/pam.d is the test's."""
        stacks = self.top / "pam.d"
        stacks.mkdir(mode=0o700)
        (self.top / "passwords").write_text(
            "alice:right:sms\nalice:right:sms-code\nalice:right:sms-stuck\n"
            "bob:right:sms\ncarol:right:other\n" + more)
        (stacks / "sms").write_text(
            f"auth required {MATRIX} passdb={self.top}/passwords\n"
            f"account required {MATRIX} passdb={self.top}/passwords\n")
        (self.top / "codes").write_text(
            "HOTP alice - 3132333435363738393031323334353637383930\n")
        (self.top / "codes").chmod(0o600)
        (stacks / "sms-code").write_text(
            f"auth requisite {MATRIX} passdb={self.top}/passwords\n"
            f"auth required pam_oath.so usersfile={self.top}/codes window=3 "
            "digits=6\naccount required pam_permit.so\n")
        (stacks / "sms-stuck").write_text(
            f"auth requisite {MATRIX} passdb={self.top}/passwords\n"
            f"auth required {MISBEHAVE} sleep\n"
            "account required pam_permit.so\n")
        (stacks / "other").write_text("auth required pam_deny.so\n"
                                      "account required pam_deny.so\n")
        unshare = "unshare --mount" + ("" if os.geteuid() == 0
                                       else " --map-root-user")
        worker = self.top / "worker"
        worker.write_text(
            "#!/bin/sh\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\nexport PATH\n"
            f"exec {unshare} sh -c 'mount --bind {stacks} /etc/pam.d && "
            f"exec \"$0\" \"$@\"' {BUILD}/auth/smsprovider-pam \"$@\"\n")
        worker.chmod(0o700)
        self.serve("sms")

    def serve(self, service, *changes):
        self.configure(
            (MECHANISMS, MECHANISMS + ", PLAIN"),
            ("sessions:", f"pam: {{ service: {service}, realm: {self.realm}, "
             f"worker: {self.top}/worker }}\nsessions:"), *changes)


def plain(user, password, name=""):
    data = f"{name}\0{user}\0{password}".encode()
    return {"mechanism": "PLAIN", "data": base64.b64encode(data).decode()}


def password_refusal(site, user, password, name=""):
    """Every byte sent to a client that is not let in, but the request's id."""
    with site.dial() as rpc:
        rpc.post("auth.start", plain(user, password, name))
        line = rpc.read_line()
        assert b'"error"' in line, line
        assert rpc.refusal("session.whoami").reason == "not_authenticated"
        return re.sub(rb'"request":"[0-9A-F-]+"', b'"request":""', line)
