"""What an administrator can do, as data: an act is its name, its actor and
symbolic arguments, resolved to keys when it is done. So a sequence can be
printed, done again, and made shorter.

Names in acts are those of this sequence ("Lab"); those of objects that the
acts make get the number of the sequence added, so that no sequence meets what
an earlier one left behind.
"""

import dataclasses

import cast
from facts import APPLICATION, WINDOWS

FIXED = {"All", "Default", "Web", "Finance", "All Systems",
         "All Users and User Groups", "Web Servers", "Kiosks", "Payroll",
         "Helpers", "Watchers"}
OPERATIONS = {"look": [(1, 4097), (31, 1)],
              "deploy": [(1, 4097 | 1 << 20), (31, 1)],
              "author": [(31, 1 | 2 | 4 | 1024)],
              "remote": [(1, 4097 | 1 << 5 | 1 << 7)],
              "nothing": []}
# The same for a policy file.
OPERATION_NAMES = {
    "look": "{ SMS_Collection: [Read, Read Resource],"
            " SMS_Application: [Read] }",
    "deploy": "{ SMS_Collection: [Read, Read Resource, Deploy Applications],"
              " SMS_Application: [Read] }",
    "author": "{ SMS_Application: [Read, Modify, Delete, Create] }",
    "remote": "{ SMS_Collection: [Read, Read Resource, Remote Control,"
              " Modify Resource] }",
    "nothing": "{}"}


class Impossible(Exception):
    """The act names what is not there: it cannot even be asked for."""


@dataclasses.dataclass(frozen=True)
class Act:
    """`who`: person and which of their pieces of evidence."""

    who: tuple
    name: str
    arguments: dict

    def evidence(self):
        person, number = self.who
        return cast.EVIDENCE[person][number]

    def __str__(self):
        person, number = self.who
        seat = person if number == 0 else f"{person} (evidence {number + 1})"
        said = ", ".join(f"{key} {say(value)}"
                         for key, value in self.arguments.items())
        return f"{seat}: {self.name.replace('_', ' ')} {said}"


def say(value):
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(say, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {say(v)}" for k, v in value.items()) + "}"
    return str(value)


class Names:
    """Symbols of one sequence to names and keys of the site."""

    def __init__(self, number, facts):
        self.number = number
        self.facts = facts

    def name(self, symbol):
        return symbol if symbol in FIXED else f"{symbol} {self.number}"

    def of(self, table, symbol, what):
        name = self.name(symbol)
        found = [row for row, value in table.items() if value == name]
        if not found:
            raise Impossible(f"no {what} {symbol}")
        return found[-1]

    def collection(self, symbol):
        row = self.of({row: c.name for row, c in
                       self.facts.collections.items()}, symbol, "collection")
        return self.facts.collections[row].key

    def scope(self, symbol):
        row = self.of({row: name for row, (_, name) in
                       self.facts.scopes.items()}, symbol, "scope")
        return self.facts.scopes[row][0]

    def role(self, symbol):
        builtin = [row for row, name in self.facts.role_names.items()
                   if name == symbol]
        row = builtin[0] if builtin else self.of(self.facts.role_names,
                                                 symbol, "role")
        return self.facts.role_keys[row]

    def device(self, symbol):
        for row, name in self.facts.devices.items():
            if name == symbol:
                return row
        raise Impossible(f"no device {symbol}")

    def administrator(self, symbol):
        for row, record in self.facts.records.items():
            if record.name in (symbol, cast.user(symbol)):
                return str(row)
        raise Impossible(f"no administrator {symbol}")

    def application(self, symbol, known):
        if symbol not in known:
            raise Impossible(f"no application {symbol}")
        return known[symbol]

    def permissions(self, grants):
        found = []
        for grant in grants:
            for kind, key in [(29, self.scope(s)) for s in grant["scopes"]] + [
                    (1, self.collection(c)) for c in grant["collections"]]:
                found += [{"RoleID": self.role(role), "CategoryID": key,
                           "CategoryTypeID": kind,
                           **validity(grant.get("window"))}
                          for role in grant["roles"]]
        return found


def validity(window):
    if not window:
        return {}
    begin, end = (day + "T00:00:00Z" for day in WINDOWS[window])
    return {"ValidFrom": begin, "ValidUntil": end}


def identities(values):
    """"kerberos bob" or the subject of a token."""
    return [{"Kind": "kerberos", "Value": cast.user(value.split()[1])}
            if value.startswith("kerberos ") else
            {"Kind": "token", "Value": cast.token_value(value)}
            for value in values]


# ---- Calls of each act: (method, parameters) ----

def create(kind, properties):
    return "object.create", {"class": kind, "properties": properties}


def update(kind, key, properties):
    return "object.update", {"class": kind, "key": key,
                             "properties": properties}


def invoke(kind, key, method, args):
    params = {"class": kind, "method": method, "args": args}
    if key is not None:
        params["key"] = key
    return "object.invoke", params


def logon_name(arguments):
    return arguments["record"] if arguments.get("group") \
        else cast.user(arguments["record"])


