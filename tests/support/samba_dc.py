"""A domain controller for tests: Samba's, real, and reached by nobody else.

    with DomainController(directory) as dc:
        dc.run("kinit", ...)              # beside it, as its network is its own
        cache = dc.ticket("alice")        # with a ticket for the provider in it
        dc.sid("SMS Admins")              # as the directory has it

Its winbind answers beside it, once wait_for_winbind() has returned.

It lives in namespaces of its own (network, mounts, processes), as process 1
of them: nothing outside can connect to it, it needs no port of the host, and
when its parent ends, however that ends, all of it is gone. Needs root.

There are then, in the domain CORP of the realm CORP.TEST:

    alice, bob, Carol.Smith, dave    users with passwords, dave with the user
                                     principal name dave.smith@mail.corp.test
    SMS Admins                       a global group: alice
    SMS Nested                       a universal group: the group SMS Admins
    SMS Local                        a group of the domain alone: SMS Nested
    PROVIDER$                        a computer with smsprovider/localhost,
                                     host/localhost and HTTP/localhost
    web, HTTP/web.corp.test          a service that may sign anybody in to the
                                     provider (protocol transition)

and in the directory provider.keytab, with all principals of PROVIDER$, as
`samba-tool domain exportkeytab` writes it, and web.keytab.

    with DomainController(directory) as dc, \
            DomainController(other, PARTNER, beside=dc) as partner:
        dc.trust(partner)             # users of PARTNER.TEST sign in at CORP

A domain controller beside another shares its network, at an address of its
own, and has an empty domain.
"""

import collections
import ctypes
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

Domain = collections.namedtuple("Domain", "realm name address")
CORP = Domain("CORP.TEST", "CORP", "127.0.0.1")
PARTNER = Domain("PARTNER.TEST", "PARTNER", "127.0.0.2")
REALM = CORP.realm
SERVICE = "smsprovider/localhost"
PASSWORD = "Secret-2026-word"
USERS = ["alice", "bob", "Carol.Smith", "dave"]
READY_S = 60
OWN_PLACES = ["/etc/samba", "/var/lib/samba", "/var/cache/samba", "/run/samba",
              "/var/log/samba"]


