"""Questions of a low user about what is hidden, and about what is not there.

(ii) Both must be answered alike, byte for byte, but for the name asked about.
(iv) What the provider decides must be what the model decides.
"""

import json
import re

import cast
from verdict import Violation
from model import COLLECTION, READ, READ_RESOURCE
from world import RpcError, many

ABSENT_COLLECTION, ABSENT_DEVICE, ABSENT_ROW = "P01FFFFE", 16799999, 16799998


def object_probes(collection, device, application, mine):
    """Calls that name a collection, a device or an application by key."""
    rule = {"class": "SMS_Collection", "key": mine,
            "method": "AddMembershipRule"}
    return [
        ("object.get", {"class": "SMS_Collection", "key": collection}),
        ("object.get", {"class": "SMS_R_System", "key": str(device)}),
        ("object.get", {"class": "SMS_Application", "key": str(application)}),
        ("object.delete", {"class": "SMS_Collection", "key": collection}),
        ("object.invoke", {**rule, "args": {"CollectionRule": {
            "IncludeCollectionID": collection}}}),
        ("object.invoke", {**rule, "args": {"CollectionRule": {
            "ResourceID": device}}}),
        ("object.create", {"class": "SMS_Collection", "properties": {
            "Name": "Probe", "LimitToCollectionID": collection}}),
        ("access.check", {"operation": "Read", "class": "SMS_Collection",
                          "key": collection}),
        ("access.explain", {"operation": "Read", "class": "SMS_Collection",
                            "key": collection}),
        ("access.who_can", {"operation": "Read", "class": "SMS_Collection",
                            "key": collection}),
    ]


def name_probes(base, name):
    """Policy files that name a collection."""
    texts = [
        f"collections:\n  - {{ name: {name}, limiting: Web Servers }}\n",
        f"collections:\n  - {{ name: Probe, limiting: Web Servers,"
        f" include: [{name}] }}\n",
        f"tests:\n  - {{ user: {cast.user('mallory')}, cannot: Read,"
        f" class: SMS_Collection, key: {name} }}\n"]
    for text in texts:
        yield "policy.plan", {"files": {
            "site.yaml": base, "more.yaml": "version: 1\n" + text}}


def neutral(answer, names):
    text = json.dumps(answer, sort_keys=True)
    text = re.sub(r'"(id|decision)": ?"?\d+"?', r'"\1": 0', text)
    text = re.sub(r'"request": ?"[0-9A-F-]+"', '"request": ""', text)
    text = re.sub(r'"(\w*digest)": "[0-9a-f]+"', r'"\1": ""', text)
    for name in names:
        if name:
            text = text.replace(str(name), "<name>")
    return text


def differences(one, other):
    """Where two answers differ, and a little around it."""
    at = next((i for i, (a, b) in enumerate(zip(one, other)) if a != b),
              min(len(one), len(other)))
    return (f"...{one[max(0, at - 60):at + 120]}... and for what is not "
            f"there ...{other[max(0, at - 60):at + 120]}...")


class Hidden:
    """A collection, a device and an application that somebody may not read,
    as the model says."""

    def __init__(self, model, abilities, secret):
        facts = model.facts
        self.collection = next(
            (c for c in facts.collections.values() if c.name == secret), None)
        self.device = next(
            (row for row, name in facts.devices.items() if name == "pay-2"), 0)
        self.application = next((row for (kind, row) in facts.objects
                                 if kind == 31), 0)
        self.is_hidden = bool(
            self.collection and
            not abilities.has((COLLECTION, self.collection.row), READ) and
            not abilities.has(("device", self.device), READ_RESOURCE))
        self.sees_application = abilities.has((31, self.application), READ)


def pairs(base, hidden, absent_name, mine):
    application = ABSENT_ROW if hidden.sees_application \
        else hidden.application
    there = object_probes(hidden.collection.key, hidden.device, application,
                          mine)
    gone = object_probes(ABSENT_COLLECTION, ABSENT_DEVICE, ABSENT_ROW, mine)
    there += name_probes(base, hidden.collection.name)
    gone += name_probes(base, absent_name)
    return list(zip(there, gone))


def check_hidden(world, model, evidence, secret, absent_name, mine):
    """Asks as somebody; violations where the answers differ."""
    hidden = Hidden(model, model.abilities(evidence), secret)
    if not hidden.is_hidden or not model.name_of(evidence):
        return []
    asked = pairs(world.base_text, hidden, absent_name, mine)
    rpc = world.seat(evidence)
    there = many(rpc, [pair[0] for pair in asked])
    gone = many(rpc, [pair[1] for pair in asked])
    names = (hidden.collection.key, hidden.collection.name, hidden.device,
             hidden.application)
    absents = (ABSENT_COLLECTION, absent_name, ABSENT_DEVICE, ABSENT_ROW)
    found = []
    for (call, _), one, other in zip(asked, there, gone):
        one, other = neutral(one, names), neutral(other, absents)
        if one != other:
            found.append(Violation("told", f"{describe(call)} is answered "
                                   f"{differences(one, other)}"))
    return found + check_leaks(world, model, evidence, hidden)


