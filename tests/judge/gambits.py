"""Openings that attackers are known to try, with their details left to chance
and random acts around them.

A gambit does not say what is wrong; it only brings people and objects into a
position in which something once was. So that each mended fault is found again
within a bounded number of sequences, should it come back.
"""

from generate import (
    ALICE, EVERYTHING, EVE, FULL, JUDGE, MALLORY, MAX_ACTS, Scene, act, add,
    furniture, grant, random_act)

WEB = (["Web"], ["Web Servers"])
KIOSKS = (["Web"], ["Kiosks"])
# Members of groups from outside: who, the group, what the delegate can give.
MEMBERS = [("bob", "hostadmins"), ("eve", "helpdesk"), ("dan", "helpdesk"),
           ("carol", "siteadmins")]


def give_delegate(scene):
    """mallory administers the Web estate, administrators among it; or all
    administrators, and the Web estate."""
    web = scene.rng.choice([
        [grant(["Full Administrator"], *WEB)],
        [grant(["Security Administrator", "Application Administrator"], *WEB)],
        [grant(["Security Administrator", "Operations Administrator"], *WEB)],
        [grant(["Security Administrator"], *EVERYTHING),
         grant(["Application Administrator"], *WEB)]])
    scene.give(add(JUDGE, "mallory", web, signs=["mallory"]))


def give_operator(scene, look=None, where=WEB):
    grants = [grant([scene.rng.choice(["Operations Administrator",
                                       "Full Administrator"])], *where)]
    if look:
        grants.append(grant([look], *EVERYTHING))
    if scene.rng.random() < 0.2:
        grants.append(grant(["Security Administrator"], *EVERYTHING))
    scene.give(add(JUDGE, "mallory", grants, signs=["mallory"]))


def small_grant(scene):
    return [grant([scene.rng.choice(["Security Administrator",
                                     "Helpers"])],
                  *scene.rng.choice([WEB, KIOSKS, (["Web"], [])]))]


def record_act(scene, who, record, **more):
    """By the console or by files."""
    if scene.rng.random() < 0.7:
        return add(who, record, **more)
    if "signs" in more:
        more["signs"] = list(more["signs"])
    return act(who, "apply_policy", declares={
        "administrators": [{"record": record, **more}]})


# ---- Groups from outside (A.1) ----

def claim_member(scene):
    """A record for a member of a powerful group, with another's evidence."""
    rng = scene.rng
    person, group = rng.choice(MEMBERS)
    give_delegate(scene)
    scene.give(add(JUDGE, group, FULL))
    sign = rng.choice(["mallory-2", "eve-2", "kerberos mallory"])
    if rng.random() < 0.3 and person != "eve":
        scene.give(add(JUDGE, person, small_grant(scene)))
        scene.try_out(act(MALLORY, "change_administrator", record=person,
                          signs=[sign]))
    else:
        scene.try_out(record_act(scene, MALLORY, person,
                                 grants=small_grant(scene), signs=[sign]))


def claim_token_group(scene):
    """A record for a token whose issuer says that it is in a group."""
    give_delegate(scene)
    scene.give(add(JUDGE, scene.rng.choice(["tokadmins", "hostadmins"]), FULL))
    scene.try_out(record_act(scene, MALLORY, scene.rng.choice(["zed", "carol"]),
                             grants=small_grant(scene),
                             signs=["eve-groups"]))


# ---- Rights that come later (A.2) ----

def raise_later(scene):
    """A record with a foreign identity, raised by somebody innocent."""
    rng = scene.rng
    record = rng.choice(["bob", "zed", "dan"])
    give_delegate(scene)
    scene.try_out(record_act(
        scene, MALLORY, record, grants=small_grant(scene),
        signs=[rng.choice(["mallory-2", "mallory-3"])]))
    more = rng.choice([FULL, [grant(["Application Administrator"],
                                    ["Finance"], ["Payroll"])]])
    scene.try_out(rng.choice([
        act(ALICE, "change_administrator", record=record, grants=more),
        act(ALICE, "apply_policy", declares={"administrators": [
            {"record": record, "grants": more}]})]))


def raise_group_later(scene):
    """The same by a group that gets its record, or its member, later."""
    rng = scene.rng
    person, group = rng.choice(MEMBERS)
    give_delegate(scene)
    scene.try_out(record_act(scene, MALLORY, person,
                             grants=small_grant(scene),
                             signs=["mallory-2"]))
    scene.try_out(record_act(scene, ALICE, group, grants=FULL,
                             group=True) if rng.random() < 0.5
                  else add(ALICE, group, FULL))


