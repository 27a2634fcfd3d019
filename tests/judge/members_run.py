"""Sequences of acts on one site, and what is seen of members after each.

Doors that must agree: the rows of SMS_FullCollectionMembership, MemberCount,
SMS_CM_RES_COLL_<id>, what a delegate on the collection lists, counts and gets
of SMS_R_System, and access.check with access.explain for a device.
"""

import os
import random

from members_acts import Chooser, do, is_possible, policy_text, send, words
from members_model import ALL, Model
from site_under_test import RpcError, Site

LEFT_OUT = 400  # tries of the shrinker
DELLA = "della"
MUTANTS = ["m1-no-limit", "m2-nobody-follows", "m3-nobody-wakes",
           "m4-named-later", "m5-first-unasked", "m6-deaf", "m7-only-more",
           "m8-no-labels", "k1-before-forgotten"]


class Violation(Exception):
    """Members, or an answer, are not as the model has them."""


def differ(door, collection, got, wanted):
    if got == wanted:
        return
    if isinstance(got, list) and len(got) + len(wanted) > 40:
        raise Violation(f"{door} of {collection}: too many are "
                        f"{sorted(set(got) - set(wanted))[:9]}, missing are "
                        f"{sorted(set(wanted) - set(got))[:9]}")
    raise Violation(f"{door} of {collection}: {got!r}, not {wanted!r}")