def add_administrator(names, record, grants, group=False, signs=()):
    properties = {"LogonName": logon_name({"record": record, "group": group}),
                  "IsGroup": group, "Permissions": names.permissions(grants)}
    if group and names.facts.has_sources:
        properties["GroupSource"] = cast.SOURCES[record]
    if signs:
        properties["Identities"] = identities(signs)
    return create("SMS_Admin", properties)


def change_administrator(names, record, grants=None, signs=None,
                         disabled=None):
    properties = {}
    if grants is not None:
        properties["Permissions"] = names.permissions(grants)
    if signs is not None:
        properties["Identities"] = identities(signs)
    if disabled is not None:
        properties["IsDisabled"] = disabled
    return update("SMS_Admin", names.administrator(record), properties)


def remove_administrator(names, record):
    return "object.delete", {"class": "SMS_Admin",
                             "key": names.administrator(record)}


def rights(operations):
    return [{"ObjectTypeID": kind, "GrantedOperations": mask}
            for kind, mask in OPERATIONS[operations]]


def make_role(names, role, operations):
    return create("SMS_Role", {"RoleName": names.name(role),
                               "Operations": rights(operations)})


def change_role(names, role, operations):
    return update("SMS_Role", names.role(role),
                  {"Operations": rights(operations)})


def make_scope(names, scope):
    return create("SMS_SecuredCategory", {"CategoryName": names.name(scope)})


def membership(method):
    def call(names, application, scope, known):
        return invoke("SMS_SecuredCategoryMembership", None, method, {
            "ObjectIDs": [str(names.application(application, known))],
            "ObjectTypeIDs": [APPLICATION],
            "CategoryIDs": [names.scope(scope)]})
    return call


def make_application(names, application):
    return create("SMS_Application",
                  {"LocalizedDisplayName": names.name(application)})


def deploy(names, application, collection, known):
    return create("SMS_ApplicationAssignment", {
        "AssignedCI": names.application(application, known),
        "TargetCollectionID": names.collection(collection)})


def make_package(names, package):
    return create("SMS_Package", {"Name": names.name(package)})


def deploy_package(names, package, collection, known):
    return create("SMS_Advertisement", {
        "PackageID": names.application(package, known),
        "CollectionID": names.collection(collection)})


def make_collection(names, collection, limit, incremental=False):
    more = {"RefreshType": 4} if incremental else {}
    return create("SMS_Collection", {
        "Name": names.name(collection),
        "LimitToCollectionID": names.collection(limit), **more})


def move_collection(names, collection, limit):
    return update("SMS_Collection", names.collection(collection),
                  {"LimitToCollectionID": names.collection(limit)})


def delete_collection(names, collection):
    return "object.delete", {"class": "SMS_Collection",
                             "key": names.collection(collection)}


def rule_of(names, rule):
    kind, value = next(iter(rule.items()))
    if kind == "device":
        return {"ResourceID": names.device(value)}
    if kind == "query":
        return {"QueryExpression": "select * from SMS_R_System" + (
            f" where LastLogonUserName = '{value}'" if value else ""),
            "RuleName": "query"}
    return {("IncludeCollectionID" if kind == "include"
             else "ExcludeCollectionID"): names.collection(value)}


def add_rule(names, collection, rule):
    return invoke("SMS_Collection", names.collection(collection),
                  "AddMembershipRule", {"CollectionRule": rule_of(names, rule)})


def drop_rule(names, collection, rule):
    row = names.facts.by_key[names.collection(collection)]
    if "query" in rule:
        queries = [r.row for r in row.rules if r.kind == 2]
        if not queries:
            raise Impossible("no query rule")
        return invoke("SMS_Collection", row.key, "DeleteMembershipRule",
                      {"CollectionRule": {"QueryID": queries[-1]}})
    return invoke("SMS_Collection", row.key, "DeleteMembershipRule",
                  {"CollectionRule": rule_of(names, rule)})


def refresh(names, collection):
    return invoke("SMS_Collection", names.collection(collection),
                  "RequestRefresh", {})


def change_device(names, device, user):
    """What a query may ask for."""
    return update("SMS_R_System", str(names.device(device)),
                  {"LastLogonUserName": user})


def set_level(names, level):
    del names
    return invoke("SMS_Site", None, "SetAuthenticationLevel",
                  {"AuthenticationLevel": level})


CALLS = {
    "add_administrator": add_administrator,
    "change_administrator": change_administrator,
    "remove_administrator": remove_administrator,
    "make_role": make_role, "change_role": change_role,
    "make_scope": make_scope,
    "put_into_scope": membership("AddMemberships"),
    "take_out_of_scope": membership("RemoveMemberships"),
    "make_application": make_application, "deploy": deploy,
    "make_package": make_package, "deploy_package": deploy_package,
    "make_collection": make_collection, "move_collection": move_collection,
    "delete_collection": delete_collection,
    "add_rule": add_rule, "drop_rule": drop_rule, "refresh": refresh,
    "change_device": change_device, "set_level": set_level,
}
NEED_APPLICATIONS = {"put_into_scope", "take_out_of_scope", "deploy",
                     "deploy_package"}


def call_of(act, names, applications):
    """(method, parameters) of an act on objects; policy.py has the others."""
    arguments = dict(act.arguments)
    if act.name in NEED_APPLICATIONS:
        arguments["known"] = applications
    return CALLS[act.name](names, **arguments)