def crew(members, grants):
    return {"groups": [{"group": "crew", "members": members}],
            "administrators": [{"record": "crew", "grants": grants,
                                "group": True}]}


def join_crew(scene):
    """A group of the site's files, with its members and who added them."""
    rng = scene.rng
    give_delegate(scene)
    person = rng.choice(["dan", "mallory", "eve"])
    if person != "mallory" and rng.random() < 0.7:
        scene.try_out(add(MALLORY, person, small_grant(scene),
                          signs=["mallory-2"]))
    scene.try_out(act(ALICE, "apply_policy", declares=crew(["bob"], FULL)),
                  act(rng.choice([ALICE, MALLORY]), "apply_policy",
                      declares=crew(["bob", person], FULL)))


def roll_back(scene):
    """What was taken away comes back with an older version."""
    rng = scene.rng
    give_delegate(scene)
    scene.try_out(
        act(ALICE, "apply_policy", declares={"administrators": [
            {"record": "eve", "grants": rng.choice([FULL, small_grant(scene)]),
             "signs": ["eve"]}]}),
        act(ALICE, "apply_policy", declares={}),
        act(rng.choice([MALLORY, MALLORY, ALICE]), "roll_back", back=1))


def take_name(scene):
    """A name that is somebody's identity, in both orders."""
    rng = scene.rng
    person = rng.choice(["bob", "carol"])
    give_delegate(scene)
    makers = [add(MALLORY, "zed", small_grant(scene),
                  signs=[f"kerberos {person}"]),
              add(ALICE, person, FULL)]
    if rng.random() < 0.5:
        makers.reverse()
    scene.try_out(*makers)


# ---- Moving a collection (A.3, A.4) ----

def below(scene, limit):
    """A collection of mallory's own, or one that stands, below a limit."""
    if scene.rng.random() < 0.5:
        scene.try_out(act(MALLORY, "make_collection", collection="Mine",
                          limit=limit))
    else:
        scene.give(act(JUDGE, "make_collection", collection="Mine",
                       limit=limit))
    return "Mine"


def widen(scene, collection):
    """More members for it, by one of the ways."""
    rng = scene.rng
    wide = rng.choice(["All Systems", "Secret", "Payroll"])
    return rng.choice([
        act(MALLORY, "move_collection", collection=collection, limit=wide),
        act(MALLORY, "move_collection", collection=collection,
            limit="All Systems"),
        act(MALLORY, "apply_policy", declares={"collections": [
            {"collection": collection, "limit": "All Systems", "query": ""}]})])


def fill(scene, collection):
    rule = scene.rng.choice([
        {"query": ""}, {"query": ""}, {"query": "paula"},
        {"include": "Web Servers"}, {"include": "Kiosks"}])
    return act(MALLORY, "add_rule", collection=collection, rule=rule)


def move_deployed(scene):
    """A deployment is moved with its collection."""
    give_operator(scene, "Read-only Analyst")
    mine = below(scene, "Web Servers")
    steps = [scene.rng.choice([
        act(MALLORY, "deploy", application="Browser", collection=mine),
        act(MALLORY, "deploy_package", package="Archive", collection=mine)]),
             act(MALLORY, "add_rule", collection=mine, rule={"query": ""})]
    scene.rng.shuffle(steps)
    scene.try_out(*steps, widen(scene, mine))


def move_assigned(scene):
    """A colleague is assigned to the collection that is moved or filled."""
    rng = scene.rng
    give_operator(scene, rng.choice(["Read-only Analyst", "Watchers"]))
    scene.give(act(JUDGE, "make_collection", collection="Mine",
                   limit="Web Servers"),
               add(JUDGE, "eve", [grant([rng.choice(
                   ["Operations Administrator", "Remote Tools Operator"])],
                   ["Web"], ["Mine"])], signs=["eve"]))
    scene.try_out(fill(scene, "Mine"), widen(scene, "Mine"))
    if rng.random() < 0.4:
        scene.try_out(act(rng.choice([MALLORY, EVE]), "refresh",
                          collection="Mine"))


def fill_assigned(scene):
    """A reader of everything adds devices where a colleague does more."""
    rng = scene.rng
    scene.give(
        act(JUDGE, "make_collection", collection="Mine", limit="All Systems"),
        act(JUDGE, "make_collection", collection="Pit", limit="Mine"),
        act(JUDGE, "make_application", application="Tool"),
        add(JUDGE, "mallory", [
            grant(["Security Administrator"], ["Web"], ["Mine"]),
            grant(["Read-only Analyst"], *EVERYTHING)], signs=["mallory"]),
        add(JUDGE, "eve", [grant(["Operations Administrator"], ["Web"],
                                 ["Pit"])], signs=["eve"]),
        act(JUDGE, "add_rule", collection="Mine",
            rule={"include": "Payroll"}))
    if rng.random() < 0.5:
        scene.give(act(JUDGE, "deploy", application="Browser",
                       collection="Pit"))
    scene.try_out(act(MALLORY, "add_rule", collection="Pit", rule=rng.choice([
        {"device": "pay-1"}, {"query": ""}, {"include": "Payroll"}])))


