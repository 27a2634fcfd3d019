"""Random sequences: what people are given at first, and what they then try.

Nothing here knows what is right, or what the provider will answer. A scene
remembers what would be there if every act were done, so that most acts name
something that is. Every choice comes from one random number generator: a seed
is a sequence.
"""

from acts import OPERATIONS, Act
from facts import WINDOWS
from sequence import Sequence

JUDGE, ALICE = ("judge", 0), ("alice", 0)
MALLORY, EVE = ("mallory", 0), ("eve", 0)
MAX_ACTS = 6
EVERYTHING = (["All"], ["All Systems", "All Users and User Groups"])
ROLES = ["Full Administrator", "Read-only Analyst", "Security Administrator",
         "Operations Administrator", "Application Administrator",
         "Application Author", "Application Deployment Manager",
         "Remote Tools Operator", "Infrastructure Administrator", "Watchers"]
PLACES = [(["Web"], ["Web Servers"]), (["Web"], ["Kiosks"]),
          EVERYTHING, (["Finance"], ["Payroll"]),
          (["Default"], ["All Systems"]), (["Web"], [])]
OWN_ROLES, OWN_COLLECTIONS = ["Packers", "Menders"], ["Lab", "Mine", "Pit"]
COLLECTIONS = ["All Systems", "Web Servers", "Kiosks", "Payroll", "Secret"]
DEVICES = ["web-1", "web-2", "web-3", "pay-1", "pay-2", "loose-1"]
SCOPES = ["Web", "Finance", "Default", "All"]
GROUPS = ["hostadmins", "helpdesk", "siteadmins", "webteam", "tokadmins",
          "crew"]
RECORDS = ["mallory", "eve", "bob", "carol", "dan", "zed"] + GROUPS
SIGNS = ["mallory-2", "mallory-3", "eve-2", "bob", "carol", "dan",
         "kerberos bob", "kerberos carol", "kerberos mallory",
         "kerberos zed", "eve-groups"]
SEATS = {"mallory-2": ("mallory", 1), "mallory-3": ("mallory", 2),
         "eve-2": ("eve", 1), "eve-groups": ("eve", 2), "bob": ("bob", 0),
         "carol": ("carol", 0), "dan": ("dan", 0), "eve": EVE}


def grant(roles, scopes, collections, window=None):
    """window: one of facts.WINDOWS, or always."""
    more = {"window": window} if window else {}
    return {"roles": list(roles), "scopes": list(scopes),
            "collections": list(collections), **more}


FULL = [grant(["Full Administrator"], *EVERYTHING)]


def act(who, name, **arguments):
    return Act(who, name, arguments)


def add(who, record, grants, **more):
    if record in GROUPS:
        more["group"] = True
    return act(who, "add_administrator", record=record, grants=grants, **more)


class Scene:
    """What would be there if every act so far had been done."""

    def __init__(self, rng):
        self.rng = rng
        self.given, self.acts = [], []
        self.records, self.roles = [], ["Helpers", "Watchers"]
        self.collections = list(COLLECTIONS)
        self.applications, self.scopes = [], list(SCOPES)
        self.seats = []

    def note(self, done):
        arguments = done.arguments
        if done.name == "add_administrator":
            self.records.append(arguments["record"])
        for key, made in (("make_role", "role"), ("make_scope", "scope"),
                          ("make_application", "application"),
                          ("make_collection", "collection")):
            if done.name == key and arguments[made] not in getattr(
                    self, made + "s"):
                getattr(self, made + "s").append(arguments[made])
        self.seats += [SEATS[sign] for sign in arguments.get("signs") or ()
                       if sign in SEATS and SEATS[sign] not in self.seats]

    def give(self, *acts):
        for given in acts:
            self.note(given)
            self.given.append(given)

    def try_out(self, *acts):
        for tried in acts:
            self.note(tried)
            self.acts.append(tried)

    def sequence(self, seed, **more):
        return Sequence(self.given, self.acts[:MAX_ACTS], seed, **more)


# ---- What people are given ----

DELEGATES = [  # what a delegate is commonly given
    [("Security Administrator",), ("Application Administrator",)],
    [("Operations Administrator",)],
    [("Full Administrator",)],
    [("Security Administrator", "Operations Administrator")],
    [("Application Administrator", "Read-only Analyst")],
]


def delegate(rng):
    """One or two roles in a narrow place, perhaps a look at everything."""
    place = rng.choice(PLACES[:2])
    grants = [grant(roles, *place) for roles in rng.choice(DELEGATES)]
    look = rng.choice([None, None, "Read-only Analyst", "Watchers",
                       "Security Administrator"])
    if look:
        grants.append(grant([look], *EVERYTHING))
    if rng.random() < 0.15:
        rng.choice(grants)["window"] = "now"
    return grants