def end_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class DomainController:
    """What a test sees of it: a directory, and commands that run beside it."""

    def __init__(self, directory, domain=CORP, beside=None):
        self.top = pathlib.Path(directory)
        self.domain = domain
        self.beside = beside
        self.process = None
        self.krb5_conf = self.top / "krb5.conf"

    def __enter__(self):
        self.top.mkdir(parents=True, exist_ok=True)
        self.write_krb5_conf()
        self.process = subprocess.Popen(
            [*self.network(), "--mount", "--pid", "--fork", "--mount-proc",
             "--kill-child", "/usr/bin/python3", __file__, self.top,
             *self.domain],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            stderr=open(self.top / "dc.log", "w"),
            preexec_fn=end_with_parent)
        self.sids = self.answer()
        return self

    def __exit__(self, *_):
        self.process.stdin.close()  # which it ends by
        self.process.wait(READY_S)
        self.process.stdout.close()

    def network(self):
        if not self.beside:
            return ["unshare", "--net"]
        return ["nsenter", f"--net=/proc/{self.beside.process_1()}/ns/net",
                "unshare"]

    def process_1(self):
        parent = self.process.pid
        children = f"/proc/{parent}/task/{parent}/children"
        return pathlib.Path(children).read_text().split()[0]

    def write_krb5_conf(self):
        realm = self.domain.realm
        self.krb5_conf.write_text(f"""[libdefaults]
    default_realm = {realm}
    dns_lookup_kdc = false
    dns_lookup_realm = false
    dns_canonicalize_hostname = false
    rdns = false
    udp_preference_limit = 1
    forwardable = true
    spake_preauth_groups = edwards25519
[realms]
    {CORP.realm} = {{
        kdc = {CORP.address}
    }}
    {PARTNER.realm} = {{
        kdc = {PARTNER.address}
    }}
[domain_realm]
    localhost = {CORP.realm}
    .corp.test = {CORP.realm}
""")

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the domain controller ended:\n"
                               + (self.top / "dc.log").read_text()[-4000:])
        return json.loads(line)

    def ask(self, **question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return self.answer()

    # -- What tests do with it --

    def sid(self, name):
        return self.sids[name]

    def attempt(self, *args, text="", **environment):
        """Exit status and output of a command that runs beside it."""
        done = self.ask(run=[str(a) for a in args], text=text,
                        environment={"KRB5_CONFIG": str(self.krb5_conf),
                                     **environment})
        return done["status"], done["output"]

    def run(self, *args, text="", **environment):
        status, output = self.attempt(*args, text=text, **environment)
        assert status == 0, (args, output)
        return output

    def ticket(self, user, *kinit, name=None, service=SERVICE,
               password=PASSWORD):
        """A cache with a ticket for the service in it. The client's library
        asks no more of the KDC then, which it could not reach."""
        cache = f"FILE:{self.top}/{name or user.replace('/', '-')}.cc"
        self.run("kinit", "-c", cache, *kinit, user, text=f"{password}\n")
        if service:
            self.run("kvno", "-c", cache, service)
        return cache

    def wait_for_winbind(self):
        self.run("sh", "-c", "until wbinfo --ping-dc; do sleep 0.1; done")

    def forget_names(self):
        """What winbind remembers for some minutes."""
        self.run("net", "cache", "flush")

    def behalf(self, user, name="behalf"):
        """A ticket for the provider in the user's name, which she knows
        nothing of: protocol transition, then constrained delegation."""
        own, out = (f"FILE:{self.top}/{part}.cc" for part in ("web", name))
        keytab = self.top / "web.keytab"
        self.run("kinit", "-c", own, "-k", "-t", keytab, "web")
        self.run("kvno", "-c", own, "-k", keytab, "-P", "-U", user,
                 "--out-cache", out, SERVICE)
        return out

    def modify(self, *changes):
        """Changes of the directory (see Directory); answers with the SIDs."""
        self.sids = self.ask(change=changes)
        return self.sids

    def trust(self, other):
        """Users of the other domain may sign in at services of this one."""
        for here, there, direction in ((self, other, OUTBOUND),
                                       (other, self, INBOUND)):
            here.modify(("trust", there.domain, there.sid("domain"),
                         direction))


# ---- Inside ----

INBOUND, OUTBOUND = 1, 2
RELAX = "relax:0"  # rules for who is not the directory itself


def packed_sid(text):
    from samba.dcerpc import security
    from samba.ndr import ndr_pack
    return ndr_pack(security.dom_sid(text))


def trust_secret(password):
    """As a directory keeps what two domains have agreed on (MS-ADTS 6.1.6.9.1)."""
    from samba.dcerpc import drsblobs, lsa
    from samba.ndr import ndr_pack
    clear = drsblobs.AuthInfoClear()
    clear.size = len(password)
    clear.password = list(password)
    info = drsblobs.AuthenticationInformation()
    info.LastUpdateTime = 1
    info.AuthType = lsa.TRUST_AUTH_TYPE_CLEAR
    info.AuthInfo = clear
    array = drsblobs.AuthenticationInformationArray()
    array.count, array.array = 1, [info]
    secret = drsblobs.trustAuthInOutBlob()
    secret.count, secret.current = 1, array
    return ndr_pack(secret)


class Directory:
    """The accounts of the domain, by Samba's own library."""

    def __init__(self, domain):
        from samba import auth, param
        self.domain = domain
        from samba.samdb import SamDB
        self.lp = param.LoadParm()
        self.lp.load_default()
        self.db = SamDB(url="/var/lib/samba/private/sam.ldb", lp=self.lp,
                        session_info=auth.system_session())

    def user(self, name, password=PASSWORD):
        self.db.newuser(name, password)

    def delete(self, name):
        self.db.delete(self.find(name).dn)

    def rename(self, name, to):
        message = self.find(name)
        self.set(name, "sAMAccountName", to)
        self.set(to, "userPrincipalName", 
                 f"{to}@{self.domain.realm.lower()}")
        self.db.rename(message.dn, f"CN={to},CN=Users,{self.db.domain_dn()}")

    def rename_group(self, name, to):
        message = self.find(name)
        self.set(name, "sAMAccountName", to)
        self.db.rename(message.dn, f"CN={to},CN=Users,{self.db.domain_dn()}")

    def computer(self, name):
        self.db.newcomputer(name)
        self.db.setpassword(f"(sAMAccountName={name}$)", PASSWORD, False)

    def group(self, name, kind, *members):
        """kind: 2 global, 4 of the domain alone, 8 universal; of security."""
        self.db.newgroup(name, grouptype=kind - 0x80000000)
        if members:
            self.db.add_remove_group_members(name, list(members))

    def forge_group(self, name, sid, *members):
        """With a SID of another domain, as who runs a domain can make one."""
        self.db.add({
            "dn": f"CN={name},CN=Users,{self.db.domain_dn()}",
            "objectClass": "group", "sAMAccountName": name,
            "groupType": str(8 - 0x80000000),
            "objectSid": packed_sid(sid)}, [RELAX])
        self.db.add_remove_group_members(name, list(members))

    def trust(self, other, sid, direction):
        other = Domain(*other)
        secret = "trustAuthIncoming" if direction == INBOUND else \
            "trustAuthOutgoing"
        self.db.add({
            "dn": f"CN={other.realm.lower()},CN=System,{self.db.domain_dn()}",
            "objectClass": "trustedDomain",
            "trustType": "2",  # of Active Directory
            "trustAttributes": "0", "trustDirection": str(direction),
            "trustPartner": other.realm.lower(), "flatName": other.name,
            "securityIdentifier": packed_sid(sid),
            ENCRYPTION: "24", secret: trust_secret(PASSWORD.encode("utf-16-le"))}, [RELAX])

    def remove(self, group, *members):
        self.db.add_remove_group_members(group, list(members),
                                         add_members_operation=False)

    def find(self, name):
        found = self.db.search(
            base=self.db.domain_dn(),
            expression=f"(|(sAMAccountName={name})(sAMAccountName={name}$))")
        assert len(found) == 1, (name, len(found))
        return found[0]

    def set(self, name, attribute, *values):
        import ldb
        message = ldb.Message(self.find(name).dn)
        message[attribute] = ldb.MessageElement(
            list(values), ldb.FLAG_MOD_REPLACE, attribute)
        self.db.modify(message)

    def add_flag(self, name, flag):
        now = int(self.find(name)["userAccountControl"][0])
        self.set(name, "userAccountControl", str(now | flag))

    def export(self, keytab, *principals):
        from samba.credentials import Credentials
        import samba.dckeytab  # noqa: F401 - adds export_keytab
        from samba.net import Net
        for principal in principals:
            net = Net(Credentials(), self.lp)
            net.export_keytab(keytab=str(keytab), principal=principal)

    def sids(self):
        from samba.dcerpc import security
        from samba.ndr import ndr_unpack
        found = {"domain": str(self.db.get_domain_sid())}
        for message in self.db.search(
                base=self.db.domain_dn(), expression="(objectSid=*)",
                attrs=["sAMAccountName", "objectSid"]):
            if "sAMAccountName" in message:
                sid = ndr_unpack(security.dom_sid, message["objectSid"][0])
                found[str(message["sAMAccountName"])] = str(sid)
        return found


PROTOCOL_TRANSITION = 0x1000000
ENCRYPTION = "msDS-SupportedEncryptionTypes"


def fill(directory, top):
    for user in USERS:
        directory.user(user)
    directory.set("dave", "userPrincipalName", "dave.smith@mail.corp.test")
    directory.group("SMS Admins", 2, "alice")
    directory.group("SMS Nested", 8, "SMS Admins")
    directory.group("SMS Local", 4, "SMS Nested")
    directory.computer("PROVIDER")
    directory.set("PROVIDER", "servicePrincipalName", SERVICE,
                  "host/localhost", "HTTP/localhost")
    directory.set("PROVIDER", ENCRYPTION, "28")  # AES, and RC4 beside it
    directory.user("web")
    directory.set("web", ENCRYPTION, "24")
    directory.set("web", "servicePrincipalName", "HTTP/web.corp.test")
    directory.set("web", "msDS-AllowedToDelegateTo", SERVICE)
    directory.add_flag("web", PROTOCOL_TRANSITION)
    directory.export(top / "provider.keytab", "host/localhost",
                     "HTTP/localhost", SERVICE, "PROVIDER$")
    directory.export(top / "web.keytab", "web", "HTTP/web.corp.test")
    for keytab in ("provider.keytab", "web.keytab"):
        (top / keytab).chmod(0o600)


def provision(top, domain):
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    for place in OWN_PLACES:
        own = top / "own" / place.strip("/").replace("/", "-")
        own.mkdir(parents=True)
        pathlib.Path(place).mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "--bind", own, place], check=True)
    for place in ("private", "sysvol", "winbindd_privileged"):
        pathlib.Path("/var/lib/samba", place).mkdir(mode=0o750)
    subprocess.run(
        ["samba-tool", "domain", "provision", f"--realm={domain.realm}",
         f"--domain={domain.name}", f"--adminpass={PASSWORD}",
         "--server-role=dc", "--dns-backend=NONE", "--host-name=dc",
         f"--host-ip={domain.address}",
         f"--option=interfaces={domain.address}/8",
         "--option=bind interfaces only=yes",
         "--option=server services=kdc, rpc, winbindd",
         "--option=winbind cache time=0", "--option=disable netbios=yes"],
        stdout=sys.stderr, check=True)


