"""The reference page of all classes, in Markdown."""

from class_table import ROOT

PAGE = ROOT / "provider" / "object" / "CLASSES.md"
HEAD = """\
# Classes

Every class of objects that the provider knows: properties, rights and methods.
Written by `tests/draw_classes` from the descriptions that the provider itself
works by (`smsctl classes`); do not edit it.

Classes of inventory, which a site describes, are not here: those that are
shipped are in `provider/object/inventory/shipped.yaml`.

Rights name an operation of a class, as roles grant them. Reading an object is
part of each other act on it. *lazy* properties are answered by `object.get` and
where a list names them; *fixed* ones are set when an object is made and stay.
A key in **bold** is the class's own.

"""

SECURED_BY = {"role": "roles alone: all of its objects or none",
              "scope": "security scopes", "collection": "collections"}


def right(need):
    return f"{need['operation']} on `{need['class']}`"


def flags_of(about):
    shown = [flag.replace("_", " ") for flag in about["flags"]
             if flag not in ("key",)]
    if "max_bytes" in about and about["max_bytes"] < 65536:
        shown.append(f"at most {about['max_bytes']} bytes")
    return ", ".join(shown)


def cell(text):
    return text.replace("|", "\\|")


def rights_of(about):
    rights = dict(about.get("rights", {}))
    also = rights.pop("also", None)
    by_need = {}
    for verb, need in rights.items():
        by_need.setdefault(right(need), []).append(verb)
    for need, verbs in by_need.items():
        yield f"- {', '.join(verbs)}: {need}"
        if "read" in verbs and also:
            yield f"- and {right(also)} that it is about"
    for name, other in about.get("references", {}).items():
        need = about["reference_needs"].get(name)
        besides = f", and {right(need)}" if need else ""
        yield f"- `{name}` names a `{other}`: Read on it{besides}"


def properties_of(rows, head):
    yield f"| {head} | type | | |"
    yield "| --- | --- | --- | --- |"
    for row in rows:
        name = f"`{row['name']}`"
        if "key" in row["flags"]:
            name = f"**{name}**"
        yield (f"| {name} | {row['type']} | {cell(row['describe'])} |"
               f" {flags_of(row)} |")


def method_of(method):
    kind = "static" if method["static"] else "on an object"
    if method["audience"] == "everybody":
        needs = "for everybody"
    else:
        needs = right(method["need"])
        if method["audience"] == "top":
            needs += ", and full administrator in every scope"
    yield f"### {method['name']}"
    yield ""
    yield f"{method['describe']}. {kind.capitalize()}; {needs}."
    yield ""
    if method["args"]:
        yield from properties_of(method["args"], "argument")
        yield ""


def section(name, about):
    yield f"## {name}"
    yield ""
    yield f"{about['describe']}."
    if "type" in about:
        yield (f"Type {about['type']}, secured by"
               f" {SECURED_BY[about['secured_by']]}.")
    if about.get("audience") == "everybody":
        yield "For everybody at the site's level."
    yield ""
    rights = list(rights_of(about))
    if rights:
        yield from rights
        yield ""
    if about["properties"]:
        yield from properties_of(about["properties"], "property")
        yield ""
    for method in about["methods"]:
        yield from method_of(method)


def page(table):
    lines = []
    for name in sorted(table, key=str.lower):
        lines += section(name, table[name])
    index = ", ".join(f"[{name}](#{name.lower()})"
                      for name in sorted(table, key=str.lower))
    return HEAD + index + "\n\n" + "\n".join(lines).rstrip() + "\n"
