"""Members of collections, each computed anew from all rules.

Written from the rules of collections (tests/rules/collections.md), slow and plain on purpose; it
shares nothing with the provider. How they are read here:

- C9, C10, C13: a collection holds what its direct rules name, its queries
  found and its included collections hold, within its limit, less what its
  excluded collections hold. A rule for a device outside the limit waits.
- C15, C16: a query finds devices when it runs: when its rule is made, at a
  refresh of its collection, and, in an incremental collection, at once for
  each device that is created or changed. What it found otherwise stays. A
  collection that becomes incremental is edited, and an edit evaluates it: its
  queries run.
- C15, C19: direct rules, includes, excludes and limits count at once
  everywhere, whatever the refresh type; so does what follows from them, as
  far as it goes.
- C12: a query that cannot be run finds nothing.
- C16: rows of inventory are part of their device.
- C14: a deleted device leaves everything, and its direct rules with it; a rule
  that names a device by name (only files have those) stays, and concerns every
  device of the name, also one that is created or renamed later.
- C21, C24: a link that would close a circle is refused; so is the deletion of
  a collection that another one is limited to, or names in a rule.
"""

import dataclasses
import re

ALL = "SMS00001"
INCREMENTAL = (4, 6)


# ---- Conditions: trees of tuples, true, false or unknown (None) ----

def folded(text):
    return text.lower()


def is_like(pattern, value):
    parts = (".*" if c == "%" else "." if c == "_" else re.escape(c)
             for c in folded(pattern))
    return re.fullmatch("".join(parts), folded(value), re.S) is not None