def random_grant(scene):
    rng = scene.rng
    scopes, collections = rng.choice(PLACES)
    own = [c for c in OWN_COLLECTIONS if c in scene.collections]
    if own and rng.random() < 0.25:
        collections = [rng.choice(own)]
    roles = [rng.choice(ROLES * 2 + scene.roles * 2)]
    window = rng.choice(list(WINDOWS)) if rng.random() < 0.2 else None
    return grant(roles, scopes, collections, window)


def furniture(scene):
    """Objects of the console that a sequence plays with."""
    rng = scene.rng
    scene.give(
        act(JUDGE, "make_collection", collection="Secret",
            limit="All Systems"),
        act(JUDGE, "add_rule", collection="Secret", rule={"device": "pay-1"}),
        act(JUDGE, "make_application", application="Browser"),
        act(JUDGE, "put_into_scope", application="Browser", scope="Web"),
        act(JUDGE, "make_application", application="Ledger"),
        act(JUDGE, "put_into_scope", application="Ledger", scope="Finance"),
        act(JUDGE, "make_package", package="Archive"))
    if rng.random() < 0.7:
        scene.give(
            act(JUDGE, "make_collection", collection="Lab", incremental=True,
                limit=rng.choice(["Web Servers", "Kiosks", "All Systems"])),
            act(JUDGE, "add_rule", collection="Lab", rule={
                "device": rng.choice(DEVICES[:4])}))
    if rng.random() < 0.3:
        scene.give(act(JUDGE, "make_role", role="Menders",
                       operations=rng.choice(list(OPERATIONS))))


def standing(scene):
    """Records that are there before anybody acts."""
    rng = scene.rng
    scene.give(add(JUDGE, "mallory", delegate(rng), signs=["mallory"]))
    if rng.random() < 0.6:
        scene.give(add(JUDGE, "eve", [random_grant(scene)], signs=["eve"]))
    for record in ("hostadmins", "siteadmins", "helpdesk", "tokadmins"):
        if rng.random() < 0.3:
            scene.give(add(JUDGE, record, FULL if rng.random() < 0.5
                           else [random_grant(scene)]))
    for record in ("bob", "carol"):
        if rng.random() < 0.3:
            scene.give(add(JUDGE, record, [random_grant(scene)],
                           signs=[record]))


# ---- What they try ----

def actor(scene):
    others = [seat for seat in scene.seats if seat[0] != "judge"]
    return scene.rng.choice([MALLORY] * 6 + [ALICE] * 3 + others)


def random_rule(scene):
    rng = scene.rng
    return rng.choice([
        {"device": rng.choice(DEVICES)}, {"device": rng.choice(DEVICES)},
        {"query": rng.choice(["", "paula", "ann"])},
        {"include": rng.choice(scene.collections)},
        {"exclude": rng.choice(scene.collections)}])


def try_add(scene, who):
    rng = scene.rng
    free = [r for r in RECORDS if r not in scene.records] or RECORDS
    record, more = rng.choice(free), {}
    if record not in GROUPS and rng.random() < 0.8:
        more["signs"] = rng.sample(SIGNS, rng.choice([1, 1, 2]))
    return add(who, record, [random_grant(scene)], **more)


def try_change(scene, who):
    rng = scene.rng
    what = rng.choice(["grants", "grants", "signs", "disabled"])
    value = {"grants": [random_grant(scene)],
             "signs": rng.sample(SIGNS, rng.choice([0, 1, 2])),
             "disabled": rng.random() < 0.5}[what]
    return act(who, "change_administrator",
               record=rng.choice(scene.records * 3 + ["alice"]),
               **{what: value})


def try_remove(scene, who):
    return act(who, "remove_administrator",
               record=scene.rng.choice(scene.records or RECORDS))


def try_role(scene, who):
    rng = scene.rng
    there = [role for role in OWN_ROLES if role in scene.roles]
    operations = rng.choice(list(OPERATIONS))
    if there and rng.random() < 0.6:
        return act(who, "change_role", role=rng.choice(there),
                   operations=operations)
    return act(who, "make_role", role=rng.choice(OWN_ROLES),
               operations=operations)


def try_scope(scene, who):
    rng = scene.rng
    return act(who, rng.choice(["put_into_scope", "take_out_of_scope"]),
               application=rng.choice(scene.applications),
               scope=rng.choice(scene.scopes))


