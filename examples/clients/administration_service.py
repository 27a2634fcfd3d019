#!/usr/bin/python3
"""The administration service by python3-requests: every collection, page by
page, and then one that is changed only if nobody changed it meanwhile.

    administration_service.py https://provider.example.com ca.pem [CERTIFICATE KEY]

Without a certificate it signs in by the Kerberos ticket that kinit got
(python3-requests-kerberos; Debian 12's binds none to the channel, so the
listener needs channel_binding: preferred).
"""

import sys

import requests


def sign_in(session, words):
    if words:
        session.cert = tuple(words)
    else:
        import requests_kerberos
        session.auth = requests_kerberos.HTTPKerberosAuth()


def all_of(session, address):
    """Follows the pages to their end."""
    while address:
        answer = session.get(address)
        answer.raise_for_status()
        page = answer.json()
        yield from page["value"]
        address = page.get("@odata.nextLink")


def main(provider, authority, *words):
    service = provider + "/AdminService/wmi/"
    with requests.Session() as session:
        session.trust_env = False
        session.verify = authority
        sign_in(session, words)
        for row in all_of(session, service + "SMS_Collection?$orderby=Name"):
            print(row["CollectionID"], row["Name"])

        made = session.post(service + "SMS_Collection", json={
            "Name": "Made by requests", "LimitToCollectionID": "SMS00001"})
        made.raise_for_status()
        place = service + "SMS_Collection/" + made.json()["CollectionID"]
        changed = session.patch(place, json={"Comment": "changed"}, headers={
            "If-Match": made.headers["ETag"]})
        changed.raise_for_status()
        late = session.patch(place, json={"Comment": "late"}, headers={
            "If-Match": made.headers["ETag"]})
        print(late.status_code, late.json()["error"]["message"])
        session.delete(place).raise_for_status()


main(*sys.argv[1:])