def describe(call):
    """The call, a policy file by what was added to it."""
    method, params = call
    files_ = params.get("files", {})
    return f"{method} {files_.get('more.yaml', params)!r}"


# ---- Answers that name what is hidden ----

def leak_probes(base, hidden):
    """Calls whose answers may name devices that are hidden."""
    yield "policy.export", {}
    yield "policy.export", {"all": True}
    yield "policy.export", {"version": 1}
    yield "policy.history", {}
    yield "policy.plan", {"files": {
        "site.yaml": base, "more.yaml": "version: 1\ncollections:\n  - { name:"
        f" {hidden.collection.name}, limiting: All Systems }}\n"}}
    yield "object.list", {"class": "SMS_Collection", "properties": [
        "Name", "CollectionRules"]}


def check_leaks(world, model, evidence, hidden):
    name = model.facts.devices[hidden.device]
    asked = list(leak_probes(world.base_text, hidden))
    answers = many(world.seat(evidence), asked)
    return [Violation("told", f"{describe(call)} names the hidden device "
                      f"{name}: {around(json.dumps(answer), name)}")
            for call, answer in zip(asked, answers)
            if name in json.dumps(answer)]


def around(text, name):
    at = text.index(name)
    return text[max(0, at - 100):at + 60]


# ---- (iv) ----

OPERATIONS = {COLLECTION: ("SMS_Collection", {
    "Read": 0, "Modify": 1, "Delete": 2, "Read Resource": 12,
    "Deploy Applications": 20}),
    31: ("SMS_Application", {"Read": 0, "Modify": 1, "Set Security Scope": 4})}


def questions(model, rng, n):
    for _ in range(n):
        kind = rng.choice(list(OPERATIONS))
        name, operations = OPERATIONS[kind]
        operation = rng.choice(list(operations))
        rows = list(model.facts.collections) if kind == COLLECTION else \
            [row for of, row in model.facts.objects if of == kind]
        if not rows:
            continue
        row = rng.choice(rows)
        key = model.facts.collections[row].key if kind == COLLECTION \
            else str(row)
        yield (kind, row), 1 << operations[operation], {
            "operation": operation, "class": name, "key": key}


def signs_in_as(model, evidence):
    """The user and the records that a sign-in must come to."""
    name = model.name_of(evidence)
    return name and (name, sorted(
        record.name for record in model.all_records_of(evidence)))


def check_sign_ins(world, before, after):
    """New sign-ins after a change give the users that the model says, with the
    records that it says."""
    found = []
    for person in cast.OUTSIDERS:
        for evidence in cast.EVIDENCE[person]:
            expected = signs_in_as(after, evidence)
            if evidence.kind == "kerberos" or \
                    expected == signs_in_as(before, evidence):
                continue
            found += check_old_session(world, after, evidence)
            world.leave(evidence)
            told = told_by(world, evidence) if expected else None
            if told != expected:
                found.append(Violation(
                    "sign-in", f"{cast.subject_of(evidence)} signs in as "
                    f"{told}, the model says {expected}"))
    return found


def check_old_session(world, model, evidence):
    """A session that was there before can do no more than its evidence."""
    if evidence not in world.seats:
        return []
    checks = [(("device", device), 1 << 20, {
        "operation": "Deploy Applications", "class": "SMS_R_System",
        "key": str(device)}) for device in model.facts.devices]
    answer = many(world.seats[evidence], [("access.check", {
        "checks": [question for _, _, question in checks]})])[0]
    abilities = model.abilities(evidence)
    return [Violation("sign-in", f"the open session of "
                      f"{cast.subject_of(evidence)} may still {question}")
            for (what, mask, question), told in zip(
                checks, answer.get("result", ()))
            if told["allowed"] and not abilities.has(what, mask)]


def told_by(world, evidence):
    try:
        me = world.seat(evidence).call("session.whoami")
    except RpcError as error:
        return error.message
    return me["user"], sorted(plain(name) for name in me["administrators"])


def plain(record):
    """A group from outside may be told with its source."""
    return record if isinstance(record, str) else record["name"]


def check_decisions(world, model, evidence, rng):
    """The provider's own answers to what one may do, against the model's."""
    if not model.name_of(evidence) or evidence.kind == "kerberos":
        return []
    asked = list(questions(model, rng, 6))
    answers = world.seat(evidence).call(
        "access.check", {"checks": [question for _, _, question in asked]})
    abilities = model.abilities(evidence)
    return [Violation("decision", f"{cast.subject_of(evidence)} {question}: "
                      f"the provider says {answer}, the model "
                      f"{abilities.has(what, mask)}")
            for (what, mask, question), answer in zip(asked, answers)
            if answer["allowed"] != abilities.has(what, mask) and not
            is_guarded(answer)]


def is_guarded(answer):
    """Held, but not to be done to this object, such as what is built in."""
    return answer["code"].startswith("guard-")
