"""A token issuer of our own: one RSA key, a key set, signed tokens.

Signing is arithmetic, so the standard library suffices; `openssl` makes the
key and shows its numbers.
"""

import base64
import hashlib
import json
import os
import re
import subprocess
import time

ISSUER = "https://login.judge.test/"
AUDIENCE = "api://smsprovider"
LIFETIME_S = 12 * 3600
SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number_bytes(number):
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def openssl(*args):
    done = subprocess.run(["openssl", *args], capture_output=True, check=True)
    return done.stdout


class Issuer:
    """Makes a key; writes its public half; signs."""

    def __init__(self, directory):
        key = directory / "issuer.pem"
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt",
                "rsa_keygen_bits:2048", "-out", str(key))
        self.read_numbers(openssl("rsa", "-in", str(key), "-noout", "-text"))
        key.unlink()

    def read_numbers(self, text):
        def number(label):
            found = re.search(rb"(?m)^" + label + rb":\n((?:\s+[0-9a-f:]+\n)+)",
                              text)
            return int(re.sub(rb"[^0-9a-f]", b"", found.group(1)), 16)

        self.modulus = number(b"modulus")
        self.primes = number(b"prime1"), number(b"prime2")
        self.exponents = number(b"exponent1"), number(b"exponent2")
        self.coefficient = number(b"coefficient")

    def key_set(self):
        return json.dumps({"keys": [{
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": "judge",
            "n": encode(number_bytes(self.modulus)), "e": "AQAB"}]})

    def sign(self, message):
        size = (self.modulus.bit_length() + 7) // 8
        digest = SHA256_PREFIX + hashlib.sha256(message).digest()
        padded = int.from_bytes(
            b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest,
            "big")
        (p, q), (dp, dq) = self.primes, self.exponents
        at_q = pow(padded % q, dq, q)
        at_p = pow(padded % p, dp, p)
        return (at_q + q * ((at_p - at_q) * self.coefficient % p)
                ).to_bytes(size, "big")

    def token(self, subject, groups=()):
        """An access token at level mfa."""
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "iat": now,
                  "exp": now + LIFETIME_S, "auth_time": now, "amr": ["mfa"],
                  "client_id": "judge", "jti": os.urandom(8).hex()}
        if groups:
            claims["groups"] = list(groups)
        header = {"alg": "RS256", "typ": "at+jwt", "kid": "judge"}
        signed = ".".join(encode(json.dumps(part).encode())
                          for part in (header, claims)).encode()
        return signed.decode() + "." + encode(self.sign(signed))