def free_excluded(scene):
    """An exclude rule goes, and what it kept out comes in."""
    rng = scene.rng
    fill_assigned(scene)
    scene.acts.clear()
    scene.give(act(JUDGE, "add_rule", collection="Pit",
                   rule={"exclude": "Payroll"}),
               act(JUDGE, "add_rule", collection="Pit", rule={"query": ""}))
    scene.try_out(act(MALLORY, "drop_rule", collection="Pit",
                      rule={"exclude": "Payroll"}))
    if rng.random() < 0.3:
        scene.try_out(act(MALLORY, "refresh", collection="Pit"))


def peek(scene):
    """A query is moved to where its author may not look."""
    rng = scene.rng
    give_operator(scene, "Watchers")
    mine = below(scene, "Web Servers")
    scene.try_out(
        act(MALLORY, "add_rule", collection=mine,
            rule={"query": rng.choice(["paula", "quinn", ""])}),
        act(MALLORY, "move_collection", collection=mine,
            limit=rng.choice(["All Systems", "Payroll", "Secret"])),
        act(MALLORY, "refresh", collection=mine))


def change_into(scene):
    """A device is changed until the rule of a collection finds it, by
    somebody who may only change it."""
    rng = scene.rng
    scene.give(
        act(JUDGE, "make_role", role="Packers", operations="remote"),
        add(JUDGE, "mallory", [grant(["Packers"], *WEB)], signs=["mallory"]),
        act(JUDGE, "make_collection", collection="Pit", incremental=True,
            limit=rng.choice(["All Systems", "Web Servers"])),
        act(JUDGE, "add_rule", collection="Pit", rule={"query": "paula"}))
    below_it = "Pit"
    if rng.random() < 0.3:
        below_it = "Mine"
        scene.give(
            act(JUDGE, "make_collection", collection="Mine",
                limit="All Systems"),
            act(JUDGE, "add_rule", collection="Mine",
                rule={"include": "Pit"}))
    scene.give(rng.choice([
        act(JUDGE, "deploy", application="Browser", collection=below_it),
        act(JUDGE, "deploy_package", package="Archive", collection=below_it),
        add(JUDGE, "eve", [grant(["Operations Administrator"], ["Web"],
                                 [below_it])], signs=["eve"])]))
    scene.try_out(act(MALLORY, "change_device", user="paula",
                      device=rng.choice(["web-1", "web-2", "web-3"])))


# ---- Rights that end, and rights that begin (windows) ----

def lend_beyond(scene):
    """A holder for a limited time gives it for longer, or from later."""
    rng = scene.rng
    held = grant([rng.choice(["Full Administrator", "Security Administrator"])],
                 *WEB, "now")
    mine = [held]
    if "Security Administrator" in held["roles"]:
        mine.append(grant(["Application Administrator"], *WEB,
                          rng.choice(["now", None])))
    scene.give(add(JUDGE, "mallory", mine, signs=["mallory"]))
    given = [grant([rng.choice(["Application Administrator", "Helpers",
                                "Security Administrator"])], *WEB,
                   rng.choice([None, "later", "now"]))]
    if rng.random() < 0.5:
        scene.give(add(JUDGE, "eve", [grant(["Helpers"], *WEB, "now")],
                       signs=["eve"]))
        scene.try_out(act(MALLORY, "change_administrator", record="eve",
                          grants=given))
    else:
        scene.try_out(record_act(scene, MALLORY, "eve", grants=given,
                                 signs=["eve"]))


def raise_from_later(scene):
    """A record with a foreign identity gets rights that begin one day."""
    rng = scene.rng
    record = rng.choice(["bob", "zed"])
    give_delegate(scene)
    scene.try_out(record_act(scene, MALLORY, record,
                             grants=small_grant(scene), signs=["mallory-2"]))
    more = [grant(["Full Administrator"], *EVERYTHING,
                  rng.choice(["later", "now"]))]
    scene.try_out(rng.choice([
        act(ALICE, "change_administrator", record=record, grants=more),
        act(ALICE, "apply_policy", declares={"administrators": [
            {"record": record, "grants": more}]})]))


