"""Random acts on devices and collections, as data.

An act is a tuple of a verb, the names it is about and what it does; the names
are those of the model, so that a sequence is the same in every run. What names
something that is not there (any more) is left out, in model and site alike:
so every part of a sequence is a sequence.
"""

from members_model import ALL, SERVICE, folded, wql

NAMES = ["alpha", "Alpha", "beta", "BETA", "gamma", "delta", "a_b", "x%y"]
USERS = ["ann", "Ann", "bob", "carol"]
SITES = ["Leeds", "leeds-2", "York"]
ADDRESSES = ["10.1.0.1", "10.1.0.2", "10.2.0.1"]
SERVICES = ["spooler", "sshd", "web"]
STATES = ["Running", "Stopped", "running"]
REFRESHES = [1, 2, 4, 4, 6]
DEPTH_MAX = 5
N_DEVICES, N_COLLECTIONS = 10, 9


# ---- Parts ----

def random_row(rng, most=1.0):
    row = {"LastLogonUserName": rng.choice([*USERS, None]),
           "ADSiteName": rng.choice([*SITES, None]),
           "Client": rng.choice([0, 1, None]),
           "Active": rng.choice([0, 1, None]),
           "IPAddresses": rng.sample(ADDRESSES, rng.randrange(3))}
    return {name: value for name, value in row.items() if rng.random() < most}


def random_leaf(rng):
    return rng.choice([
        lambda: ("cmp", "Name", rng.choice(["=", "<>", "<", ">="]),
                 rng.choice(NAMES)),
        lambda: ("like", "Name", rng.choice(["a%", "%a", "%A_", "_eta", "%"])),
        lambda: ("cmp", "LastLogonUserName", rng.choice(["=", "<>"]),
                 rng.choice(USERS)),
        lambda: ("like", "ADSiteName", rng.choice(["L%", "%s%", "york"])),
        lambda: ("cmp", rng.choice(["Client", "Active"]),
                 rng.choice(["=", "<>", "<", ">="]), rng.randrange(2)),
        lambda: ("null", rng.choice(["Client", "ADSiteName"]),
                 rng.random() < 0.5),
        lambda: ("mirrored", "Name", rng.choice(["=", "<", ">="]),
                 rng.choice(NAMES)),
        lambda: ("in", "LastLogonUserName", tuple(rng.sample(USERS, 2))),
        lambda: ("in", "Client", (rng.randrange(2),)),
        lambda: ("any", "IPAddresses", rng.choice(ADDRESSES)),
        lambda: ("anylike", "IPAddresses", rng.choice(["10.1%", "%.2"])),
        lambda: ("within", random_service(rng), rng.random() < 0.2),
        lambda: ("within", random_service(rng), False)])()


def random_service(rng):
    name = ("cmp", "Name", "=", rng.choice(SERVICES))
    state = rng.choice([("cmp", "State", "=", rng.choice(STATES)),
                        ("like", "State", rng.choice(["run%", "%ed"]))])
    return rng.choice([name, state, ("and", name, state),
                       ("or", name, state)])


def random_tree(rng, depth=2):
    roll = rng.random()
    if depth == 2 and roll < 0.1:
        return ("all",)
    if depth and roll < 0.4:
        return (rng.choice(["and", "or"]), random_tree(rng, depth - 1) if
                roll < 0.2 else random_leaf(rng), random_leaf(rng))
    leaf = random_leaf(rng)
    if roll > 0.85 and leaf[0] not in ("any", "anylike"):
        return ("not", leaf)
    return leaf


# ---- Choice ----

