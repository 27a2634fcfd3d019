"""The reference of all methods: provider/method/METHODS.md, and the manual page
smsprovider-rpc(7). The table itself says names, needs and parameters
(method_rows.c); methods.tsv beside it, what each does."""

import pathlib
import subprocess
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "provider" / "method"
PAGE = FOLDER / "METHODS.md"
MANUAL = FOLDER / "smsprovider-rpc.7"

HEAD = """\
# Methods

Every method of the wire: what it does, needs, takes and answers. Written by
`tests/draw_methods` from the table that the provider itself works by; do not
edit it. `man smsprovider-rpc` is the same page.

The wire is JSON-RPC 2.0, one UTF-8 value a line, batches allowed, over TLS from
the first byte (ALPN `smsprovider/1`) or a Unix socket. A request may bear a W3C
trace context as `traceparent` beside `jsonrpc`. The `data` of an error has the
id of the `request`, by which `audit.query` finds what was recorded.

"""

MANUAL_HEAD = """\
.Dd November 29, 2026
.Dt SMSPROVIDER-RPC 7
.Os
.Sh NAME
.Nm smsprovider-rpc
.Nd methods of the SMS Provider
.Sh DESCRIPTION
The wire is JSON-RPC 2.0, one UTF-8 value a line, batches allowed, over TLS from
the first byte
.Pq ALPN Ql smsprovider/1
or a Unix socket.
A request may bear a W3C trace context as
.Ql traceparent
beside
.Ql jsonrpc .
The data of an error has the id of the
.Ql request ,
by which
.Ic audit.query
finds what was recorded.
Parameters without
.Dq optional
are required.
.Sh METHODS
.Bl -tag -width Ds
"""

MANUAL_END = """\
.El
.Sh SEE ALSO
.Xr smsctl 1 ,
.Xr libsmsclient 3 ,
.Xr smsprovider-policy 5 ,
.Xr smsproviderd 8
"""


def rows(program):
    """(name, need, kind, parameters) of each method, as the table has them."""
    text = subprocess.run([str(program)], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    for line in text.splitlines():
        name, need, kind, params = line.split("\t")
        yield name, need, kind, [word.split() for word in params.split(",")
                                 if word]


def abouts():
    lines = (FOLDER / "methods.tsv").read_text().splitlines()
    return {name: (what, answer) for name, what, answer in
            (line.split("\t") for line in lines if not line.startswith("#"))}


def limit_of(kind, most):
    most = int(most)
    if not most:
        return ""
    unit = {"text": "at most {} bytes", "number": "at most {}",
            "objects": "at most {} of them", "texts": "at most {} of them"}
    return unit[kind].format(f"{most:,}")


def notes_of(kind, is_required, most):
    notes = [] if is_required == "1" else ["optional"]
    return ", ".join(notes + [text for text in [limit_of(kind, most)] if text])


def markdown(table, about):
    lines = []
    for name, need, kind, params in table:
        what, answer = about[name]
        lines += [f"## {name}", "", what, "",
                  f"Needs {need}. It {kind}. Answers `{answer}`.", ""]
        if params:
            lines += ["| parameter | type | |", "| --- | --- | --- |"]
            lines += [f"| `{param}` | {of} | {notes_of(of, *more)} |"
                      for param, of, *more in params] + [""]
    return HEAD + "\n".join(lines)


def manual_param(param, of, *more):
    notes = notes_of(of, *more)
    return f".It Cm {param}\n{of}{', ' if notes else ''}{notes}"


def manual(table, about):
    lines = []
    for name, need, kind, params in table:
        what, answer = about[name]
        sentences = what.replace(". ", ".\n").splitlines() + [
            f"Needs {need.replace('`', '')}.", f"It {kind}.",
            f"Answers {answer}."]
        lines += [f".It Ic {name}", *(line for sentence in sentences
                                      for line in textwrap.wrap(sentence, 78))]
        if params:
            lines += [".Pp", ".Bl -tag -width properties -compact"]
            lines += [manual_param(*param) for param in params] + [".El"]
    return MANUAL_HEAD + "\n".join(lines) + "\n" + MANUAL_END


def pages(program):
    """Each page, and what it should hold."""
    table, about = list(rows(program)), abouts()
    missing = {name for name, *_ in table} ^ set(about)
    assert not missing, f"methods.tsv and the table differ in {missing}"
    return {PAGE: markdown(table, about), MANUAL: manual(table, about)}
