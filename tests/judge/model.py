"""Rights, computed from the rules of tests/rules alone.

Written from the rules (R numbers) and the two tables of types and built-in
roles; it shares no code with the provider and asks it nothing. A state of the
site (facts.Facts) and evidence that somebody holds give what they can do:
a mask of operations for each object, for each device, and for each type.
"""

import collections
import csv
import pathlib
import re

BUILTIN = pathlib.Path(__file__).resolve().parents[2] / "policy" / "builtin"
COLLECTION, ROLE, ADMIN = 1, 27, 28
READ, MODIFY, DELETE = 1, 2, 4
SET_SCOPE, CREATE, READ_RESOURCE = 16, 1 << 10, 1 << 12
DEPLOY_APPLICATIONS = 1 << 20
DEPLOY_OF = {31: DEPLOY_APPLICATIONS, 2: 1 << 14}  # each its own operation (R7.7.2)
RUN_CMPIVOT, RUN_SCRIPT = 1 << 6, 1 << 28
FULL_ROLE = "SMS0001R"
ALL_SYSTEMS = "SMS00001"
# What is done with a device of a collection, not with the collection (R7.6.1)
# and what is sent to it (R7.7.2).
DEVICE_BITS = sum(1 << bit for bit in (
    5, 6, 7, 9, 11, 12, 14, 16, 18, 19, 20, 22, 23, 26, 27, 28, 29))
DEPLOY_BITS = sum(1 << bit for bit in (14, 16, 19, 20, 22, 23, 26, 27))

# The rules that acts make; the matches of another are the provider's.
QUERY = re.compile(r"select \* from SMS_R_System"
                   r"(?: where LastLogonUserName = '(\w+)')?", re.IGNORECASE)

Evidence = collections.namedtuple("Evidence",
                                  "person kind value groups level")


class Types:
    """How each type of object is secured, and its type-wide operations."""

    def __init__(self):
        self.secured_by, self.type_wide, self.all = {}, {}, {}
        with open(BUILTIN / "operations.tsv", encoding="utf-8") as lines:
            for line in csv.DictReader(lines, delimiter="\t"):
                kind, mask = int(line["type"]), 1 << int(line["bit"])
                self.secured_by[kind] = line["secured_by"]
                self.all[kind] = self.all.get(kind, 0) | mask
                if "type-wide" in line["flags"]:
                    self.type_wide[kind] = \
                        self.type_wide.get(kind, 0) | mask


TYPES = Types()


class Abilities:
    """What somebody can do: masks by (type, object); object 0 is the type
    itself. `device` and collection masks are apart."""

    def __init__(self):
        self.masks = {}
        self.is_full = False

    def give(self, what, mask):
        if mask:
            self.masks[what] = self.masks.get(what, 0) | mask

    def has(self, what, mask):
        return self.masks.get(what, 0) & mask == mask

    def add(self, other):
        for what, mask in other.masks.items():
            self.give(what, mask)
        self.is_full |= other.is_full


def nested_groups(facts, name):
    """The site's own groups that a user or group is in, directly or not."""
    found, asked = set(), [name]
    while asked:
        member = asked.pop()
        for group, members in facts.site_groups.items():
            if member in members and group not in found:
                found.add(group)
                asked.append(group)
    return found