def move_to_later(scene):
    """A colleague's rights in the collection that is filled begin one day."""
    rng = scene.rng
    scene.give(
        act(JUDGE, "make_collection", collection="Pit", limit="All Systems"),
        add(JUDGE, "mallory", [
            grant(["Security Administrator"], ["Web"], ["All Systems"]),
            grant(["Operations Administrator"], *WEB, "now")],
            signs=["mallory"]),
        add(JUDGE, "eve", [grant(["Operations Administrator"], ["Web"],
                                 ["Pit"], rng.choice(["later", None]))],
            signs=["eve"]))
    scene.try_out(act(MALLORY, "add_rule", collection="Pit", rule=rng.choice([
        {"device": "web-1"}, {"include": "Kiosks"}])))


# ---- Names taken ahead (A.9) ----

def take_role_ahead(scene):
    give_delegate(scene)
    scene.give(add(JUDGE, "eve", small_grant(scene), signs=["eve"]))
    scene.try_out(
        act(MALLORY, "make_role", role="Packers", operations="nothing"),
        act(MALLORY, "change_administrator", record="eve",
            grants=[grant(["Packers"], *WEB)]),
        act(ALICE, "apply_policy", declares={"roles": [
            {"role": "Packers", "operations": scene.rng.choice(
                ["deploy", "author", "remote"])}]}))


def take_old_name(scene):
    """A name that something is said to have had before."""
    give_delegate(scene)
    rng = scene.rng
    scene.give(add(JUDGE, "eve", small_grant(scene), signs=["eve"]))
    scene.try_out(
        act(MALLORY, "make_role", role="Packers", operations="nothing"),
        act(MALLORY, "change_administrator", record="eve",
            grants=[grant(["Packers"], *WEB)]),
        act(rng.choice([ALICE, MALLORY]), "apply_policy", declares={"roles": [
            {"role": rng.choice(["Menders", "Packers"]),
             "operations": rng.choice(["deploy", "remote"]),
             **rng.choice([{"was": "Packers"}, {"adopts": True}])}]}))


def adopt_foreign(scene):
    """Something is taken over by a user who could not change it."""
    rng = scene.rng
    give_operator(scene)
    scene.given[-1] = add(JUDGE, "mallory", [
        grant(["Security Administrator"], *EVERYTHING),
        grant(["Operations Administrator"], *WEB)], signs=["mallory"])
    scene.give(
        act(JUDGE, "make_role", role="Packers", operations="look"),
        act(JUDGE, "make_collection", collection="Pit", limit="All Systems"),
        add(JUDGE, "eve", [grant(["Packers"], ["Web"], [rng.choice(
            ["Pit", "Web Servers", "Payroll"])])], signs=["eve"]),
        act(JUDGE, "deploy", application="Browser", collection="Pit"))
    scene.try_out(act(MALLORY, "apply_policy", declares=rng.choice([
        {"roles": [{"role": "Packers", "operations": "remote",
                    "adopts": True}]},
        {"collections": [{"collection": "Pit", "limit": "All Systems",
                          "query": "", "adopts": True}]},
        {"collections": [{"collection": "Mine", "limit": "All Systems",
                          "devices": ["pay-1"], "was": "Pit"}]}])))


def take_collection_ahead(scene):
    give_operator(scene)
    scene.try_out(
        act(MALLORY, "make_collection", collection="Pit",
            limit="Web Servers"),
        act(MALLORY, "deploy", application="Browser", collection="Pit"),
        act(ALICE, "apply_policy", declares={"collections": [
            {"collection": "Pit", "limit": scene.rng.choice(
                ["All Systems", "Payroll"]), **scene.rng.choice(
                    [{"devices": ["pay-1"]}, {"query": ""}])}]}))


def take_record_ahead(scene):
    give_delegate(scene)
    scene.try_out(
        add(MALLORY, "zed", small_grant(scene), signs=["mallory-2"]),
        act(ALICE, "apply_policy", declares={"administrators": [
            {"record": "zed", "grants": FULL}]}))


def take_scope_ahead(scene):
    give_delegate(scene)
    scene.try_out(
        act(MALLORY, "make_scope", scope="Annex"),
        act(MALLORY, "put_into_scope", application="Browser", scope="Annex"),
        act(ALICE, "apply_policy", declares={
            "scopes": [{"scope": "Annex"}],
            "administrators": [{"record": "carol", "grants": [grant(
                ["Application Administrator"], ["Annex"], [])],
                "signs": ["carol"]}]}))


