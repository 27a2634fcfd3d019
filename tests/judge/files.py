"""Acts on policy files: what is declared beside the site's own file."""

import cast
from acts import OPERATION_NAMES
from facts import WINDOWS
from issuer import ISSUER

LEFT_OUT = ("tests:", "authentication:")


def words(values):
    return "[" + ", ".join(values) + "]"


def identity(value):
    if value.startswith("kerberos "):
        return f"{{ kerberos: {cast.user(value.split()[1])} }}"
    return f"{{ token: {{ issuer: {ISSUER}, subject: {value} }} }}"


def administrator(names, record, grants, group=False, signs=()):
    who = f"group: {record}" if group else f"user: {cast.user(record)}"
    lines = [f"  - {who}"]
    if group and names.facts.has_sources:
        lines.append(f"    source: {cast.SOURCES[record]}")
    if signs:
        lines.append(f"    identities: {words(map(identity, signs))}")
    lines.append("    assignments:")
    for grant in grants:
        roles = [r if r in names.facts.role_names.values() else names.name(r)
                 for r in grant["roles"]]
        line = (f"      - {{ roles: {words(roles)}, scopes: "
                f"{words(map(names.name, grant['scopes']))}")
        if grant["collections"]:
            line += (", collections: "
                     f"{words(map(names.name, grant['collections']))}")
        if grant.get("window"):
            line += ", from: {}, until: {}".format(*WINDOWS[grant["window"]])
        lines.append(line + " }")
    return lines


def origin(names, table, was=None, adopts=False):
    """What it was called, and the key of one that is taken over."""
    parts = [f"was: {names.name(was)}"] if was else []
    if adopts:
        parts.append(f"adopt: {table()}")
    return parts


def role(names, role, operations, **more):
    parts = [f"name: {names.name(role)}"] + origin(
        names, lambda: names.role(role), **more)
    parts.append(f"operations: {OPERATION_NAMES[operations]}")
    return ["  - { " + ", ".join(parts) + " }"]


def collection(names, collection, limit, devices=(), query=None, include=(),
               exclude=(), **more):
    parts = [f"name: {names.name(collection)}"] + origin(
        names, lambda: names.collection(collection), **more)
    parts.append(f"limiting: {names.name(limit)}")
    if devices:
        parts.append(f"direct: {words(devices)}")
    if query is not None:
        where = f" where LastLogonUserName = '{query}'" if query else ""
        parts.append("query: [{ name: q, wql: \"select * from SMS_R_System"
                     f"{where}\" }}]")
    if include:
        parts.append(f"include: {words(map(names.name, include))}")
    if exclude:
        parts.append(f"exclude: {words(map(names.name, exclude))}")
    return ["  - { " + ", ".join(parts) + " }"]


def scope(names, scope, **more):
    parts = [f"name: {names.name(scope)}"] + origin(
        names, lambda: names.scope(scope), **more)
    return ["  - { " + ", ".join(parts) + " }"]


def group(names, group, members):
    del names
    return [f"  - {{ name: {group}, members: "
            f"{words(map(member, members))} }}"]


def member(name):
    return name if name in cast.SOURCES else cast.user(name)


PARTS = {"administrators": administrator, "roles": role,
         "collections": collection, "scopes": scope, "groups": group}


def declared(names, declarations):
    """The text of a file: {part: [arguments, ..]}."""
    lines = [f"version: 1  # of sequence {names.number}"]
    for part, entries in declarations.items():
        lines.append(f"{part}:")
        for arguments in entries:
            lines += PARTS[part](names, **arguments)
    return "\n".join(lines) + "\n"


def without(text, parts):
    """A file with whole parts left out."""
    kept, is_out = [], False
    for line in text.splitlines():
        if line and not line.startswith((" ", "-")):
            is_out = any(line.startswith(part + ":") for part in parts)
        if not is_out:
            kept.append(line)
    return "\n".join(kept) + "\n"


def apply(names, base, declares=None, leaves_out=(), swaps=None):
    """Parameters of policy.apply: the site's file, changed or not, and one
    more. `swaps`: subject of a token for another, a slip of the pen."""
    text = without(base, leaves_out) if leaves_out else base
    for old, new in (swaps or {}).items():
        text = text.replace(f"subject: {old} ", f"subject: {new} ")
    files = {"site.yaml": text}
    if declares:
        files["more.yaml"] = declared(names, declares)
    return {"files": files}