class Model:
    """One state of the site. `hosts`: groups of each account of the host."""

    def __init__(self, facts, hosts):
        self.facts = facts
        self.hosts = hosts
        self.members = self.evaluate_members()
        self.holders = self.collections_of_devices()
        self.known = {}

    # -- Collections (R6.3, R6.4) --

    def evaluate_members(self):
        """What the rules and limits say, whatever the provider stored."""
        done = {}
        for collection in self.facts.collections.values():
            self.members_of(collection, done)
        return done

    def members_of(self, collection, done):
        if collection.row in done:
            return done[collection.row]
        if collection.key == ALL_SYSTEMS:
            done[collection.row] = frozenset(self.facts.devices)
        elif not collection.limit:
            done[collection.row] = frozenset()
        else:
            done[collection.row] = self.named_by_rules(collection, done)
        return done[collection.row]

    def named_by_rules(self, collection, done):
        named, excluded = set(), set()
        for rule in collection.rules:
            if rule.kind == 1:
                named |= self.devices_of(rule)
            elif rule.kind == 2:
                named |= self.found_by(collection, rule)
            elif rule.other in self.facts.collections:
                other = self.facts.collections[rule.other]
                (named if rule.kind == 3 else excluded).update(
                    self.members_of(other, done))
        limit = self.facts.by_key.get(collection.limit)
        held = self.members_of(limit, done) if limit else frozenset()
        return frozenset(named) & held - excluded

    def found_by(self, collection, rule):
        """By what the devices are today; others wait for a refresh."""
        asked = QUERY.fullmatch(rule.wql or "")
        if not asked or not collection.is_incremental:
            return rule.matches
        return {row for row, user in self.facts.users.items()
                if asked[1] is None or user.lower() == asked[1].lower()}

    def devices_of(self, rule):
        if rule.resource is not None:
            return {rule.resource}
        return {row for row, name in self.facts.devices.items()
                if name.lower() == (rule.device or "").lower()}

    def collections_of_devices(self):
        holders = {device: [] for device in self.facts.devices}
        for row, members in self.members.items():
            for device in members:
                holders[device].append(row)
        return holders

    def chain(self, collection):
        """Itself and what limits it, up to a root (R7.5)."""
        while collection:
            yield collection.row
            collection = self.facts.by_key.get(collection.limit)

    # -- Users by evidence (R7.1) --

    def name_of(self, evidence):
        """The user as whom this evidence signs in, or None."""
        row = self.facts.identities.get((evidence.kind, evidence.value))
        if row is not None:
            record = self.facts.records[row]
            return None if record.is_group else record.name
        return evidence.value if evidence.kind == "kerberos" else None

    def groups_of(self, name, evidence):
        """Group -> its source: the site, the host, a token's issuer. An
        identity that was given by somebody who could not give everything
        brings no group of the host."""
        identity = (evidence.kind, evidence.value)
        hosts = () if identity in self.facts.lent else \
            self.hosts.get(name, ())
        groups = {}
        for source, names in (("site", nested_groups(self.facts, name)),
                              ("host", hosts), ("token", evidence.groups)):
            for group in names:
                groups.setdefault(group, set()).add(source)
        self.add_nested(groups)
        return groups

    def add_nested(self, groups):
        """A group from outside may be a member of the site's, when the policy
        has a record that names its source, and the name no principal's."""
        for record in self.facts.records.values():
            if record.is_group and record.source != "site" and \
                    record.is_declared and "@" not in record.name and \
                    self.applies(record, None, groups):
                for group in nested_groups(self.facts, record.name):
                    groups.setdefault(group, set()).add("site")

    def all_records_of(self, evidence):
        """Disabled ones too."""
        name = self.name_of(evidence)
        if name is None:
            return []
        groups = self.groups_of(name, evidence)
        return [record for record in self.facts.records.values()
                if self.applies(record, name, groups)]

    def records_of(self, evidence):
        return [record for record in self.all_records_of(evidence)
                if not record.is_disabled]

    def applies(self, record, name, groups):
        if not record.is_group:
            return record.name == name
        sources = groups.get(record.name, set())
        if not record.source:
            return bool(sources)
        return (record.source if record.source in ("site", "host")
                else "token") in sources

    def is_bound(self, evidence):
        """Too weak for the site's minimum level, and not excepted (A1)."""
        if evidence.level >= self.facts.minimum:
            return False
        name = self.name_of(evidence)
        groups = self.groups_of(name, evidence) if name else ()
        return (name, 0) not in self.facts.exclusions and not any(
            (group, 1) in self.facts.exclusions for group in groups)

    # -- What they can do (R7.3 to R7.6) --

    def abilities(self, evidence, moment=None):
        key = evidence, moment
        if key not in self.known:
            self.known[key] = Abilities() if self.is_bound(evidence) \
                else self.from_records(self.records_of(evidence),
                                       evidence.level, moment)
        return self.known[key]

    def from_records(self, records, level, moment=None):
        """Every grant is a role paired with its own scopes and collections
        (R7.3.2, R7.5.4); what they give adds up (R7.1.2). Those whose window
        is open at the moment, today when it is None."""
        found = Abilities()
        grants = [(role, part) for record in records
                  for part in record.assignments for role in part.roles
                  if part.holds(moment or self.facts.now)]
        assigned = {row for _, part in grants for row in part.collections}
        for role, part in grants:
            for kind, needed, mask in self.facts.rights[role]:
                if needed <= level:
                    self.add_right(found, kind, self.implied(kind, mask), part)
            if self.facts.role_keys[role] == FULL_ROLE and \
                    part.scopes & self.facts.all_scopes and any(
                        self.facts.collections[row].key == ALL_SYSTEMS
                        for row in part.collections
                        if row in self.facts.collections):
                found.is_full = True
        self.block_assigned(found, assigned)
        self.add_devices(found)
        return found

    @staticmethod
    def implied(kind, mask):
        if kind == COLLECTION and mask & RUN_SCRIPT:
            return mask | RUN_CMPIVOT
        return mask

    def add_right(self, found, kind, mask, part):
        secured = TYPES.secured_by.get(kind, "role")
        if secured == "collection":
            self.add_collections(found, kind, mask, part)
            return
        if not part.scopes:
            return
        if secured == "role":  # R7.4: whichever scope it is paired with
            found.give((kind, 0), mask)
            return
        found.give((kind, 0), mask & TYPES.type_wide.get(kind, 0))
        is_all = bool(part.scopes & self.facts.all_scopes)
        for (of, row), scopes in self.facts.objects.items():
            if of == kind and (is_all or scopes & part.scopes):
                found.give((kind, row), mask)

    def add_collections(self, found, kind, mask, part):
        if not part.collections:
            return
        found.give((kind, 0), mask & TYPES.type_wide.get(kind, 0))
        if kind != COLLECTION:
            return
        for collection in self.facts.collections.values():
            if not part.collections.isdisjoint(self.chain(collection)):
                found.give((COLLECTION, collection.row), mask)

    def block_assigned(self, found, assigned):
        """R7.5.2, R7.5.3: neither changed nor deleted by whom it is assigned
        to."""
        for row in assigned:
            if (COLLECTION, row) in found.masks:
                found.masks[COLLECTION, row] &= ~(MODIFY | DELETE)

    def add_devices(self, found):
        for device, rows in self.holders.items():
            mask = 0
            for row in rows:
                mask |= found.masks.get((COLLECTION, row), 0)
            found.give(("device", device), mask & DEVICE_BITS)

    # -- Deployments --

    def reached(self):
        """(deployment, device) for everything that is deployed."""
        return {(row, device)
                for row, (_, target) in self.facts.deployments.items()
                for device in self.members[self.facts.by_key[target].row]}
