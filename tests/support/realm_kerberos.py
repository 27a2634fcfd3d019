"""The Kerberos side of a throwaway realm (see realm): KDCs and tickets."""

import ctypes
import os
import pathlib
import secrets
import signal
import socket
import subprocess
import sys
import time

USERS = ["alice", "bob", "carol", "dave"]
READY_S = 20


def run(*args, **options):
    """Output of a command that must succeed."""
    done = subprocess.run([str(a) for a in args], capture_output=True,
                          umask=0o077, **{"input": b"", **options})
    if done.returncode != 0:
        sys.exit(f"realm: {' '.join(map(str, args))} failed:\n"
                 + done.stderr.decode(errors="replace"))
    return done.stdout


def read_env(top):
    lines = (top / "env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


# ---- Files ----

def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def write_krb5_conf(top, ports):
    """ports: realm -> port of its KDC; the first realm is the default."""
    realms = "".join(f"""    {realm} = {{
        kdc = 127.0.0.1:{port}
        pkinit_anchors = FILE:{top}/ca/site.pem
        pkinit_anchors = FILE:{top}/ca/admins.pem
    }}
""" for realm, port in ports.items())
    first = next(iter(ports))
    (top / "krb5.conf").write_text(f"""[libdefaults]
    default_realm = {first}
    dns_lookup_kdc = false
    dns_lookup_realm = false
    dns_canonicalize_hostname = false
    rdns = false
    udp_preference_limit = 1
    forwardable = true
    default_ccache_name = FILE:{top}/cc/default
[realms]
{realms}[domain_realm]
    localhost = {first}
""")


def write_kdc_conf(top, home, realm, port):
    """home: where this KDC lives; top: where the certificates are."""
    (home / "kdc.conf").write_text(f"""[libdefaults]
    allow_rc4 = true
[kdcdefaults]
    kdc_listen = 127.0.0.1:{port}
    kdc_tcp_listen = 127.0.0.1:{port}
[realms]
    {realm} = {{
        database_name = {home}/kdc/principal
        key_stash_file = {home}/kdc/stash
        acl_file = {home}/kdc/acl
        max_life = 10h
        supported_enctypes = aes256-cts-hmac-sha1-96:normal
        default_principal_flags = +preauth
        pkinit_identity = FILE:{top}/certs/kdc.pem,{top}/certs/kdc.key
        pkinit_anchors = FILE:{top}/ca/admins.pem
        pkinit_anchors = FILE:{top}/ca/site.pem
        pkinit_indicator = pkinit
        encrypted_challenge_indicator = hardened
    }}
[otp]
    code = {{
        server = {home}/kdc/otp
        timeout = 10
        retries = 1
        strip_realm = true
        indicator = otp
    }}
[logging]
    kdc = FILE:{home}/kdc/log
""")


# ---- Principals ----

def krb5_env(top, home=None):
    return {**os.environ,
            "KRB5_CONFIG": str(top / "krb5.conf"),
            "KRB5_KDC_PROFILE": str((home or top) / "kdc.conf"),
            "KRB5_TRACE": ""}


def kadmin(top, home, realm, lines):
    return run("kadmin.local", "-r", realm, env=krb5_env(top, home),
               input="\n".join(lines).encode() + b"\n")


def make_database(top, home, realm, users):
    (home / "kdc").mkdir(mode=0o700)
    (home / "kdc/acl").touch()
    run("kdb5_util", "-r", realm, "create", "-s", "-P", "masterpw",
        env=krb5_env(top, home))
    kadmin(top, home, realm,
           [f"addprinc -pw {user}-password {user}" for user in users])


def make_principals(top, realm):
    (top / "cc").mkdir(mode=0o700)
    make_database(top, top, realm, USERS)
    kadmin(top, top, realm,
           [f"addprinc -randkey {service}/localhost"
            for service in ("smsprovider", "host", "HTTP")]
           + [f"ktadd -k {top}/provider.keytab smsprovider/localhost "
              "host/localhost HTTP/localhost",
              f"ktadd -k {top}/host.keytab host/localhost"])
    os.chmod(top / "provider.keytab", 0o600)
    # A user of their own for codes: where one may be asked for, all else is
    # refused.
    kadmin(top, top, realm, ["addprinc -randkey otto"])
    run("kadmin.local", "-r", realm, "setstr", "otto", "otp",
        '[{"type":"code"}]', env=krb5_env(top))


def make_second_realm(top, first, second, port):
    """A realm that the first trusts, and that trusts it."""
    home = top / "second"
    home.mkdir(mode=0o700)
    write_kdc_conf(top, home, second, port)
    make_database(top, home, second, ["alice", "mallory"])
    shared = secrets.token_hex(16)
    trust = [f"addprinc -pw {shared} krbtgt/{a}@{b}"
             for a, b in ((first, second), (second, first))]
    kadmin(top, top, first, trust)
    kadmin(top, home, second, trust)


def rotate_keytab(top, realm, forget):
    """New key: first into the keytab, then into the KDC, so that at no time
    there is a ticket that the keytab cannot open. The old one stays, unless
    it is to be forgotten."""
    principal, keytab = f"smsprovider/localhost@{realm}", "provider.keytab"
    listed = run("klist", "-k", top / keytab).decode().splitlines()
    newest = max(int(line.split()[0]) for line in listed if principal in line)
    password = secrets.token_hex(16)
    run("ktutil", env=krb5_env(top), input=(
        f"addent -password -p {principal} -k {newest + 1} "
        f"-e aes256-cts-hmac-sha1-96\n{password}\n"
        f"wkt {top}/{keytab}\nquit\n").encode())
    kadmin(top, top, realm, [f"cpw -keepold -pw {password} {principal}"])
    if forget:
        kadmin(top, top, realm,
               [f"ktremove -k {top}/{keytab} {principal} old"])
    return newest + 1


# ---- Processes ----

def end_with_parent():
    """The child gets SIGTERM when its parent ends, however that ends."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def spawn(home, name, command, env, preexec):
    child = subprocess.Popen(
        command, env=env, stdin=subprocess.DEVNULL,
        stdout=open(home / f"kdc/{name}.out", "ab"),
        stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=preexec)
    (home / f"kdc/{name}.pid").write_text(str(child.pid))
    return child


def start_kdc(top, home, realm, port, preexec=None):
    otp = pathlib.Path(__file__).resolve().parent / "realm_otp"
    spawn(home, "otp", [sys.executable, otp, home / "kdc/otp"], None, preexec)
    kdc = spawn(home, "krb5kdc", ["krb5kdc", "-n", "-r", realm],
                krb5_env(top, home), preexec)
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if kdc.poll() is not None:
                break
            time.sleep(0.01)  # nothing announces a listening KDC
    sys.exit("realm: the KDC does not answer:\n"
             + (home / "kdc/log").read_text()[-2000:])


def start_kdcs(top, preexec=None):
    env = read_env(top)
    start_kdc(top, top, env["REALM"], int(env["KDC_PORT"]), preexec)
    if "SECOND" in env:
        start_kdc(top, top / "second", env["SECOND"],
                  int(env["SECOND_PORT"]), preexec)


def stop_kdcs(top):
    for home in (top, top / "second"):
        for path in home.glob("kdc/*.pid"):
            stop_process(int(path.read_text()), path.stem.encode())
            path.unlink()


def stop_process(pid, name):
    try:
        if name in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGTERM)
    except (FileNotFoundError, ProcessLookupError):
        pass


# ---- Tickets ----

def armour(top):
    """A ticket of a host, in which a user's sign-in is wrapped (FAST)."""
    cache = f"FILE:{top}/cc/armour"
    run("kinit", "-c", cache, "-k", "-t", top / "host.keytab",
        "host/localhost", env=krb5_env(top))
    return cache


def ticket(top, user, kind, cache, secret):
    """kind: password, pkinit, armour (an encrypted challenge), otp; secret:
    what is typed instead of the right one."""
    name = user.replace("@", "-") + ("" if kind == "password" else f"-{kind}")
    cache = cache or f"FILE:{top}/cc/{name}"
    args = ["kinit", "-c", cache]
    plain = user.split("@")[0]
    text = f"{plain}-password\n".encode()
    if kind == "pkinit":
        args += ["-X", f"X509_user_identity=FILE:{top}/certs/{plain}.pem,"
                 f"{top}/certs/{plain}.key"]
        text = b""
    elif kind == "armour":
        args += ["-T", armour(top)]
    elif kind == "otp":
        args += ["-T", armour(top)]
        text = f"{plain}-code\n".encode()
    if secret:
        text = f"{secret}\n".encode()
    run(*args, user, env=krb5_env(top), input=text, timeout=30)
    return cache


def weak_ticket(top, realm, user):
    """One whose session key is of RC4, which this KDC gives on
    request; weak.conf makes a library that reads it take such keys too."""
    weak = top / "weak.conf"
    weak.write_text("[libdefaults]\n    allow_rc4 = true\n")
    env = krb5_env(top)
    cache = ticket(top, user, "password", f"FILE:{top}/cc/{user}-weak", None)
    run("kadmin.local", "-r", realm, "setstr", "smsprovider/localhost",
        "session_enctypes", "aes256-cts-hmac-sha1-96 arcfour-hmac", env=env)
    run("kvno", "-c", cache, "-e", "arcfour-hmac", "smsprovider/localhost",
        env={**env, "KRB5_CONFIG": f"{top}/krb5.conf:{weak}"})
    return cache


def weak_keytab(top, realm):
    """The keytab of the service with a key of RC4 beside its own."""
    path = top / "weak.keytab"
    path.write_bytes((top / "provider.keytab").read_bytes())
    path.chmod(0o600)
    run("ktutil", env=krb5_env(top), input=(
        f"addent -password -p smsprovider/localhost@{realm} -k 1 "
        f"-e arcfour-hmac\nsecret\nwkt {path}\nquit\n").encode())
    return path


def service_ticket(top, principal, keytab, user):
    cache = f"FILE:{top}/cc/{principal.replace('/', '-')}"
    env = krb5_env(top)
    run("kinit", "-c", cache, "-k", "-t", top / keytab, principal, env=env)
    if not user:
        return cache
    out = f"FILE:{top}/cc/{user}-by-service"
    run("kvno", "-c", cache, "-U", user, "--out-cache", out, principal,
        env=env)
    return out