def loopback_up():
    import fcntl
    import struct
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        fcntl.ioctl(probe, 0x8914,  # SIOCSIFFLAGS: up and running
                    struct.pack("16sh", b"lo", 0x1 | 0x40))


def start(domain):
    samba = subprocess.Popen(
        ["samba", "--foreground", "--no-process-group", "--debuglevel=2",
         "--debug-stdout"], stdin=subprocess.DEVNULL, stdout=sys.stderr)
    until = time.monotonic() + READY_S
    while time.monotonic() < until and samba.poll() is None:
        try:
            socket.create_connection((domain.address, 88), 1).close()
            return
        except OSError:
            time.sleep(0.02)  # nothing announces a listening KDC
    sys.exit("samba does not answer")


def answer(directory, question):
    if "run" in question:
        done = subprocess.run(
            question["run"], input=question["text"], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={"PATH": os.environ["PATH"], **question["environment"]})
        return {"status": done.returncode, "output": done.stdout}
    for verb, *args in question["change"]:
        getattr(directory, verb)(*args)
    return directory.sids()


def main(top, domain):
    shutil.rmtree(top / "own", ignore_errors=True)
    loopback_up()
    provision(top, domain)
    directory = Directory(domain)
    if domain == CORP:
        fill(directory, top)
    start(domain)
    print(json.dumps(directory.sids()), flush=True)
    for line in sys.stdin:  # ends with the parent
        print(json.dumps(answer(directory, json.loads(line))), flush=True)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), Domain(*sys.argv[2:]))
