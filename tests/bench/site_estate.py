"""An estate of many devices and collections, made through the front door."""

import json
import random

ALL = "SMS00001"
SITES = [f"Site {n:03}" for n in range(200)]
BATCH = 2000  # rows of an import, at most: within a mebibyte


def device_rows(first, count):
    """Rows as JSON, so that making them costs the measurement nothing."""
    rng = random.Random(first)
    rows = []
    for n in range(first, first + count):
        rows.append(json.dumps({
            "Name": f"PC-{n:07}", "NetbiosName": f"PC-{n:07}",
            "SMSUniqueIdentifier": f"GUID:{n:032X}",
            "ResourceDomainORWorkgroup": "NORWICK",
            "OperatingSystemNameandVersion":
                f"Microsoft Windows NT Workstation 10.{n % 3}",
            "Client": n % 20 and 1, "Active": n % 10 and 1, "Obsolete": 0,
            "ADSiteName": rng.choice(SITES),
            "LastLogonUserName": f"user{n % 5000:04}",
            "MACAddresses": [f"00:15:5D:{n >> 16 & 255:02X}:"
                             f"{n >> 8 & 255:02X}:{n & 255:02X}"],
            "IPAddresses": [f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"],
            "SystemOUName": [f"NORWICK/OU{n % 300}"]}))
    return rows


def inventory_rows(keys, each):
    return [json.dumps({"ResourceID": key, "DeviceID": f"{letter}:",
                        "Size": 100000, "FreeSpace": key % 100000})
            for key in keys for letter in "CDEFGHIJKL"[:each]]


def import_rows(rpc, class_name, key, rows):
    """Until all are taken; a refused row ends the benchmark. The provider takes
    as many of a batch as it has time for: hardly more are sent next time. As
    smsctl does, one batch is sent behind the one that is being stored."""
    named = f'"key":{json.dumps(key)},' if key else ""
    at, size, number, n_sent = 0, BATCH, 0, []

    def send_next():
        nonlocal number
        first = at + sum(n_sent)
        part = rows[first:first + size]
        if not part:
            return
        after = f'"after":{number},' if n_sent else ""
        number += 1
        rpc.send((f'{{"jsonrpc":"2.0","id":1,"method":"object.import",'
                  f'"params":{{"class":"{class_name}",{named}{after}'
                  f'"batch":{number},"rows":[{",".join(part)}]}}}}\n').encode())
        n_sent.append(len(part))

    while at < len(rows):
        while len(n_sent) < 2 and at + sum(n_sent) < len(rows):
            send_next()
        answer = rpc.answer()
        assert not answer.get("result", {"errors": answer})["errors"], answer
        taken = answer["result"]["taken"]
        at += taken
        if taken < n_sent.pop(0):
            for _ in n_sent:
                assert rpc.answer()["result"]["taken"] == 0
            n_sent.clear()
            size = max(32, taken - taken // 8)
        else:
            size = min(BATCH, size + size // 64 + 1)


# ---- Collections ----

def batch(rpc, calls):
    """Many calls in one line; the results in order."""
    results = []
    for first in range(0, len(calls), 20):
        part = calls[first:first + 20]
        rpc.send(json.dumps([
            {"jsonrpc": "2.0", "id": n, "method": method, "params": params}
            for n, (method, params) in enumerate(part)]).encode() + b"\n")
        answers = {answer["id"]: answer for answer in rpc.answer()}
        for n in range(len(part)):
            assert "result" in answers[n], (part[n], answers[n])
            results.append(answers[n]["result"])
    return results


def make_level(rpc, names, limits, level):
    rng = random.Random(level)
    made = batch(rpc, [("object.create", {
        "class": "SMS_Collection", "properties": {
            "Name": name, "RefreshType": rng.choice([2, 4, 4, 6]),
            "LimitToCollectionID": rng.choice(limits)}}) for name in names])
    return [one["CollectionID"] for one in made]


def rule(rng, key, others, devices):
    """Six of ten are queries, as on sites."""
    roll = rng.random()
    if roll < 0.6:
        return {"QueryExpression":
                "select * from SMS_R_System where " + rng.choice([
                    f"ADSiteName = '{rng.choice(SITES)}'",
                    f"Name like 'PC-{rng.randrange(1000):04}%'",
                    f"SystemOUName = 'NORWICK/OU{rng.randrange(300)}'",
                    f"LastLogonUserName = 'user{rng.randrange(5000):04}' "
                    "and Client = 1"])}
    if roll < 0.8:
        return {"ResourceID": rng.choice(devices)}
    kind = "Include" if roll < 0.93 else "Exclude"
    return {f"{kind}CollectionID": rng.choice(others)} if others else \
        {"ResourceID": rng.choice(devices)}


def make_collections(rpc, count, devices):
    """Four deep, each with two rules; all keys, level by level."""
    levels, keys = [[ALL]], []
    shares = [0.01, 0.04, 0.35]
    sizes = [int(count * share) for share in shares]
    sizes.append(count - sum(sizes))
    rng = random.Random(count)
    for level, size in enumerate(sizes):
        names = [f"Collection {level}.{n}" for n in range(size)]
        made = make_level(rpc, names, levels[-1] or [ALL], level)
        batch(rpc, [("object.invoke", {
            "class": "SMS_Collection", "key": key,
            "method": "AddMembershipRule", "args": {"CollectionRule": {
                "RuleName": "r", **(first if n == 0 else
                                    rule(rng, key, keys, devices))}}})
            for key in made for n, first in
            ((0, first_rule(rng, level)), (1, None))])
        levels.append(made or levels[-1])
        keys += made
    return keys


def first_rule(rng, level):
    """The upper levels are few and hold much, so that the lower ones can."""
    third = "OperatingSystemNameandVersion like " \
        f"'% 10.{rng.randrange(3)}'"
    tail = ["", f" where {third}"][level] if level < 2 else \
        f" where ADSiteName = '{rng.choice(SITES)}'"
    return {"QueryExpression": "select * from SMS_R_System" + tail}