class Bench:
    """A site on which sequences run one after the other."""

    def __init__(self, mutant=None):
        self.mutant = mutant
        self.n_looks = 0
        self.site = None
        self.is_spoilt = False

    def __enter__(self):
        self.open()
        return self

    def __exit__(self, *_):
        self.close()

    def open(self):
        if self.mutant:
            os.environ["SMS_MUTANT"] = self.mutant
        self.site = Site().__enter__()
        self.site.start()
        self.alice = self.site.connect("alice")
        self.reset()
        self.seat_della()

    def close(self):
        for rpc in (self.alice, self.della):
            rpc.close()
        site, self.site = self.site, None
        site.__exit__(None, None, None)
        os.environ.pop("SMS_MUTANT", None)

    def begin(self):
        """A site after a violation is not one to go on with."""
        if self.is_spoilt:
            self.close()
            self.open()
        self.reset()

    def reset(self):
        self.is_spoilt = False
        self.keys = {ALL: ALL}
        self.queries = {}

    def call(self, method, params):
        return self.alice.call(method, params)

    # -- The delegate --

    def seat_della(self):
        roles = {item["RoleName"]: item["RoleID"] for item in self.call(
            "object.list", {"class": "SMS_Role", "limit": 100})["items"]}
        self.role = roles["Read-only Analyst"]
        self.della_at = ALL
        self.admin = str(self.call("object.create", {
            "class": "SMS_Admin", "properties": {
                "LogonName": self.site.user(DELLA),
                "Permissions": self.permissions(ALL),
                "Identities": [{"Kind": "token", "Value":
                                f"{self.site.env['ISSUER']} {DELLA}"}]}})
            ["AdminID"])
        self.della = self.site.dial()
        self.della.sign_in_with_token(self.site.token(DELLA))

    def permissions(self, key):
        return [{"RoleID": self.role, "CategoryID": "SMS00UNA"},
                {"RoleID": self.role, "CategoryID": key, "CategoryTypeID": 1}]

    def move_della(self, name):
        if self.della_at == name:
            return
        self.call("object.update", {
            "class": "SMS_Admin", "key": self.admin, "properties": {
                "Permissions": self.permissions(self.keys[name])}})
        self.della_at = name

    def leave(self, name):
        if self.della_at == name:
            self.move_della(ALL)

    # -- Files --

    def declare(self, declared):
        text = self.site.policy_text() + policy_text(declared)
        self.call("policy.apply", {"files": {"site.yaml": text}})
        for name in declared:
            self.keys[name] = self.call("object.list", {
                "class": "SMS_Collection",
                "filter": f"Name = '{name}'"})["items"][0]["CollectionID"]

    # -- A sequence --

    def judge_seed(self, seed, n_acts):
        """What was wrong: (acts, words), or None."""
        rng = random.Random(seed)
        chooser = Chooser(rng, Model())
        acts = []
        for _ in range(n_acts):
            act = chooser.next()
            if is_possible(chooser.model, act):
                do(chooser.model, act)
                acts.append(act)
        why = self.run(acts)
        return (acts, why) if why else None

    def run(self, acts, is_thorough=False):
        """Why the acts show a violation, or None."""
        model = Model()
        self.begin()
        try:
            for number, act in enumerate(acts):
                if is_possible(model, act):
                    self.take(model, act)
                    self.look(model, None if is_thorough else number)
        except Violation as violation:
            self.is_spoilt = True
            return f"after {words(act)}: {violation}"
        self.clean(model)
        return None

    def take(self, model, act):
        is_allowed = do(model, act)
        try:
            send(self, act)
        except RpcError as error:
            if is_allowed:
                raise Violation(f"it is refused: {error}") from error
            return
        if not is_allowed:
            raise Violation("it is not refused")

    def clean(self, model):
        """Everything goes, in an order that is allowed."""
        self.move_della(ALL)
        names = [name for name, collection in model.collections.items()
                 if not collection.is_declared]
        while names:
            free = [name for name in names if not model.is_used(name)]
            for name in free:
                self.take(model, ("drop", name))
            names = [name for name in names if name not in free]
        if model.collections:
            self.declare({})
        for name in list(model.devices):
            self.take(model, ("gone", name))

    # -- Looking --

    def look(self, model, number):
        members = model.members()
        self.look_at_all(model, members)
        names = sorted(members)
        chosen = names if number is None else [names[number % len(names)]]
        for name in chosen:
            self.look_at_one(model, name, members[name])
        if number is None or number % 4 == 0:
            self.look_as_della(model, names[-1] if number is None else
                               names[number // 4 % len(names)], members)

    def names_of(self, model, keys):
        known = {self.keys[name]: name for name in model.devices}
        return sorted(known.get(str(key), str(key)) for key in keys)

    def list_all(self, rpc, params, size=37):
        items, after = [], {}
        while True:
            page = rpc.call("object.list", {**params, "limit": size, **after})
            items += page["items"]
            if not page.get("next"):
                return items
            after = {"after": page["next"]}

    def look_at_all(self, model, members, size=37):
        held = {}
        for item in self.list_all(self.alice, {
                "class": "SMS_FullCollectionMembership"}, size):
            held.setdefault(item["CollectionID"], []).append(item)
        counts = {item["CollectionID"]: item["MemberCount"]
                  for item in self.list_all(self.alice, {
                      "class": "SMS_Collection"})}
        for name, wanted in members.items():
            rows = held.get(self.keys[name], [])
            differ("members", name, self.names_of(
                model, (row["ResourceID"] for row in rows)), sorted(wanted))
            differ("MemberCount", name, counts[self.keys[name]], len(wanted))
            self.n_looks += 1
            if name == ALL:
                continue
            differ("IsDirect", name, self.names_of(
                model, (row["ResourceID"] for row in rows
                        if row["IsDirect"])),
                   sorted(wanted & model.direct(name)))

    def look_at_one(self, model, name, wanted):
        key = self.keys[name]
        found = self.call("query.run", {
            "wql": f"select ResourceID from SMS_CM_RES_COLL_{key}",
            "limit": 10000})["items"]
        differ("SMS_CM_RES_COLL", name, self.names_of(
            model, (item["ResourceID"] for item in found)), sorted(wanted))
        counted = self.call("object.list", {
            "class": "SMS_FullCollectionMembership", "count": True,
            "limit": 1, "filter": f"CollectionID = '{key}'"})
        differ("count of members", name, counted["count"], len(wanted))

    def look_as_della(self, model, name, members):
        self.move_della(name)
        wanted = sorted(members[name])
        listed = self.della.call("object.list", {
            "class": "SMS_R_System", "count": True, "limit": 1000})
        differ("a delegate's list", name, self.names_of(
            model, (item["ResourceID"] for item in listed["items"])), wanted)
        differ("a delegate's count", name, listed["count"], len(wanted))
        found = self.della.call("query.run", {
            "wql": "select ResourceID from SMS_R_System"})["items"]
        differ("a delegate's query", name, self.names_of(
            model, (item["ResourceID"] for item in found)), wanted)
        for device in model.devices:
            self.look_at_device(name, device, device in members[name])

    def look_at_device(self, name, device, is_member):
        key = {"class": "SMS_R_System", "key": self.keys[device]}
        try:
            self.della.call("object.get", key)
            differ("a delegate's get", name, device, is_member and device)
        except RpcError as error:
            differ("a delegate's get", name, not is_member and device, device)
            differ("a delegate's refusal", name, error.reason, "not_found")
        act = {"operation": "Read Resource", "user": self.site.user(DELLA),
               **key}
        checked = self.call("access.check", act)
        differ(f"access.check {device}", name, checked["allowed"], is_member)
        explained = self.call("access.explain", act)
        differ(f"access.explain {device}", name,
               explained["allowed"], is_member)

    # -- Shrinking --

    def tell(self, seed, failure):
        acts, why = self.shorten(*failure)
        print(f"# seed {seed}: {why}")
        for act in acts:
            print(f"#   {words(act)}")
        for act in acts:
            print(f"#   {act!r}")

    def shorten(self, acts, why):
        """Half of them left out, then a quarter, then each alone."""
        tries, size = 0, max(1, len(acts) // 2)
        while tries < LEFT_OUT:
            at, before = len(acts) - size, len(acts)
            while at > -size and tries < LEFT_OUT:
                at_least = max(at, 0)
                shorter = acts[:at_least] + acts[at_least + size:]
                tries += 1
                again = self.run(shorter, True) if shorter else None
                if again:
                    acts, why = shorter, again
                at -= size
            if size == 1 and len(acts) == before:
                break
            size = max(1, size // 2)
        return acts, why


__all__ = ["MUTANTS", "Bench"]
