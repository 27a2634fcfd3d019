"""WQL evaluated row by row, from the rules of the reference.

Slow and plain on purpose: a query is a tree that is written as WQL for the
provider and evaluated here over rows that are dictionaries. It shares nothing
with the provider. Unknown is None, as in SQL: a comparison with what is not
set is neither true nor false (W10).
"""

import datetime
import re

EPOCH = datetime.datetime(1970, 1, 1)


# ---- Values ----

def folded(text):
    """The order of texts: ASCII letters without case, then bytes."""
    return "".join(c.lower() if c.isascii() else c for c in text).encode()


def moment(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")


class Type:
    """How values of a property are compared; and as literals."""

    def __init__(self, name):
        self.name = name

    def key(self, value):
        return folded(value) if self.name == "text" else value


TEXT, NUMBER, TRUTH, TIME = (Type(n) for n in
                             ("text", "number", "truth", "time"))


class Property:
    def __init__(self, name, of, is_list=False):
        self.name, self.of, self.is_list = name, of, is_list


# ---- LIKE (W6, W7) ----

def like_pattern(pattern):
    out, i = "", 0
    while i < len(pattern):
        c = pattern[i]
        end = pattern.find("]", i)
        if c == "%":
            out += ".*"
        elif c == "_":
            out += "."
        elif c == "[" and end > 0:
            inside = pattern[i + 1:end]
            negated = inside.startswith("^")
            inside = inside[1:] if negated else inside
            body = "".join("-" if x == "-" and 0 < k < len(inside) - 1
                           else re.escape(x) for k, x in enumerate(inside))
            out += f"[{'^' if negated else ''}{body}]"
            i = end
        else:
            out += re.escape(c)
        i += 1
    return re.compile(out, re.S | re.I | re.A)


def is_like(pattern, value):
    return like_pattern(pattern).fullmatch(str(value)) is not None


# ---- Dates (W14) ----

def days(t):
    return (t - EPOCH).days


def seconds(t):
    return int((t - EPOCH).total_seconds())


STEPS = {
    "year": lambda t: t.year,
    "quarter": lambda t: t.year * 4 + (t.month - 1) // 3,
    "month": lambda t: t.year * 12 + t.month,
    "week": lambda t: (days(t) + 4) // 7,  # the epoch was a Thursday
    "day": days,
    "hour": lambda t: seconds(t) // 3600,
    "minute": lambda t: seconds(t) // 60,
    "second": seconds,
}
PARTS = {
    "year": lambda t: t.year,
    "quarter": lambda t: (t.month + 2) // 3,
    "month": lambda t: t.month,
    "week": lambda t: (t.timetuple().tm_yday - 1 +
                       (datetime.datetime(t.year, 1, 1).weekday() + 1) % 7)
    // 7 + 1,
    "day": lambda t: t.day,
    "hour": lambda t: t.hour,
    "minute": lambda t: t.minute,
    "second": lambda t: t.second,
}
SHORT = {"year": ["yy", "yyyy", "Year"], "quarter": ["qq", "Quarter"],
         "month": ["mm", "m", "MONTH"], "week": ["wk", "week"],
         "day": ["dd", "d", "Day"], "hour": ["hh", "hour"],
         "minute": ["mi", "n", "minute"], "second": ["ss", "second"]}


def added(part, n, t):
    if part in ("year", "quarter", "month"):
        months = t.year * 12 + t.month - 1 + \
            n * {"year": 12, "quarter": 3, "month": 1}[part]
        year, month = divmod(months, 12)
        last = (datetime.datetime(year + month // 11, (month + 1) % 12 + 1, 1)
                - datetime.timedelta(days=1)).day
        return t.replace(year=year, month=month + 1, day=min(t.day, last))
    return t + datetime.timedelta(**{part + "s": n})


# ---- Expressions: text() is WQL, value(row) is the meaning ----

def quoted(text, quote="'"):
    for c in "\\" + quote:
        text = text.replace(c, "\\" + c)
    return quote + text + quote


class Literal:
    """A value, and how it is spelt."""

    def __init__(self, value, spelt):
        self.value, self.spelt = value, spelt


class Column:
    def __init__(self, alias, prop, spelt):
        self.alias, self.prop, self.of, self.spelt = \
            alias, prop, prop.of, spelt

    def text(self):
        return self.spelt

    def values(self, env):
        """Every value to be tested: of a list, each entry (W8)."""
        row = env[self.alias]
        value = None if row is None else row.get(self.prop.name)
        if self.prop.is_list:
            return list(value or [])
        return [value]


class Call:
    """A function over a column; make is applied to what is set."""

    def __init__(self, spelt, of, column, make):
        self.spelt, self.of, self.column, self.make = spelt, of, column, make
        self.prop = column.prop

    def text(self):
        return self.spelt

    def values(self, env):
        return [None if v is None else self.make(v)
                for v in self.column.values(env)]


def any_of(left, env, test):
    """True for any entry of a list, else false; or the one value's."""
    found = [test(v) for v in left.values(env)]
    if left.prop.is_list:
        return any(x is True for x in found)
    return found[0]


class Compare:
    TESTS = {"=": lambda a, b: a == b, "<>": lambda a, b: a != b,
             "!=": lambda a, b: a != b, "<": lambda a, b: a < b,
             "<=": lambda a, b: a <= b, ">": lambda a, b: a > b,
             ">=": lambda a, b: a >= b}
    MIRRORED = {"=": "=", "<>": "<>", "!=": "!=", "<": ">", "<=": ">=",
                ">": "<", ">=": "<="}

    def __init__(self, left, op, right, is_mirrored=False):
        self.left, self.op, self.right = left, op, right
        self.is_mirrored = is_mirrored

    def text(self):
        right = self.right.spelt if isinstance(self.right, Literal) \
            else self.right.text()
        if self.is_mirrored:
            return f"{right} {self.MIRRORED[self.op]} {self.left.text()}"
        return f"{self.left.text()} {self.op} {right}"

    def holds(self, env):
        key = self.left.of.key
        if isinstance(self.right, Literal):
            other = self.right.value
        else:
            other = self.right.values(env)[0]

        def test(value):
            if value is None or other is None:
                return None
            return self.TESTS[self.op](key(value), key(other))
        return any_of(self.left, env, test)


class Like:
    def __init__(self, left, is_not, pattern):
        self.left, self.is_not, self.pattern = left, is_not, pattern

    def text(self):
        return f"{self.left.text()} {'NOT ' if self.is_not else ''}like " + \
            quoted(self.pattern, '"')

    def holds(self, env):
        return any_of(self.left, env, lambda v: None if v is None else
                      is_like(self.pattern, v) != self.is_not)


class InList:
    def __init__(self, left, is_not, literals, word):
        self.left, self.is_not, self.literals, self.word = \
            left, is_not, literals, word

    def text(self):
        return f"{self.left.text()} {self.word}" \
            f" ({', '.join(x.spelt for x in self.literals)})"

    def holds(self, env):
        key = self.left.of.key
        among = [key(x.value) for x in self.literals]
        return any_of(self.left, env, lambda v: None if v is None else
                      (key(v) in among) != self.is_not)


class InQuery:
    def __init__(self, left, is_not, query, column):
        self.left, self.is_not, self.query, self.column = \
            left, is_not, query, column

    def text(self):
        return f"{self.left.text()} {'NOT ' if self.is_not else ''}IN" \
            f" ({self.query.text()})"

    def holds(self, env):
        key = self.left.of.key
        found = [self.column.values(inner)[0]
                 for inner in self.query.environments(env.site)]
        among = {key(v) for v in found if v is not None}
        has_null = any(v is None for v in found)

        def test(value):
            if value is None:
                return self.is_not if not found else \
                    (None if found else False)
            if key(value) in among:
                return not self.is_not
            return None if has_null else self.is_not
        return any_of(self.left, env, test)


class IsNull:
    def __init__(self, left, is_not, spelt):
        self.left, self.is_not, self.spelt = left, is_not, spelt

    def text(self):
        return f"{self.left.text()} {self.spelt}"

    def holds(self, env):
        values = self.left.values(env)
        is_null = not values if self.left.prop.is_list else values[0] is None
        return is_null != self.is_not


class Not:
    def __init__(self, of):
        self.of = of

    def text(self):
        return f"NOT ({self.of.text()})"

    def holds(self, env):
        held = self.of.holds(env)
        return None if held is None else not held


class Chain:
    def __init__(self, word, parts):
        self.word, self.parts = word, parts

    def text(self):
        return f" {self.word} ".join(f"({p.text()})" for p in self.parts)

    def holds(self, env):
        held = [p.holds(env) for p in self.parts]
        decides = self.word == "or"
        if any(h is decides for h in held):
            return decides
        return None if any(h is None for h in held) else not decides


# ---- Queries ----

class Environment(dict):
    """alias -> row (None where a join found none); site: class -> rows."""

    def __init__(self, site, rows):
        super().__init__(rows)
        self.site = site


class Query:
    """sources: [(alias, class, join word, condition)]; the first has none."""

    def __init__(self, head, sources, where=None, tail=""):
        self.head, self.sources, self.where, self.tail = \
            head, sources, where, tail

    def text(self):
        parts = [f"select {self.head} from"]
        for alias, name, join, on in self.sources:
            if join:
                parts.append(f"{join} join")
            parts.append(name if alias == name else f"{name} as {alias}")
            if on:
                parts.append(f"on {on.text()}")
        if self.where:
            parts.append(f"where {self.where.text()}")
        return " ".join(parts) + self.tail

    def environments(self, site):
        """What FROM and WHERE leave."""
        alias, name, _, _ = self.sources[0]
        envs = [Environment(site, {alias: row}) for row in site[name]]
        before = [alias]
        for alias, name, join, on in self.sources[1:]:
            envs = joined(site, envs, before, alias, site[name], join, on)
            before.append(alias)
        return [e for e in envs
                if not self.where or self.where.holds(e) is True]


def joined(site, envs, before, alias, rows, join, on):
    out, matched = [], set()
    for env in envs:
        found = False
        for i, row in enumerate(rows):
            both = Environment(site, {**env, alias: row})
            if on.holds(both) is True:
                out.append(both)
                matched.add(i)
                found = True
        if not found and join.split()[0] in ("left", "full"):
            out.append(Environment(site, {**env, alias: None}))
    if join.split()[0] in ("right", "full"):
        nothing = {a: None for a in before}
        out += [Environment(site, {**nothing, alias: row})
                for i, row in enumerate(rows) if i not in matched]
    return out
