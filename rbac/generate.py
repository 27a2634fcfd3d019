#!/usr/bin/env python3
"""Writes the catalog and the built-in roles as C from policy/builtin/*.tsv.

usage: generate.py OPERATIONS ROLES OUTPUT

Everything that could be wrong in the tables ends the build: an operation
twice, a bit out of range, a name no type has, a flag nobody knows.
"""
import csv
import sys

SECURING = {
    "role": "RBAC_BY_ROLE",
    "scope": "RBAC_BY_SCOPE",
    "collection": "RBAC_BY_COLLECTION",
}
OPERATIONS_MAX = 32


def rows(path):
    with open(path, newline="") as table:
        for number, row in enumerate(csv.DictReader(table, delimiter="\t"), 2):
            yield "%s:%d" % (path, number), row


def fail(where, why):
    sys.exit("%s: %s" % (where, why))


def quoted(text):
    return '"%s"' % text.replace("\\", "\\\\").replace('"', '\\"')


class Type:
    def __init__(self, where, row):
        self.id = int(row["type"])
        self.class_name = row["class"]
        self.name = row["name"]
        if row["secured_by"] not in SECURING:
            fail(where, "unknown secured_by %r" % row["secured_by"])
        self.securing = SECURING[row["secured_by"]]
        self.names = {}
        self.masks = {"type-wide": 0, "blocked-direct": 0}
        self.implies = {}

    def add(self, where, row):
        bit, name = int(row["bit"]), row["operation"]
        same = (row["class"], row["name"], SECURING.get(row["secured_by"]))
        if same != (self.class_name, self.name, self.securing):
            fail(where, "type %d is described in two ways" % self.id)
        if not 0 <= bit < OPERATIONS_MAX:
            fail(where, "bit %d out of range" % bit)
        if bit in self.names or name in self.names.values():
            fail(where, "operation twice")
        self.names[bit] = name
        for flag in row["flags"].split(","):
            self.add_flag(where, bit, flag)

    def add_flag(self, where, bit, flag):
        if flag in self.masks:
            self.masks[flag] |= 1 << bit
        elif flag.startswith("implies="):
            self.implies[bit] = 1 << int(flag[len("implies="):])
        elif flag not in ("-", "inferred"):
            fail(where, "unknown flag %r" % flag)

    def all(self):
        return sum(1 << bit for bit in self.names)

    def check(self):
        for bit, mask in self.implies.items():
            if mask & ~self.all() or mask == 1 << bit:
                fail("type %d" % self.id, "bit %d implies nothing it has" % bit)


def read_types(path):
    types = {}
    for where, row in rows(path):
        found = types.setdefault(int(row["type"]), Type(where, row))
        found.add(where, row)
    for found in types.values():
        found.check()
    classes = [t.class_name for t in types.values()]
    if "-" in classes:
        fail(path, "a type has no class name")
    if len(set(c.lower() for c in classes)) != len(classes):
        fail(path, "two types share a class name")
    return [types[number] for number in sorted(types)]


class Role:
    def __init__(self, name):
        self.name = name
        self.masks = {}


def operations_of(where, found, names):
    if names == "all":
        return found.all()
    bits = {name: bit for bit, name in found.names.items()}
    mask = 0
    for name in names.split(", "):
        if name not in bits:
            fail(where, "type %d has no operation %r" % (found.id, name))
        mask |= 1 << bits[name]
    return mask


def read_roles(path, types):
    by_id = {found.id: found for found in types}
    roles = {}
    for where, row in rows(path):
        role = roles.setdefault(row["role"], Role(row["name"]))
        if role.name != row["name"]:
            fail(where, "role %s has two names" % row["role"])
        wanted = types if row["type"] == "*" else [by_id.get(int(row["type"]))]
        for found in wanted:
            if found is None or row["class"] not in ("*", found.class_name):
                fail(where, "no such type")
            if found.id in role.masks:
                fail(where, "type twice in a role")
            role.masks[found.id] = operations_of(where, found,
                                                 row["operations"])
    return roles


def write_type_tables(out, found):
    out.write("static const char *const names_%d[RBAC_OPERATIONS_MAX] = {\n"
              % found.id)
    for bit in sorted(found.names):
        out.write("    [%d] = %s,\n" % (bit, quoted(found.names[bit])))
    out.write("};\n")
    if found.implies:
        out.write("static const uint32_t implies_%d[RBAC_OPERATIONS_MAX] = {\n"
                  % found.id)
        for bit in sorted(found.implies):
            out.write("    [%d] = 0x%08xu,\n" % (bit, found.implies[bit]))
        out.write("};\n")


def write_type(out, found):
    out.write("    {\n        .id = %d,\n" % found.id)
    out.write("        .class_name = %s,\n" % quoted(found.class_name))
    out.write("        .display_name = %s,\n" % quoted(found.name))
    out.write("        .securing = %s,\n" % found.securing)
    out.write("        .operations = 0x%08xu,\n" % found.all())
    out.write("        .type_wide = 0x%08xu,\n" % found.masks["type-wide"])
    out.write("        .blocked_direct = 0x%08xu,\n"
              % found.masks["blocked-direct"])
    out.write("        .operation_names = names_%d,\n" % found.id)
    if found.implies:
        out.write("        .implies = implies_%d,\n" % found.id)
    out.write("    },\n")


def write_catalog(out, types):
    for found in types:
        write_type_tables(out, found)
    out.write("static const struct rbac_type types[] = {\n")
    for found in types:
        write_type(out, found)
    out.write("};\n\nconst struct rbac_catalog rbac_catalog = "
              "{types, sizeof(types) / sizeof(types[0])};\n\n")


def write_roles(out, roles):
    for role_id, role in sorted(roles.items()):
        out.write("static const struct rbac_builtin_mask masks_%s[] = {\n"
                  % role_id)
        for number, mask in sorted(role.masks.items()):
            out.write("    {%d, 0x%08xu},\n" % (number, mask))
        out.write("};\n")
    out.write("\nconst struct rbac_builtin_role rbac_builtin_roles[] = {\n")
    for role_id, role in sorted(roles.items()):
        out.write("    {%s, %s, masks_%s, %d},\n"
                  % (quoted(role_id), quoted(role.name), role_id,
                     len(role.masks)))
    out.write("};\nconst size_t rbac_n_builtin_roles = %d;\n" % len(roles))


def main():
    operations, builtin_roles, output = sys.argv[1:]
    types = read_types(operations)
    roles = read_roles(builtin_roles, types)
    with open(output, "w") as out:
        out.write("/* Generated by rbac/generate.py: do not edit. */\n")
        out.write('#include "rbac/catalog.h"\n\n')
        write_catalog(out, types)
        write_roles(out, roles)


if __name__ == "__main__":
    main()
