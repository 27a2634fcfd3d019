"""A slapd on the certificates and the KDC of a site, with a thousand entries.

What a benchmark compares the provider with. Listens on loopback, on ports of
its own: ldap://127.0.0.1:plain and ldaps://127.0.0.1:tls.
"""

import os
import pathlib
import subprocess
import time

import realm_kerberos
from site_under_test import ROOT, Process, free_port


def install_slapd():
    """And its client for Python, if they are missing."""
    subprocess.run([ROOT / "tests/support/install", "bench"], check=True)


SLAPD = """include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {top}/slapd.pid
loglevel 0
threads 16
TLSCACertificateFile {site}/ca/admins.pem
TLSCertificateFile {site}/certs/server.pem
TLSCertificateKeyFile {site}/certs/server.key
TLSVerifyClient try
sasl-host localhost
sasl-realm {realm}
sasl-secprops noanonymous
authz-regexp "uid=([^,/]+),.*cn=gssapi,cn=auth" "uid=$1,ou=people,dc=bench"
authz-regexp "cn=([^,]+),o=quick start" "uid=$1,ou=people,dc=bench"
database mdb
suffix dc=bench
directory {top}/db
maxsize 1073741824
index objectClass eq
access to * by users read
"""


class Slapd:
    def __init__(self, site):
        self.top = site.top / "slapd"
        (self.top / "db").mkdir(parents=True)
        self.plain, self.tls = free_port(), free_port()
        self.conf = self.top / "slapd.conf"
        self.conf.write_text(SLAPD.format(top=self.top, site=site.top,
                                          realm=site.realm))
        self.add_entries()
        keytab = self.top / "ldap.keytab"
        realm_kerberos.kadmin(site.top, site.top, site.realm,
                              ["addprinc -randkey ldap/localhost",
                               f"ktadd -k {keytab} ldap/localhost"])
        self.process = Process(
            ["/usr/sbin/slapd", "-d", "0", "-f", self.conf, "-h",
             f"ldap://127.0.0.1:{self.plain} ldaps://127.0.0.1:{self.tls}"],
            self.top / "log",
            env={"PATH": os.environ["PATH"], "KRB5_KTNAME": str(keytab),
                 "KRB5_CONFIG": str(site.top / "krb5.conf"),
                 "KRB5RCACHENAME": f"file2:{self.top}/replay"})
        self.pid = self.process.popen.pid
        for _ in range(100):
            if (self.top / "slapd.pid").exists():
                return
            time.sleep(0.1)
        raise RuntimeError((self.top / "log").read_text())

    def add_entries(self):
        people = "".join(
            f"dn: uid={name},ou=people,dc=bench\nobjectClass: inetOrgPerson\n"
            f"uid: {name}\ncn: {name}\nsn: {name}\nmail: {name}@bench\n\n"
            for name in ["alice", *(f"user{n}" for n in range(1000))])
        subprocess.run(
            ["/usr/sbin/slapadd", "-q", "-f", self.conf], check=True,
            stderr=subprocess.DEVNULL, text=True, input=(
                "dn: dc=bench\nobjectClass: dcObject\nobjectClass: "
                "organization\no: bench\ndc: bench\n\ndn: ou=people,dc=bench\n"
                "objectClass: organizationalUnit\nou: people\n\n" + people))

    def end(self):
        self.process.end()