class Chooser:
    """Chooses the next act on what a model holds."""

    def __init__(self, rng, model):
        self.rng, self.model = rng, model
        self.n_devices = self.n_collections = 0

    def device(self):
        return self.rng.choice(sorted(self.model.devices))

    def own(self):
        """A collection that files do not declare, or None."""
        names = [name for name, collection in self.model.collections.items()
                 if not collection.is_declared]
        return self.rng.choice(names) if names else None

    def any(self):
        return self.rng.choice([ALL, *self.model.collections])

    def limit(self):
        """Deep more often than not, but no deeper than DEPTH_MAX."""
        names = [name for name in [ALL, *self.model.collections]
                 if self.model.depth(name) < DEPTH_MAX]
        return max(self.rng.choice(names), self.rng.choice(names),
                   key=self.model.depth)

    def new_device(self):
        self.n_devices += 1
        row = {"Name": self.rng.choice(NAMES), **random_row(self.rng)}
        return ("device", f"d{self.n_devices}", row)

    def import_rows(self):
        """New devices and changes of old ones, in one act."""
        rows = {}
        for _ in range(self.rng.randrange(1, 4)):
            if len(self.model.devices) + len(rows) < N_DEVICES:
                _, name, row = self.new_device()
                rows[name] = row
        for name in self.model.devices:
            row = random_row(self.rng, 0.4)
            if row and self.rng.random() < 0.3:
                rows[name] = {"Name": self.rng.choice(NAMES), **row}
        return ("import", rows)

    def new_collection(self):
        self.n_collections += 1
        return ("collection", f"c{self.n_collections}", self.limit(),
                self.rng.choice(REFRESHES))

    def rule(self):
        name, rng = self.own(), self.rng
        roll = rng.random()
        if roll < 0.3 and self.model.devices:
            return ("rule", name, "direct", self.device())
        if roll < 0.65:
            return ("rule", name, "query", random_tree(rng))
        return ("rule", name, rng.choice(["include", "exclude"]), self.any())

    def lost_rule(self):
        name = self.own()
        rules = self.model.collections[name].rules
        if not rules:
            return self.rule()
        rule = self.rng.choice(rules)
        return ("unrule", name, rule.kind, rule.what)

    def files(self):
        """Two collections, which name devices that may not be there yet."""
        rng, declared = self.rng, {}
        for name, others in (("F1", [ALL]), ("F2", [ALL, "F1"])):
            rules = [("name", folded(one))
                     for one in rng.sample(NAMES[::2], rng.randrange(4))]
            if rng.random() < 0.5:
                rules.append(("query", random_tree(rng)))
            if name == "F2" and rng.random() < 0.5:
                rules.append((rng.choice(["include", "exclude"]), "F1"))
            declared[name] = (rng.choice(others), rules)
        return ("files", declared)

    def about_devices(self):
        rng = self.rng
        roll = rng.random()
        if roll < 0.08:
            return self.import_rows()
        if not self.model.devices or \
                (roll < 0.3 and len(self.model.devices) < N_DEVICES):
            return self.new_device()
        if roll < 0.45:
            return ("change", self.device(), {"Name": rng.choice(NAMES)})
        if roll < 0.75:
            return ("change", self.device(), random_row(rng, 0.4))
        if roll < 0.9:
            return ("service", self.device(), rng.choice(SERVICES),
                    rng.choice([*STATES, None]))
        return ("gone", self.device())

    def about_collections(self):
        rng = self.rng
        roll = rng.random()
        if not self.own() or \
                (roll < 0.2 and len(self.model.collections) < N_COLLECTIONS):
            return self.new_collection()
        if roll < 0.55:
            return self.rule()
        if roll < 0.65:
            return self.lost_rule()
        if roll < 0.77:
            return ("limit", self.own(), self.limit())
        if roll < 0.84:
            return ("type", self.own(), rng.choice(REFRESHES))
        if roll < 0.92:
            return ("refresh", self.any())
        return ("drop", self.own())

    def next(self):
        roll = self.rng.random()
        if roll < 0.02:
            return self.files()
        return self.about_devices() if roll < 0.45 else \
            self.about_collections()


# ---- On the model ----

def is_possible(model, act):
    """Is everything there that it names?"""
    verb, name = act[0], act[1]
    if verb == "import":
        return bool(name)
    if verb in ("device", "collection", "files"):
        return verb != "collection" or model.has(act[2])
    if verb == "service":
        return name in model.devices and (
            act[3] is not None or
            act[2] in model.devices[name].get("services", {}))
    if verb in ("change", "gone"):
        return name in model.devices and act[2:] != ({},)
    if verb == "refresh":
        return model.has(name)
    if not (name in model.collections and
            not model.collections[name].is_declared):
        return False
    if verb == "rule":
        kind, what = act[2:]
        return {"direct": lambda: what in model.devices,
                "query": lambda: True}.get(kind, lambda: model.has(what))()
    if verb == "unrule":
        return any((rule.kind, rule.what) == act[2:]
                   for rule in model.collections[name].rules)
    return verb != "limit" or model.has(act[2])


def remove_rule(model, name, kind, what):
    rules = model.collections[name].rules
    rules.remove(next(rule for rule in rules
                      if (rule.kind, rule.what) == (kind, what)))
    return True


def import_all(model, rows):
    for name, row in rows.items():
        if name in model.devices:
            model.change_device(name, row)
        else:
            model.add_device(name, row)
    return True


def do(model, act):
    """Acts on the model; whether the provider allows it too."""
    verb, names = act[0], act[1:]
    if verb == "refresh" and names[0] == ALL:
        return True
    return {
        "import": lambda rows: import_all(model, rows),
        "device": model.add_device, "change": model.change_device,
        "gone": model.remove_device, "service": model.set_service,
        "collection": model.add_collection,
        "limit": model.set_limit, "type": model.set_refresh,
        "drop": model.remove_collection, "rule": model.add_rule,
        "unrule": lambda *rest: remove_rule(model, *rest),
        "refresh": model.refresh, "files": model.declare}[verb](*names)


# ---- On a site ----

def yaml_rules(rules):
    out = []
    names = [what for kind, what in rules if kind == "name"]
    if names:
        quoted = ", ".join(f"\"{name}\"" for name in names)
        out.append(f"direct: [{quoted}]")
    for kind, what in rules:
        if kind == "query":
            out.append(f"query: [{{ name: q, wql: \"{wql(what)}\" }}]")
        elif kind != "name":
            out.append(f"{kind}: [{what}]")
    return "".join(f", {part}" for part in out)


