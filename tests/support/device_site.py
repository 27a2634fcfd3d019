"""A host whose people sign in with a code that they confirm at an OpenID
provider, beside the site itself."""

import pathlib

from host_site import HostSite

HOST_CONFIG = pathlib.Path("/etc/smsprovider/host.conf")


class DeviceSite(HostSite):
    """Its people have a subject at the OpenID provider too."""

    issuer = None

    def write_policy(self, name, text):
        if self.issuer:
            for user in ("alice", "bob"):
                text = text.replace(
                    f"subject: {user} }}", f"subject: {user} }}\n      - token: "
                    f"{{ issuer: {self.issuer}, subject: {user} }}")
            text = text.replace(
                f"  - user: {self.user('grace')}\n",
                f"  - user: {self.user('grace')}\n    identities:\n      - token: "
                f"{{ issuer: {self.issuer}, subject: grace }}\n")
        super().write_policy(name, text)

    def serve(self, service, *changes):
        super().serve(service, ("tokens:\n", f"""tokens:
  - issuer: {self.issuer}
    audience: {self.env['AUDIENCE']}
    keys: {self.oidc_dir}/jwks.json
    algorithms: [ES256]
    mfa: {{ amr: [mfa], max_age: 12h }}
    hosts: {{ client_id: device, scopes: openid admin, ca: {self.top}/ca/site.pem }}
"""), *changes)

    def use_issuer(self, issuer):
        """The host asks there from now on."""
        lines = [line for line in HOST_CONFIG.read_text().splitlines()
                 if line.split(" ")[0] not in ("issuer", "issuer_ca",
                                               "client_id", "scopes")]
        HOST_CONFIG.write_text("\n".join([
            *lines, f"issuer = {issuer}", f"issuer_ca = {self.top}/ca/site.pem",
            "client_id = device", "scopes = openid admin"]) + "\n")
        if self.host:
            self.stop_host()
        self.start_host()

    def prepare(self):
        self.issuer = self.start_oidc()
        self.write_policy("site.yaml", self.policy_text())
        super().prepare()
        pathlib.Path("/etc/smsprovider").mkdir(exist_ok=True)
        pathlib.Path("/etc/smsprovider/pam.conf").write_text(
            f"realm = {self.realm}\n")