COMPARE = {
    "=": lambda a, b: a == b, "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b, ">=": lambda a, b: a >= b}
MIRRORED = {"=": "=", "<>": "<>", "<": ">", ">=": "<="}
SERVICE = "SMS_G_System_SERVICE"


def compare(sign, value, other):
    if value is None:
        return None
    if isinstance(other, str):
        value, other = folded(value), folded(other)
    return COMPARE[sign](value, other)


def holds(tree, row):
    kind = tree[0]
    if kind == "all":
        return True
    if kind == "not":
        inner = holds(tree[1], row)
        return None if inner is None else not inner
    if kind in ("and", "or"):
        sides = [holds(side, row) for side in tree[1:]]
        decisive = kind == "or"
        if decisive in sides:
            return decisive
        return None if None in sides else not decisive
    if kind == "within":
        rows = [{"Name": name, "State": state}
                for name, state in row.get("services", {}).items()]
        return any(holds(tree[1], one) for one in rows) is not tree[2]
    value = row.get(tree[1])
    if kind == "in":
        sides = [compare("=", value, one) for one in tree[2]]
        return None if value is None else any(sides)
    if kind == "anylike":
        return any(is_like(tree[2], one) for one in value or [])
    if kind == "null":
        return (value is None) == tree[2]
    if kind == "any":
        return any(compare("=", one, tree[2]) for one in value or [])
    if kind == "like":
        return None if value is None else is_like(tree[2], value)
    return compare(tree[2], value, tree[3])


def literal(value):
    return str(value) if isinstance(value, int) else f"'{value}'"


def condition(tree):
    kind = tree[0]
    if kind == "not":
        return f"not ({condition(tree[1])})"
    if kind in ("and", "or"):
        return f" {kind} ".join(f"({condition(side)})" for side in tree[1:])
    if kind == "null":
        return f"{tree[1]} is {'' if tree[2] else 'not '}null"
    if kind == "any":
        return f"{tree[1]} = {literal(tree[2])}"
    if kind == "in":
        return f"{tree[1]} in ({', '.join(literal(one) for one in tree[2])})"
    if kind == "within":
        return (f"ResourceID {'not ' if tree[2] else ''}in (select ResourceID "
                f"from {SERVICE} where {condition(tree[1])})")
    if kind == "mirrored":
        return f"{literal(tree[3])} {MIRRORED[tree[2]]} {tree[1]}"
    if kind in ("like", "anylike"):
        return f"{tree[1]} like {literal(tree[2])}"
    return f"{tree[1]} {tree[2]} {literal(tree[3])}"


def wql(tree):
    head = "select * from SMS_R_System"
    return head if tree[0] == "all" else f"{head} where {condition(tree)}"


# ---- The estate ----

@dataclasses.dataclass
class Rule:
    kind: str  # direct, name, query, include, exclude
    what: object  # a device, its name, a tree, a collection
    found: set = dataclasses.field(default_factory=set)
    id: int = 0  # QueryID


@dataclasses.dataclass
class Collection:
    limit: str
    refresh: int
    rules: list = dataclasses.field(default_factory=list)
    is_declared: bool = False

    def is_incremental(self):
        return self.refresh in INCREMENTAL

    def others(self):
        return [self.limit] + [rule.what for rule in self.rules
                               if rule.kind in ("include", "exclude")]


class Model:
    """Devices and collections by the names that acts have for them."""

    def __init__(self):
        self.devices = {}
        self.collections = {}

    # -- Evaluation --

    def run_query(self, rule, only=None):
        for name in [only] if only else list(self.devices):
            if holds(rule.what, self.devices[name]) is True:
                rule.found.add(name)
            else:
                rule.found.discard(name)

    def run_queries(self, collection):
        for rule in self.collections[collection].rules:
            if rule.kind == "query":
                self.run_query(rule)

    def device_changed(self, name):
        for collection in self.collections.values():
            for rule in collection.rules:
                if rule.kind == "query" and collection.is_incremental():
                    self.run_query(rule, name)

    def named(self, rule):
        if rule.kind == "direct":
            return {rule.what} & set(self.devices)
        return {name for name, row in self.devices.items()
                if folded(row["Name"]) == folded(rule.what)}

    def members(self):
        """Of every collection."""
        known = {ALL: set(self.devices)}

        def of(name):
            if name not in known:
                known[name] = self.evaluate(self.collections[name], of)
            return known[name]

        for name in self.collections:
            of(name)
        return known

    def evaluate(self, collection, of):
        wanted, excluded = set(), set()
        for rule in collection.rules:
            if rule.kind in ("direct", "name"):
                wanted |= self.named(rule)
            elif rule.kind == "query":
                wanted |= rule.found
            elif rule.kind == "include":
                wanted |= of(rule.what)
            else:
                excluded |= of(rule.what)
        return (wanted & of(collection.limit)) - excluded

    def direct(self, name):
        """Devices that direct rules of a collection name."""
        found = set()
        for rule in self.collections[name].rules:
            if rule.kind in ("direct", "name"):
                found |= self.named(rule)
        return found

    # -- Links --

    def depends_on(self, name, other):
        if name == other:
            return True
        if name not in self.collections:
            return False
        return any(self.depends_on(up, other)
                   for up in self.collections[name].others())

    def is_used(self, name):
        return any(name in collection.others()
                   for collection in self.collections.values())

    def depth(self, name):
        return 0 if name == ALL else \
            1 + self.depth(self.collections[name].limit)

    def find_rule(self, name, kind, what):
        for rule in self.collections[name].rules:
            if rule.kind == kind and rule.what == what and kind != "query":
                return rule
        return None

    # -- Acts; each says whether the provider allows it --

    def has(self, *names):
        return all(name == ALL or name in self.collections for name in names)

    def add_device(self, name, row):
        self.devices[name] = dict(row)
        self.device_changed(name)
        return True

    def change_device(self, name, row):
        self.devices[name].update(row)
        self.device_changed(name)
        return True

    def set_service(self, name, service, state):
        """state None: the device has it no more."""
        services = self.devices[name].setdefault("services", {})
        if state is None:
            services.pop(service, None)
        else:
            services[service] = state
        self.device_changed(name)
        return True

    def remove_device(self, name):
        del self.devices[name]
        for collection in self.collections.values():
            for rule in collection.rules:
                rule.found.discard(name)
            collection.rules = [rule for rule in collection.rules
                                if (rule.kind, rule.what) != ("direct", name)]
        return True

    def add_collection(self, name, limit, refresh):
        self.collections[name] = Collection(limit, refresh)
        return True

    def set_limit(self, name, limit):
        if self.depends_on(limit, name):
            return False
        self.collections[name].limit = limit
        return True

    def set_refresh(self, name, refresh):
        collection = self.collections[name]
        becomes = not collection.is_incremental()
        collection.refresh = refresh
        if becomes and collection.is_incremental():
            self.run_queries(name)
        return True

    def remove_collection(self, name):
        if self.is_used(name):
            return False
        del self.collections[name]
        return True

    def add_rule(self, name, kind, what):
        if kind in ("include", "exclude") and self.depends_on(what, name):
            return False
        if self.find_rule(name, kind, what):
            return True
        rule = Rule(kind, what)
        self.collections[name].rules.append(rule)
        if kind == "query":
            self.run_query(rule)
        return True

    def refresh(self, name):
        self.run_queries(name)
        return True

    def declare(self, declared):
        """Files: declared collections become these."""
        for name in [name for name, collection in self.collections.items()
                     if collection.is_declared and name not in declared]:
            del self.collections[name]
        for name, (limit, rules) in declared.items():
            old = self.collections.get(name)
            kept = old.rules if old else []
            now = Collection(limit, 4, [], True)
            for kind, what in rules:
                same = [rule for rule in kept
                        if (rule.kind, rule.what) == (kind, what)]
                rule = same[0] if same else Rule(kind, what)
                if kind == "query" and not same:
                    self.run_query(rule)
                now.rules.append(rule)
            self.collections[name] = now
        return True
