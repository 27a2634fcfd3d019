"""The people of every sequence, and what each can sign in with.

Who somebody is outside never changes; as whom the provider takes them does,
with every record, identity and group.
"""

from issuer import ISSUER
from model import Evidence

REALM = "JUDGE.EXAMPLE"
PEOPLE = ("judge", "alice", "mallory", "eve", "bob", "carol", "dan")
ACCOUNTS = PEOPLE + ("zed",)  # zed is an account that nobody uses
# Groups of the host's accounts, of the site's files, and of a token's claim.
HOST_GROUPS = {"hostadmins": ["bob"], "helpdesk": ["eve", "dan"]}
SITE_GROUPS = {"siteadmins": ["carol"], "webteam": ["eve"]}
TOKEN_GROUPS = {"eve-groups": ["tokadmins", "hostadmins"]}
SOURCES = {**dict.fromkeys(HOST_GROUPS, "host"),
           **dict.fromkeys([*SITE_GROUPS, "crew"], "site"),
           "tokadmins": ISSUER}  # crew: declared by acts alone
DOMAIN, MFA = 0, 20


def user(name):
    return f"{name}@{REALM}"


def token_value(subject):
    return f"{ISSUER} {subject}"


def token(person, subject, groups=()):
    return Evidence(person, "token", token_value(subject), tuple(groups), MFA)


def kerberos(person):
    return Evidence(person, "kerberos", user(person), (), DOMAIN)


SUBJECTS = {
    "judge": ["judge"], "alice": ["alice"],
    "mallory": ["mallory", "mallory-2", "mallory-3"],
    "eve": ["eve", "eve-2", "eve-groups"],
    "bob": ["bob"], "carol": ["carol"], "dan": ["dan"],
}
EVIDENCE = {
    person: [token(person, subject, TOKEN_GROUPS.get(subject, ()))
             for subject in SUBJECTS[person]] + [kerberos(person)]
    for person in PEOPLE}
HOSTS = {user(name): {group for group, members in HOST_GROUPS.items()
                      if name in members} | {"users"} for name in ACCOUNTS}
OUTSIDERS = PEOPLE[2:]


def subject_of(evidence):
    return evidence.value.split(" ", 1)[1]