def twin_name(scene):
    """A namesake of what the files rest on."""
    rng = scene.rng
    give_operator(scene)
    pit = {"collections": [{"collection": "Pit", "limit": "All Systems",
                            "query": "", "exclude": ["Secret"]}],
           "administrators": [{"record": "eve", "signs": ["eve"], "grants": [
               grant(["Operations Administrator"], ["Web"], [rng.choice(
                   ["Pit", "Secret"])])]}]}
    scene.try_out(
        act(ALICE, "apply_policy", declares=pit),
        act(MALLORY, "make_collection", collection="Secret",
            limit="Web Servers"),
        act(ALICE, "apply_policy", declares={
            **pit, "scopes": [{"scope": "Annex"}]}))


def wake_up(scene):
    """A disabled record gets an identity, and is enabled later."""
    rng = scene.rng
    give_delegate(scene)
    record = rng.choice(["bob", "dan"])
    scene.give(add(JUDGE, record, rng.choice([FULL, small_grant(scene)])),
               act(JUDGE, "change_administrator", record=record,
                   disabled=True))
    scene.try_out(
        act(MALLORY, "change_administrator", record=record,
            signs=["mallory-2"]),
        act(rng.choice([MALLORY, ALICE]), "change_administrator",
            record=record, disabled=False),
        act(ALICE, "change_administrator", record=record, grants=FULL))


# ---- Settings and hidden things (A.6, A.10, A.11, A.12) ----

def leave_out(scene):
    rng = scene.rng
    scene.give(add(JUDGE, "mallory", [grant([rng.choice(
        ["Read-only Analyst", "Watchers", "Security Administrator"])],
        *rng.choice([EVERYTHING, WEB]))], signs=["mallory"]))
    scene.try_out(act(MALLORY, "apply_policy", leaves_out=["tests"]))


def ask_hidden(scene):
    scene.give(add(JUDGE, "mallory", [grant(["Watchers"], *scene.rng.choice(
        [WEB, KIOSKS])), grant([scene.rng.choice(
            ["Security Administrator", "Operations Administrator",
             "Read-only Analyst"])], *WEB)], signs=["mallory"]))
    scene.asks = True


# ---- Where two persons decide (A.5) ----

INSIDERS = [{"record": "dan", "grants": FULL, "signs": ["mallory-2"]},
            {"record": "zed", "grants": FULL, "signs": ["mallory-3"]}]


def alone(scene):
    """mallory, who is at the top, asks and approves under two names; alice
    approves the one or other harmless request."""
    rng = scene.rng
    scene.is_approved = True
    scene.given.clear()
    names = [("mallory", 0), ("mallory", 1)]
    scene.try_out(act(MALLORY, "apply_policy", declares={"administrators": [
        {"record": "dan", "grants": FULL, "signs": ["mallory-2"]}]}))
    if rng.random() < 0.8:
        scene.try_out(act(ALICE, "approve"))
    if rng.random() < 0.4:  # over another name
        scene.try_out(act(("mallory", 1), "apply_policy", declares={
            "administrators": INSIDERS}), act(ALICE, "approve"))
        names[1] = ("mallory", 2)
    rng.shuffle(names)
    scene.try_out(rng.choice([
        act(names[0], "apply_policy", declares={"administrators": INSIDERS}),
        act(names[0], "apply_policy", declares={
            "administrators": INSIDERS,
            "roles": [{"role": "Packers", "operations": "deploy"}]}),
        act(names[0], "roll_back", back=1),
        add(names[0], "eve", FULL, signs=["eve"])]))
    scene.try_out(act(names[1], "approve"))


GAMBITS = {function.__name__: function for function in (
    claim_member, claim_token_group, raise_later, raise_group_later,
    join_crew, roll_back, take_name, move_deployed, move_assigned,
    fill_assigned, free_excluded, peek, change_into, lend_beyond,
    raise_from_later, move_to_later, take_role_ahead, take_old_name,
    adopt_foreign, take_collection_ahead, take_record_ahead,
    take_scope_ahead, twin_name, wake_up, leave_out, ask_hidden, alone)}
APPROVED = ("alone",)  # played where two persons decide


def sequence(rng, seed, only=None):
    scene = Scene(rng)
    scene.asks = scene.is_approved = False
    furniture(scene)
    GAMBITS[only or rng.choice([name for name in GAMBITS
                                if name not in APPROVED])](scene)
    while len(scene.acts) < MAX_ACTS and rng.random() < 0.3:
        scene.acts.insert(rng.randint(0, len(scene.acts)), random_act(scene))
    return scene.sequence(seed, asks=scene.asks,
                          is_approved=scene.is_approved)
