"""A throwaway realm: MIT KDC, certificate authorities, token issuer.

    realm up DIR [--realm NAME] [--second NAME]
                                   make everything in DIR and start the KDC;
                                   with --second another realm and its KDC, each
                                   trusting the other
    realm down DIR                 stop the KDC (by its id); files stay
    realm start DIR                start the KDC of a DIR made before
    realm run DIR -- COMMAND...    up (in place of an older DIR), the command
                                   with env and REALM_DIR set, down
    realm ticket DIR USER [--pkinit | --armour | --otp] [--cache FILE]
                 [--secret TEXT]
                                   kinit by password, certificate, password in
                                   a host's armour (indicator "hardened"), code
                                   ("otp", user otto), or what --secret types
                                   instead; prints the cache's name
    realm service-ticket DIR PRINCIPAL KEYTAB [--for USER]
                                   kinit of a service; with --for a ticket for
                                   smsprovider in the user's name (S4U2Self)
    realm weak-ticket DIR USER     kinit, and a ticket for smsprovider with a
                                   session key of RC4; weak.conf permits those
    realm weak-keytab DIR          the service's keytab with a key of RC4 added
    realm rotate DIR [--forget-old]
                                   a new key of smsprovider, the old one kept or
                                   not; prints the number of the new one
    realm certificate DIR NAME [--ca CA] [--eku EKU] [--key KIND]
                      [--subject DN] [--expired] [--user NAME] [--extension E]
                                   DIR/certs/NAME.pem and .key; prints issuer
                                   and serial as provider.yaml wants them
    realm authority DIR NAME --ca CA --subject DN [--ends SECONDS]
                    [--without EXTENSION | --key KIND]
                                   an intermediate: ca/NAME.pem, for --ca;
                                   without basicConstraints, critical, keyUsage,
                                   keyCertSign, cRLSign or subjectKeyIdentifier
    realm revoke DIR NAME          revoke it and write the CRL of its CA anew
    realm crl DIR [CA] [--stale | --ends SECONDS]   write the CRL of a CA anew
    realm token DIR --sub SUBJECT [--amr A,B] [--alg ALG] [--kid KID]
                [--claim NAME=JSON] [--header NAME=JSON] [--drop NAME]
                [--sign-with FILE] print a JWT of the issuer

Ready when `up` returns. What is there afterwards:

    env                    NAME=value lines: KRB5_CONFIG, REALM, ISSUER, ...
    provider.keytab        smsprovider/localhost, host/ and HTTP/localhost
    certs/server.pem .key  for localhost and 127.0.0.1, by the site CA
    certs/USER.pem .key    client certificates of alice, bob, carol, dave
    ca/CA.pem, ca/CA.crl   site, admins, foreign, twin (admins' name, other key)
    issuer/jwks.json       the public keys; issuer/{rsa,ec,ed,other}.pem

Users alice, bob, carol and dave have the password "USER-password", and so have
alice and mallory of the second realm; otto has codes only. Python's standard
library, the openssl command and Debian's Kerberos packages only.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

from realm_kerberos import (
    USERS, end_with_parent, free_port, make_principals, make_second_realm,
    read_env, rotate_keytab, run, service_ticket, start_kdcs, stop_kdcs,
    ticket, weak_keytab, weak_ticket, write_kdc_conf, write_krb5_conf)

ISSUER = "https://login.quickstart.test/"
AUDIENCE = "api://smsprovider"


# ---- Certificates ----

EXTENSIONS = {
    "ca": "basicConstraints=critical,CA:TRUE\n"
          "keyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n",
    "server": "basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n"
              "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1\n",
    "clientAuth": "basicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth\n",
    "serverAuth": "basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n",
    "none": "basicConstraints=CA:FALSE\n",
}


def new_key(path, kind):
    if kind == "ec":
        run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-out", path)
    elif kind == "ed":
        run("openssl", "genpkey", "-algorithm", "ED25519", "-out", path)
    else:
        run("openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt",
            f"rsa_keygen_bits:{kind[3:]}", "-out", path)
    path.chmod(0o600)


def new_ca(top, name, subject):
    key, pem = top / f"ca/{name}.key", top / f"ca/{name}.pem"
    new_key(key, "ec")
    run("openssl", "req", "-new", "-x509", "-key", key, "-out", pem, "-subj",
        subject, "-days", "3650", "-config", config_for(top, EXTENSIONS["ca"]),
        "-extensions", "v")
    new_database(top, name)


def new_database(top, name):
    database = top / f"ca/{name}.db"
    database.mkdir()
    (database / "index.txt").touch()
    (database / "index.txt.attr").write_text("unique_subject = no\n")
    (database / "crlnumber").write_text("01\n")


def ca_without(missing):
    """The extensions of an authority, less one, or less its being critical."""
    if missing == "critical":
        return EXTENSIONS["ca"].replace("basicConstraints=critical,",
                                        "basicConstraints=")
    if missing in ("keyCertSign", "cRLSign"):
        return EXTENSIONS["ca"].replace(
            "keyCertSign,cRLSign",
            "keyCertSign" if missing == "cRLSign" else "cRLSign")
    lines = [line for line in EXTENSIONS["ca"].splitlines()
             if not missing or not line.startswith(missing + "=")]
    if missing == "subjectKeyIdentifier":
        lines.append(f"{missing}=none")
    return "\n".join(lines) + "\n"


def new_intermediate(top, name, options):
    new_certificate(top, name, options.ca, ca_without(options.without),
                    key=options.key, subject=options.subject,
                    ends=options.ends)
    for kind in ("pem", "key"):
        (top / f"certs/{name}.{kind}").rename(top / f"ca/{name}.{kind}")
    new_database(top, name)


def config_for(top, extensions):
    path = top / "tmp.cnf"
    path.write_text("[req]\ndistinguished_name=dn\nprompt=no\n[dn]\n"
                    "CN=unused\n[v]\n" + extensions)
    return path


def kerberos_name(realm, parts, kind):
    """Configuration of an otherName that holds a Kerberos principal."""
    names = "".join(f"p{i}=GeneralString:{part}\n"
                    for i, part in enumerate(parts))
    return (f"1.3.6.1.5.2.2;SEQUENCE:princ\n[princ]\n"
            f"realm=EXP:0,GeneralString:{realm}\nname=EXP:1,SEQUENCE:pname\n"
            f"[pname]\ntype=EXP:0,INTEGER:{kind}\n"
            f"string=EXP:1,SEQUENCE:parts\n[parts]\n{names}")


def new_certificate(top, name, ca="admins", extensions=None, key="ec",
                    subject=None, expired=False, digest="sha256", ends=None):
    """Makes certs/NAME.pem and .key; returns (issuer, serial)."""
    pem, keyfile = top / f"certs/{name}.pem", top / f"certs/{name}.key"
    new_key(keyfile, key)
    config = config_for(top, extensions or EXTENSIONS["clientAuth"])
    request = top / "tmp.csr"
    run("openssl", "req", "-new", "-utf8", "-key", keyfile, "-out", request,
        "-subj", subject or f"/O=Quick Start/CN={name}", "-config", config)
    serial = "0x" + os.urandom(8).hex().replace("0", "1", 1)
    validity = ["-days", "365"]
    if expired:
        validity = ["-not_before", "20200101000000Z",
                    "-not_after", "20200201000000Z"]
    if ends:
        end = time.strftime("%Y%m%d%H%M%SZ",
                            time.gmtime(time.time() + int(ends)))
        validity = ["-not_before", "20200101000000Z", "-not_after", end]
    sign(top, ca, request, pem, config, serial, validity, digest)
    return describe(pem)


def sign(top, ca, request, pem, config, serial, validity, digest):
    """openssl x509 has no -not_before in 3.0: sign by `openssl ca`."""
    database = top / f"ca/{ca}.db"
    (database / "serial").write_text(serial[2:].upper() + "\n")
    options = ["-days", "365"]
    if validity[0] == "-not_before":
        options = ["-startdate", validity[1], "-enddate", validity[3]]
    run("openssl", "ca", "-batch", "-notext", "-utf8",
        "-config", ca_config(top, ca), "-in", request, "-out", pem,
        "-md", digest, "-extfile", config, "-extensions", "v", *options)


def ca_config(top, ca):
    path = top / "tmp-ca.cnf"
    path.write_text(
        "[ca]\ndefault_ca=d\n[d]\n"
        f"database={top}/ca/{ca}.db/index.txt\nserial={top}/ca/{ca}.db/serial\n"
        f"crlnumber={top}/ca/{ca}.db/crlnumber\nnew_certs_dir={top}/ca/{ca}.db\n"
        f"certificate={top}/ca/{ca}.pem\nprivate_key={top}/ca/{ca}.key\n"
        "default_md=sha256\npolicy=p\nunique_subject=no\nemail_in_dn=no\n"
        "preserve=yes\ncopy_extensions=none\n[p]\n"
        "organizationName=optional\ncommonName=optional\n"
        "userId=optional\nuniqueIdentifier=optional\n"
        "organizationalUnitName=optional\n")
    return path


def describe(pem):
    text = run("openssl", "x509", "-in", pem, "-noout", "-issuer", "-serial",
               "-nameopt", "RFC2253").decode()
    issuer = re.search(r"^issuer=(.*)$", text, re.M).group(1)
    serial = re.search(r"^serial=(.*)$", text, re.M).group(1)
    return issuer, serial


def write_crl(top, ca, stale=False, ends=None):
    times = ["-crlsec", ends] if ends else ["-crldays", "30"]
    if stale:
        times = ["-crl_lastupdate", "20200101000000Z",
                 "-crl_nextupdate", "20200201000000Z"]
    run("openssl", "ca", "-gencrl", "-config", ca_config(top, ca), "-out",
        top / f"ca/{ca}.crl", *times)


def make_certificates(top, realm):
    (top / "ca").mkdir()
    (top / "certs").mkdir()
    new_ca(top, "site", "/O=Quick Start/CN=Site CA")
    new_ca(top, "admins", "/O=Quick Start/CN=Admins CA")
    new_ca(top, "foreign", "/O=Elsewhere/CN=Foreign CA")
    new_ca(top, "twin", "/O=Quick Start/CN=Admins CA")
    new_certificate(top, "server", "site", EXTENSIONS["server"],
                    subject="/O=Quick Start/CN=localhost")
    new_certificate(top, "kdc", "site",
                    "basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\n"
                    "extendedKeyUsage=1.3.6.1.5.2.3.5\n"
                    "subjectAltName=otherName:"
                    + kerberos_name(realm, ["krbtgt", realm], 2))
    for user in USERS:
        new_certificate(top, user, extensions=client_extensions(realm, user))
    for ca in ("admins", "foreign", "twin"):
        write_crl(top, ca)


def client_extensions(realm, user):
    return ("basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\n"
            "extendedKeyUsage=clientAuth,1.3.6.1.5.2.3.4\n"
            "subjectAltName=otherName:" + kerberos_name(realm, [user], 1))


# ---- Tokens ----

def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def public_der(key):
    return run("openssl", "pkey", "-in", key, "-pubout", "-outform", "DER")


def jwk_of(key, kid, alg):
    jwk = {"kid": kid, "alg": alg, "use": "sig"}
    der = public_der(key)
    if alg.startswith(("RS", "PS")):
        modulus = run("openssl", "rsa", "-in", key, "-noout", "-modulus")
        number = bytes.fromhex(modulus.decode().split("=")[1].strip())
        return {**jwk, "kty": "RSA", "n": b64url(number),
                "e": b64url(b"\x01\x00\x01")}
    if alg == "ES256":
        return {**jwk, "kty": "EC", "crv": "P-256", "x": b64url(der[-64:-32]),
                "y": b64url(der[-32:])}
    return {**jwk, "kty": "OKP", "crv": "Ed25519", "x": b64url(der[-32:])}


KEYS = {"rsa": ("rsa2048", "RS256"), "ec": ("ec", "ES256"),
        "ed": ("ed", "EdDSA")}


def make_issuer(top):
    issuer = top / "issuer"
    issuer.mkdir()
    for name, (kind, _) in KEYS.items():
        new_key(issuer / f"{name}.pem", kind)
    new_key(issuer / "other.pem", "rsa2048")
    keys = [jwk_of(issuer / f"{name}.pem", f"{name}-1", alg)
            for name, (_, alg) in KEYS.items()]
    (issuer / "jwks.json").write_text(json.dumps({"keys": keys}, indent=1))


def raw_ecdsa(der):
    """SEQUENCE of two INTEGERs -> r || s, 32 bytes each."""
    def integer(at):
        size = der[at + 1]
        return der[at + 2:at + 2 + size].lstrip(b"\0"), at + 2 + size
    r, at = integer(2)
    s, _ = integer(at)
    return r.rjust(32, b"\0") + s.rjust(32, b"\0")


def sign_jws(top, alg, key, data):
    if alg.lower() == "none":
        return b""
    if alg == "HS256":  # the classic confusion: the public key as the secret
        return hmac.new(public_der(key), data, hashlib.sha256).digest()
    if alg == "EdDSA":
        path = top / "tmp.bin"
        path.write_bytes(data)
        signature = run("openssl", "pkeyutl", "-sign", "-rawin", "-inkey",
                        key, "-in", path)
        path.unlink()
        return signature
    padding = []
    if alg.startswith("PS"):
        padding = ["-sigopt", "rsa_padding_mode:pss", "-sigopt",
                   "rsa_pss_saltlen:digest"]
    signature = run("openssl", "dgst", f"-sha{alg[2:]}", *padding, "-sign",
                    key, input=data)
    return raw_ecdsa(signature) if alg.startswith("ES") else signature


def mint(top, options):
    now = int(time.time())
    default = {"RS256": "rsa", "ES256": "ec", "EdDSA": "ed"}
    name = default.get(options.alg, "rsa")
    header = {"alg": options.alg, "typ": "at+jwt",
              "kid": options.kid or f"{name}-1"}
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": options.sub,
              "iat": now, "exp": now + 3600, "auth_time": now,
              "jti": os.urandom(12).hex()}
    if options.amr:
        claims["amr"] = options.amr.split(",")
    for target, given in ((header, options.header), (claims, options.claim)):
        for item in given:
            key, _, value = item.partition("=")
            target[key] = json.loads(value)
    for key in options.drop:
        claims.pop(key, None)
        header.pop(key, None)
    signed = ".".join(b64url(json.dumps(part).encode())
                      for part in (header, claims))
    key = options.sign_with or top / f"issuer/{name}.pem"
    signature = sign_jws(top, options.alg, key, signed.encode())
    return f"{signed}.{b64url(signature)}"


# ---- Commands ----

def up(top, realm, second=None, preexec=None):
    top.mkdir(parents=True, exist_ok=True)
    top.chmod(0o700)
    ports = {realm: free_port()}
    env = {"REALM": realm, "KDC_PORT": ports[realm],
           "KRB5_CONFIG": f"{top}/krb5.conf", "ISSUER": ISSUER,
           "AUDIENCE": AUDIENCE}
    if second:
        ports[second] = free_port()
        env.update({"SECOND": second, "SECOND_PORT": ports[second]})
    (top / "env").write_text("".join(f"{k}={v}\n" for k, v in env.items()))
    make_certificates(top, realm)
    make_issuer(top)
    write_krb5_conf(top, ports)
    write_kdc_conf(top, top, realm, ports[realm])
    make_principals(top, realm)
    if second:
        make_second_realm(top, realm, second, ports[second])
    start_kdcs(top, preexec)
    for rest in top.glob("tmp*"):
        rest.unlink()


def run_command(top, realm, second, command):
    """Exit status of the command inside a realm of its own."""
    if (top / "env").exists():
        stop_kdcs(top)
        shutil.rmtree(top)
    up(top, realm, second, end_with_parent)
    try:
        return subprocess.run(command, env={
            **os.environ, **read_env(top), "REALM_DIR": str(top),
            "REALM_COMMAND": str(pathlib.Path(__file__).with_name("realm"))}).returncode
    finally:
        stop_kdcs(top)


def certificate(top, options):
    extensions = EXTENSIONS[options.eku]
    if options.user:
        extensions = client_extensions(read_env(top)["REALM"], options.user)
    for extension in options.extension:
        extensions += extension + "\n"
    return new_certificate(top, options.name, options.ca, extensions,
                           options.key, options.subject, options.expired,
                           options.digest)


def revoke(top, name):
    pem = top / f"certs/{name}.pem"
    issuer, _ = describe(pem)
    ca = next(c for c in ("admins", "foreign", "site")
              if describe(top / f"ca/{c}.pem")[0] == issuer)
    run("openssl", "ca", "-config", ca_config(top, ca), "-revoke", pem)
    write_crl(top, ca)


def read_arguments(words):
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)

    def verb(name, *words):
        sub = verbs.add_parser(name)
        sub.add_argument("dir", type=lambda p: pathlib.Path(p).resolve())
        for word in words:
            sub.add_argument(word)
        return sub

    for name in ("up", "run"):
        sub = verb(name)
        sub.add_argument("--realm", default="QUICKSTART.TEST")
        sub.add_argument("--second")
    sub.add_argument("command", nargs=argparse.REMAINDER)
    verb("down")
    verb("start")
    sub = verb("ticket", "user")
    sub.set_defaults(kind="password")
    for kind in ("pkinit", "armour", "otp"):
        sub.add_argument(f"--{kind}", dest="kind", action="store_const",
                         const=kind)
    sub.add_argument("--cache")
    sub.add_argument("--secret")
    verb("weak-ticket", "user")
    verb("weak-keytab")
    verb("rotate").add_argument("--forget-old", action="store_true")
    sub = verb("certificate", "name")
    sub.add_argument("--ca", default="admins")
    sub.add_argument("--eku", default="clientAuth", choices=EXTENSIONS)
    sub.add_argument("--key", default="ec")
    sub.add_argument("--subject")
    sub.add_argument("--user")
    sub.add_argument("--digest", default="sha256")
    sub.add_argument("--expired", action="store_true")
    sub.add_argument("--extension", action="append", default=[])
    sub = verb("service-ticket", "principal", "keytab")
    sub.add_argument("--for", dest="user")
    sub = verb("authority", "name")
    sub.add_argument("--ca", required=True)
    sub.add_argument("--subject", required=True)
    sub.add_argument("--ends")
    sub.add_argument("--without")
    sub.add_argument("--key", default="ec")
    verb("revoke", "name")
    sub = verb("crl")
    sub.add_argument("ca", nargs="?", default="admins")
    sub.add_argument("--stale", action="store_true")
    sub.add_argument("--ends")
    sub = verb("token")
    sub.add_argument("--sub", required=True)
    sub.add_argument("--amr")
    sub.add_argument("--alg", default="ES256")
    sub.add_argument("--kid")
    sub.add_argument("--sign-with", type=pathlib.Path)
    for many in ("--claim", "--header", "--drop"):
        sub.add_argument(many, action="append", default=[])
    return parser.parse_args(words)


def run_command_of(top, options):
    command = [word for word in options.command if word != "--"]
    sys.exit(run_command(top, options.realm, options.second, command))


VERBS = {
    "up": lambda top, o: up(top, o.realm, o.second),
    "start": lambda top, o: start_kdcs(top),
    "run": run_command_of,
    "down": lambda top, o: stop_kdcs(top),
    "rotate": lambda top, o: rotate_keytab(
        top, read_env(top)["REALM"], o.forget_old),
    "ticket": lambda top, o: ticket(top, o.user, o.kind, o.cache, o.secret),
    "weak-ticket": lambda top, o: weak_ticket(
        top, read_env(top)["REALM"], o.user),
    "weak-keytab": lambda top, o: weak_keytab(top, read_env(top)["REALM"]),
    "service-ticket": lambda top, o: service_ticket(
        top, o.principal, o.keytab, o.user),
    "certificate": lambda top, o: "\n".join(certificate(top, o)),
    "authority": lambda top, o: new_intermediate(top, o.name, o),
    "revoke": lambda top, o: revoke(top, o.name),
    "crl": lambda top, o: write_crl(top, o.ca, o.stale, o.ends),
    "token": mint,
}

# They leave no process, so that a test may do them within its own.
WITHIN = VERBS.keys() - {"up", "start", "run", "down"}


def do(words):
    """What the command prints, or None."""
    options = read_arguments(words)
    return VERBS[options.verb](options.dir, options)


def main():
    os.umask(0o077)
    said = do(sys.argv[1:])
    if said is not None:
        print(said)
