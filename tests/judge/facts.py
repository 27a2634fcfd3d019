"""The rows of a site, read beside the running provider and never through it.

Only what rights depend on: records, identities, assignments, roles,
scopes, groups, collections with their rules, devices, deployments.
"""

import dataclasses
import sqlite3
import struct
import time

ALWAYS = -2 ** 63, 2 ** 63 - 1
DIRECT, QUERY, INCLUDE, EXCLUDE = 1, 2, 3, 4
APPLICATION, PACKAGE, SITE = 31, 2, 6
BLOCK = 4096  # devices in a stored block of a set


# A moment when other windows are open than today.
LATER = 3944678400  # 2095-01-01
WINDOWS = {"past": ("2001-01-01", "2010-01-01"),
           "now": ("2001-01-01", "2090-01-01"),
           "later": ("2092-01-01", "2099-01-01")}


@dataclasses.dataclass
class Record:
    """An administrator, user or group, and what it is assigned."""

    row: int
    name: str
    is_group: bool
    is_disabled: bool
    source: str = ""
    is_declared: bool = False
    assignments: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Assignment:
    roles: set = dataclasses.field(default_factory=set)
    scopes: set = dataclasses.field(default_factory=set)
    collections: set = dataclasses.field(default_factory=set)
    from_s: int = ALWAYS[0]
    until_s: int = ALWAYS[1]

    def holds(self, moment):
        return self.from_s <= moment < self.until_s

    def has_window(self):
        return (self.from_s, self.until_s) != ALWAYS


@dataclasses.dataclass
class Collection:
    row: int
    key: str
    name: str
    limit: str
    is_incremental: bool  # asks its rules as soon as a device changes
    rules: list
    members: frozenset = frozenset()


@dataclasses.dataclass(frozen=True)
class Rule:
    row: int
    kind: int
    resource: int
    other: int
    device: str
    wql: str
    matches: frozenset