def try_make(scene, who):
    rng = scene.rng
    new = rng.choice(OWN_COLLECTIONS)
    return rng.choice([
        act(who, "make_scope", scope="Annex"),
        act(who, "make_application", application="Tool"),
        act(who, "make_collection", collection=new,
            limit=rng.choice([c for c in scene.collections if c != new])),
        act(who, "make_collection", collection=new, incremental=True,
            limit=rng.choice(["Web Servers", "Kiosks"]))])


def try_deploy(scene, who):
    if scene.rng.random() < 0.3:
        return act(who, "deploy_package", package="Archive",
                   collection=scene.rng.choice(scene.collections))
    return act(who, "deploy",
               application=scene.rng.choice(scene.applications),
               collection=scene.rng.choice(scene.collections))


def try_collection(scene, who):
    rng = scene.rng
    own = [c for c in OWN_COLLECTIONS if c in scene.collections]
    collection = rng.choice(own * 3 + ["Secret"])
    others = [c for c in scene.collections if c != collection]
    return rng.choice([
        act(who, "move_collection", collection=collection,
            limit=rng.choice(others)),
        act(who, "move_collection", collection=collection,
            limit=rng.choice(others)),
        act(who, "add_rule", collection=collection, rule=random_rule(scene)),
        act(who, "add_rule", collection=collection, rule=random_rule(scene)),
        act(who, "add_rule", collection=collection, rule=random_rule(scene)),
        act(who, "drop_rule", collection=collection, rule=random_rule(scene)),
        act(who, "refresh", collection=collection),
        act(who, "delete_collection", collection=collection)])


def try_device(scene, who):
    """A rule by query may find it since."""
    rng = scene.rng
    return act(who, "change_device", device=rng.choice(DEVICES),
               user=rng.choice(["paula", "ann", "paula", "nobody"]))


# ---- What they declare ----

def declared_role(scene):
    return {"role": scene.rng.choice(OWN_ROLES),
            "operations": scene.rng.choice(list(OPERATIONS))}


def declared_collection(scene):
    rng = scene.rng
    name = rng.choice(OWN_COLLECTIONS)
    others = [c for c in scene.collections if c not in OWN_COLLECTIONS]
    return {"collection": name, "limit": rng.choice(others), **rng.choice([
        {"devices": [rng.choice(DEVICES)]}, {"query": ""},
        {"query": "paula"}, {"include": [rng.choice(others)]},
        {"query": "", "exclude": [rng.choice(others)]}])}


def declared_scope(scene):
    del scene
    return {"scope": "Annex"}


def declared_administrator(scene):
    rng = scene.rng
    record = rng.choice(RECORDS)
    entry = {"record": record, "grants": [random_grant(scene)]}
    if record in GROUPS:
        entry["group"] = True
    elif rng.random() < 0.6:
        entry["signs"] = [rng.choice(SIGNS)]
    return entry


def declared_group(scene):
    return {"group": "crew", "members": scene.rng.sample(
        ["mallory", "eve", "bob", "dan", "helpdesk", "webteam"], 2)}


DECLARED = {"groups": declared_group, "roles": declared_role,
            "collections": declared_collection, "scopes": declared_scope,
            "administrators": declared_administrator}


def try_policy(scene, who):
    rng = scene.rng
    kind = rng.random()
    if kind < 0.1:
        return act(who, "roll_back", back=1)
    if kind < 0.2:
        return act(who, "apply_policy", leaves_out=["tests"])
    if kind < 0.22:
        return act(who, "apply_policy",
                   swaps={"judge": "nobody", "alice": "nobody-else"})
    parts = [part for part in DECLARED if rng.random() < 0.35] or ["roles"]
    declares = {part: [DECLARED[part](scene)] for part in parts}
    for part in ("roles", "collections", "scopes"):
        if part in declares:
            declares[part][0].update(origin(scene, part))
    return act(who, "apply_policy", declares=declares)


def origin(scene, part):
    """Now and then it takes something over, or had another name."""
    kind = scene.rng.random()
    if kind < 0.2:
        return {"adopts": True}
    if kind < 0.3:
        return {"was": scene.rng.choice(getattr(scene, part))}
    return {}


TRIES = [(try_add, 6), (try_change, 6), (try_remove, 1), (try_role, 4),
         (try_scope, 2), (try_make, 6), (try_deploy, 4),
         (try_collection, 10), (try_device, 3), (try_policy, 5)]
ATTEMPTS = [attempt for attempt, weight in TRIES for _ in range(weight)]


def random_act(scene):
    return scene.rng.choice(ATTEMPTS)(scene, actor(scene))


def random_sequence(rng, seed):
    scene = Scene(rng)
    furniture(scene)
    standing(scene)
    for _ in range(rng.randint(2, MAX_ACTS)):
        scene.try_out(random_act(scene))
    return scene.sequence(seed, asks=rng.random() < 0.15)
