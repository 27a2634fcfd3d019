"""A site whose users are those of a domain (samba_dc)."""

import re

from samba_dc import REALM
from wide_site import RpcError, WideSite, refusal_of, sign_in_with_ticket

OWN_REALM = f"{{ name: {REALM}, netbios: CORP, case: insensitive, groups: pac }}"


class DomainSite(WideSite):
    """A site whose users are a domain's; its full administrator, alice of the
    site's own realm, signs in by certificate."""

    def __init__(self, dc):
        super().__init__()
        self.dc = dc
        self.trusted = []  # realms, as provider.yaml lists them

    def __enter__(self):
        super().__enter__()
        (self.top / "krb5.conf").write_text(self.dc.krb5_conf.read_text())
        return self

    def kerberos(self, extra=""):
        realms = ", ".join((OWN_REALM, *self.trusted))
        return f"""kerberos:
  service: smsprovider
  host: localhost
  keytab: {self.dc.top}/provider.keytab
  realms: [{realms}]
{extra}"""

    def set_kerberos(self, extra="", more=""):
        """more: beside the section."""
        text = self.configuration_text()
        section = re.search(r"kerberos:\n(  .*\n)+", text).group(0)
        self.configure((section, self.kerberos(extra) + more))

    def me(self, cache):
        with self.dial_unix() as rpc:
            sign_in_with_ticket(rpc, self, cache)
            return rpc.call("session.whoami")

    def refused(self, cache):
        """The message, and the reason in the audit."""
        with self.dial_unix() as rpc:
            error = refusal_of(lambda: sign_in_with_ticket(rpc, self, cache))
        assert isinstance(error, RpcError), error
        return error.message, self.refusals()[0]

    def admin(self, name):
        with self.connect("alice") as rpc:
            items = rpc.call("object.list", {
                "class": "SMS_Admin", "filter": f"LogonName = '{name}'"})["items"]
        return self.read_admin(items[0]["AdminID"])

    def read_admin(self, key):
        with self.connect("alice") as rpc:
            return rpc.call("object.get", {"class": "SMS_Admin",
                                           "key": str(key)})


def roles(me):
    return sorted({role for a in me["assignments"] for role in a["roles"]})


def corp(name):
    return f"{name}@{REALM}"