class Facts:
    """One state of the site. `floor`: what console objects older than this
    sequence to leave out, by table."""

    def __init__(self, database, floor=None):
        self.floor = floor or {}
        self.now = int(time.time())
        self.db = database
        self.read_people()
        self.read_roles()
        self.read_objects()
        self.read_collections()
        self.read_settings()
        del self.db

    def rows(self, sql, *values):
        return self.db.execute(sql, values).fetchall()

    def has_column(self, table, column):
        return any(row[1] == column
                   for row in self.rows(f"PRAGMA table_info({table})"))

    def since(self, table, column="row"):
        """SQL that leaves out what earlier sequences left behind."""
        low, high = self.floor.get(table, (0, 0))
        return f"({column} <= {low} OR {column} > {high})"

    def read_people(self):
        self.has_sources = self.has_column("admin", "GroupSource")
        source = "GroupSource" if self.has_sources else "''"
        self.records = {
            row: Record(row, name, bool(group), bool(disabled), kind or "",
                        place is not None)
            for row, name, group, disabled, kind, place in self.rows(
                "SELECT row, LogonName, IsGroup, IsDisabled,"
                f" {source}, place FROM admin")}
        parts = {}
        for row, admin, *window in self.rows(
                "SELECT row, admin, from_s, until_s FROM assignment"):
            parts[row] = Assignment(from_s=window[0], until_s=window[1])
            self.records[admin].assignments.append(parts[row])
        for part, column in (("role", "roles"), ("scope", "scopes"),
                             ("collection", "collections")):
            for row, value in self.rows(
                    f"SELECT assignment, {part} FROM assignment_{part}"):
                getattr(parts[row], column).add(value)
        self.has_windows = any(p.has_window() for p in parts.values())
        self.identities = {
            (kind, value): admin for kind, value, admin in self.rows(
                "SELECT kind, value, admin FROM admin_identity")}
        self.lent = set()
        if self.has_column("admin_identity", "at_top"):
            self.lent = set(self.rows(
                "SELECT kind, value FROM admin_identity WHERE NOT at_top"))
        self.site_groups = {}
        for name, member in self.rows(
                "SELECT g.name, m.name FROM people_group g"
                " LEFT JOIN people_member m ON m.people = g.row"):
            self.site_groups.setdefault(name, set()).add(member)

    def read_roles(self):
        self.role_names = dict(self.rows("SELECT row, RoleName FROM role"))
        self.role_keys = dict(self.rows("SELECT row, RoleID FROM role"))
        levels = dict(self.rows("SELECT row, RequiredLevel FROM role"))
        self.rights = {row: [] for row in self.role_names}
        for role, kind, level, mask in self.rows(
                "SELECT role, type, level, operations FROM role_right"):
            self.rights[role].append((kind, max(level, levels[role]), mask))

    def read_objects(self):
        self.scopes = {}
        self.all_scopes = set()
        for row, key, name, is_all in self.rows(
                "SELECT row, CategoryID, CategoryName, is_all FROM scope"):
            self.scopes[row] = (key, name)
            if is_all:
                self.all_scopes.add(row)
        self.objects = {}
        for kind, table in ((APPLICATION, "application"),
                            (PACKAGE, "package"), (SITE, "site")):
            for (row,) in self.rows(f"SELECT row FROM {table}"
                                    f" WHERE {self.since(table)}"):
                self.objects[kind, row] = set()
        for kind, row, scope in self.rows(
                "SELECT type, object, scope FROM object_scope"):
            if (kind, row) in self.objects:
                self.objects[kind, row].add(scope)
        self.devices = dict(self.rows("SELECT row, Name FROM device"))
        self.users = dict(self.rows(
            "SELECT row, ifnull(LastLogonUserName, '') FROM device"))

    def read_collections(self):
        self.collections = {
            row: Collection(row, key, name, limit, bool(refresh & 4), [])
            for row, key, name, limit, refresh in self.rows(
                "SELECT row, CollectionID, Name, LimitToCollectionID,"
                " RefreshType"
                f" FROM collection WHERE {self.since('collection')}")}
        self.by_key = {c.key: c for c in self.collections.values()}
        matches = {}
        for rule, block, packed in self.rows(
                "SELECT rule, block, members FROM rule_block"):
            matches.setdefault(rule, set()).update(
                devices_of(block, packed) & self.devices.keys())
        for row, collection, *rest in self.rows(
                "SELECT row, collection, kind, resource, other, device, wql"
                " FROM collection_rule"):
            if collection in self.collections:
                self.collections[collection].rules.append(Rule(
                    row, *rest, frozenset(matches.get(row, ()))))
        members = {}
        for collection, block, packed in self.rows(
                "SELECT collection, block, members FROM collection_block"):
            members.setdefault(collection, set()).update(
                devices_of(block, packed))
        for collection in self.collections.values():
            collection.members = frozenset(members.get(collection.row, ()))
        self.read_deployments()

    def read_deployments(self):
        """Number -> (what is deployed, key of the collection)."""
        applications = self.rows(
            f"SELECT row, {APPLICATION}, AssignedCI, TargetCollectionID"
            f" FROM app_deployment WHERE {self.since('app_deployment')}")
        packages = self.rows(
            f"SELECT AdvertisementID, {PACKAGE}, p.row, CollectionID"
            " FROM advertisement a JOIN package p USING (PackageID)"
            f" WHERE {self.since('advertisement', 'a.row')}")
        self.deployments = {
            number: ((kind, row), target)
            for number, kind, row, target in applications + packages
            if target in self.by_key}

    def read_settings(self):
        (self.minimum,) = self.rows("SELECT AuthenticationLevel FROM site")[0]
        self.exclusions = set(self.rows("SELECT name, is_group FROM exclusion"))
        versions = self.rows("SELECT number, digest FROM policy_version"
                             " ORDER BY number DESC LIMIT 1")
        self.version, digest = versions[0] if versions else (0, "")
        self.policy = dict(self.rows(
            "SELECT f.name, t.text FROM policy_file f JOIN policy_text t"
            " ON t.row = f.text WHERE f.digest = ?", digest))


def devices_of(block, packed):
    """Resource numbers of a stored block: see provider/object/query."""
    if len(packed) == 1:
        offsets = range(BLOCK)
    elif len(packed) < BLOCK // 8:
        offsets = [offset for (offset,) in struct.iter_unpack("<H", packed)]
    else:
        bits = int.from_bytes(packed, "little")
        offsets = [i for i in range(BLOCK) if bits >> i & 1]
    return {block * BLOCK + offset for offset in offsets}


TABLES = ("application", "package", "collection", "app_deployment",
          "advertisement")


def floor_of(database):
    """What is there now, to be left out later: TABLE -> highest row."""
    return {table: database.execute(
        f"SELECT coalesce(max(row), 0) FROM {table}").fetchone()[0]
        for table in TABLES}


def open_database(path):
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True,
                           isolation_level=None)