def policy_text(declared):
    if not declared:
        return ""
    lines = ["collections:"]
    for name, (limit, rules) in declared.items():
        limiting = "All Systems" if limit == ALL else limit
        lines.append(f"  - {{ name: {name}, limiting: {limiting}"
                     f"{yaml_rules(rules)} }}")
    return "\n".join(lines) + "\n"


def invoke(site, key, method, rule=None):
    return site.call("object.invoke", {
        "class": "SMS_Collection", "key": key, "method": method,
        **({"args": {"CollectionRule": rule}} if rule else {})})


def rule_of(site, kind, what):
    if kind == "direct":
        return {"ResourceID": int(site.keys[what])}
    if kind == "query":
        return {"QueryExpression": wql(what)}
    return {f"{kind.title()}CollectionID": site.keys[what]}


def find_device(site, name):
    found = site.call("object.list", {
        "class": "SMS_R_System", "properties": ["ResourceID"],
        "filter": f"SMSUniqueIdentifier = '{name}'"})["items"]
    return str(found[0]["ResourceID"])


def import_devices(site, rows):
    """The provider takes as many rows a call as it has time for."""
    left = [{"SMSUniqueIdentifier": name, **row} for name, row in rows.items()]
    while left:
        done = site.call("object.import", {
            "class": "SMS_R_System", "key": "SMSUniqueIdentifier",
            "rows": left})
        assert not done["errors"], done
        left = left[done["taken"]:]
    for name in rows:
        if name not in site.keys:
            site.keys[name] = find_device(site, name)


def find_service(site, device, service):
    """Its key, or None."""
    found = site.call("object.list", {
        "class": SERVICE, "filter": f"ResourceID = {site.keys[device]} and "
        f"Name = '{service}'"})["items"]
    return found and str(found[0]["InstanceKey"])


def set_service(site, device, service, state):
    key = find_service(site, device, service)
    if state is None:
        site.call("object.delete", {"class": SERVICE, "key": key})
    elif key:
        site.call("object.update", {"class": SERVICE, "key": key,
                                    "properties": {"State": state}})
    else:
        site.call("object.create", {"class": SERVICE, "properties": {
            "ResourceID": int(site.keys[device]), "Name": service,
            "State": state}})


def act_on_device(site, verb, name, row=None):
    if verb == "gone":
        site.call("object.delete", {"class": "SMS_R_System",
                                    "key": site.keys[name]})
    elif verb == "change":
        site.call("object.update", {"class": "SMS_R_System",
                                    "key": site.keys[name],
                                    "properties": row})
    else:
        made = site.call("object.create", {
            "class": "SMS_R_System",
            "properties": {**row, "SMSUniqueIdentifier": name}})
        site.keys[name] = str(made["ResourceID"])


def act_on_collection(site, verb, name, value=None, refresh=1):
    if verb == "collection":
        made = site.call("object.create", {
            "class": "SMS_Collection", "properties": {
                "Name": name, "LimitToCollectionID": site.keys[value],
                "RefreshType": refresh}})
        site.keys[name] = made["CollectionID"]
    elif verb == "drop":
        site.leave(name)
        site.call("object.delete", {"class": "SMS_Collection",
                                    "key": site.keys[name]})
    else:
        change = {"LimitToCollectionID": site.keys[value]} \
            if verb == "limit" else {"RefreshType": value}
        site.call("object.update", {"class": "SMS_Collection",
                                    "key": site.keys[name],
                                    "properties": change})


def act_on_rule(site, verb, name, kind, what):
    key = site.keys[name]
    if verb == "rule":
        done = invoke(site, key, "AddMembershipRule",
                      {"RuleName": "r", **rule_of(site, kind, what)})
        if kind == "query":
            site.queries.setdefault((name, what), []).append(done["QueryID"])
        return
    rule = {"QueryID": site.queries[(name, what)].pop(0)} \
        if kind == "query" else rule_of(site, kind, what)
    invoke(site, key, "DeleteMembershipRule", rule)


def send(site, act):
    """RpcError when the provider refuses."""
    verb = act[0]
    if verb in ("device", "change", "gone"):
        act_on_device(site, *act)
    elif verb == "service":
        set_service(site, *act[1:])
    elif verb in ("rule", "unrule"):
        act_on_rule(site, *act)
    elif verb == "import":
        import_devices(site, act[1])
    elif verb == "files":
        site.declare(act[1])
    elif verb == "refresh":
        invoke(site, site.keys[act[1]], "RequestRefresh")
    else:
        act_on_collection(site, *act)


# ---- In words, for whoever repeats it by hand ----

def words(act):
    if act[0] == "rule" and act[2] == "query":
        return f"rule {act[1]} query {wql(act[3])}"
    if act[0] == "unrule" and act[2] == "query":
        return f"unrule {act[1]} query {wql(act[3])}"
    if act[0] == "files":
        return "files " + policy_text(act[1]).replace("\n", "; ")
    return " ".join(str(part) for part in act)
