"""What an act changed, held against what its actor could give.

Each check takes the state before and after one act and returns sentences,
none when all is well. The rules are those of the issue and of the reference:
nobody gets more than its giver could give.
"""

import dataclasses
import re

import cast
from facts import LATER
from model import (
    ADMIN, COLLECTION, DELETE, DEPLOY_OF, MODIFY, READ, READ_RESOURCE, ROLE,
    SET_SCOPE, Abilities, Model)

GIVEN_BY_SCOPE = ("put_into_scope", "take_out_of_scope")


@dataclasses.dataclass(frozen=True)
class Violation:
    kind: str
    text: str

    def __str__(self):
        return f"{self.kind}: {self.text}"


class Step:
    """One act that succeeded, with what was and what is."""

    def __init__(self, act, before, after, givers):
        self.act = act
        self.before, self.after = before, after
        self.givers = givers  # identity -> evidence of who gave it
        self.actor = before.abilities(act.evidence())
        has_windows = before.facts.has_windows or after.facts.has_windows
        self.moments = (None, LATER) if has_windows else (None,)

    def declares(self):
        """Names that the act declares for the first time."""
        return self.act.arguments.get("declares") or {}

    def thing(self, what):
        """How a person calls it."""
        kind, row = what
        facts = self.after.facts
        if kind == "device":
            return f"device {facts.devices[row]}"
        if kind == COLLECTION and row in facts.collections:
            return f"collection {facts.collections[row].name}"
        return f"type {kind}" if row == 0 else f"object {kind}/{row}"


def bits(mask):
    return ",".join(str(bit) for bit in range(32) if mask >> bit & 1)


def entitled(model, person, moment):
    """What somebody has by the own name, and by what the issuer of their
    tokens says of them: whoever gave them an identity."""
    name = cast.user(person)
    own = model.from_records(records_of_name(
        model, name, cast.kerberos(person)), cast.MFA, moment)
    for evidence in cast.EVIDENCE[person]:
        if evidence.groups:
            own.add(model.from_records(records_of_name(
                model, "", evidence), cast.MFA, moment))
    return own


def records_of_name(model, name, evidence):
    """As if no identity said otherwise."""
    groups = {group: set(sources) for group, sources in model.groups_of(
        name, evidence._replace(kind="none")).items()}
    return [record for record in model.facts.records.values()
            if not record.is_disabled and model.applies(record, name, groups)]


def routes(model, person, moment):
    """Everything somebody can act through: (identity or None, abilities)."""
    found = [(None, entitled(model, person, moment))]
    for evidence in cast.EVIDENCE[person]:
        identity = (evidence.kind, evidence.value)
        if identity in model.facts.identities:
            found.append((identity, model.abilities(evidence, moment)))
    return found


def union(parts):
    total = Abilities()
    for _, part in parts:
        total.add(part)
    return total


def existed(step, what):
    kind, row = what
    facts = step.before.facts
    if row == 0:
        return True
    if kind == "device":
        return row in facts.devices
    if kind == COLLECTION:
        return row in facts.collections
    return (kind, row) in facts.objects


def gains(step, person, moment=None):
    """[(what, mask)] that somebody can do since the act, to what was there."""
    before = union(routes(step.before, person, moment)).masks
    after = union(routes(step.after, person, moment))
    return [(what, mask & ~before.get(what, 0))
            for what, mask in after.masks.items()
            if mask & ~before.get(what, 0) and existed(step, what)]


def could_give(step, giver, what, mask):
    """Of the mask, what the giver could not give."""
    if giver.is_full:
        return 0
    held = giver.masks.get(what, 0)
    if step.act.name in GIVEN_BY_SCOPE and held & SET_SCOPE:
        return 0  # R8.5: the right to set scopes is the right to do this
    return mask & ~held


# ---- (i) Nobody gains what could not be given ----

def check_gains(step):
    """Today, and at a moment when other windows are open: nobody gives what
    will not be theirs to give by then."""
    for moment in step.moments:
        actor = step.before.abilities(step.act.evidence(), moment)
        for person in cast.PEOPLE:
            for what, mask in gains(step, person, moment):
                yield from check_gain(step, actor, person, what, mask, moment)


def check_gain(step, actor, person, what, mask, moment):
    then = " in 2095" if moment else ""
    lacking = could_give(step, actor, what, mask)
    if lacking:
        yield Violation("gain", f"{person} can do {bits(lacking)} to "
                        f"{step.thing(what)}{then}, which the actor cannot")
    lacking = mask & ~lacking
    blamed = lacking and blame(step, person, what, lacking, moment)
    if blamed:
        yield Violation(
            "identity", f"{person} can do {bits(lacking)} to "
            f"{step.thing(what)}{then} through an identity that {blamed} "
            "gave, who could not give this")


def blame(step, person, what, mask, moment):
    """Who gave the identity that the gain needs; None when one is sound."""
    blamed = None
    for identity, abilities in routes(step.after, person, moment):
        if not abilities.masks.get(what, 0) & mask:
            continue
        giver = identity and step.givers.get(identity)
        if giver is None or not could_give(
                step, step.before.abilities(giver, moment), what, mask):
            return None
        blamed = giver.person
    return blamed


def check_reach(step):
    """A deployment reaches a device only if the actor could deploy it."""
    for deployment, device in sorted(
            step.after.reached() - step.before.reached(), key=str):
        what, target = step.after.facts.deployments[deployment]
        if step.actor.is_full or (
                step.actor.has(("device", device), DEPLOY_OF[what[0]]) and
                step.actor.has(what, READ)):
            continue
        yield Violation("reach", f"deployment {deployment} reaches "
                        f"{step.thing(('device', device))} through {target}; "
                        "the actor cannot deploy it there")


# ---- Names taken ahead ----

def declared_before(step):
    """Some of it changes what the files said already: its holder is
    in the plan."""
    names = [entry[key] for entries in step.declares().values()
             for entry in entries
             for key in ("role", "collection", "scope", "was")
             if key in entry]
    return any(re.search(rf"name: {name}\b", text) for name in names
               for text in step.before.facts.policy.values())


def adopts(step):
    """It says so itself, and the plan lists what is taken over."""
    return any(entry.get("adopts") for entries in step.declares().values()
               for entry in entries)


def named_people(step):
    """People whom the declaration itself names, or whose identities."""
    found = set()
    for entry in step.declares().get("administrators", ()):
        found |= {person for person in cast.PEOPLE
                  if covers(step.after, entry, person)}
    return found


def covers(model, entry, person):
    if any(sign in cast.SUBJECTS[person] or sign == f"kerberos {person}"
           for sign in entry.get("signs") or ()):
        return True
    if not entry.get("group"):
        return entry["record"] == person
    return any(entry["record"] in model.groups_of(
        model.name_of(e) or cast.user(person), e)
        for e in cast.EVIDENCE[person])


def check_adopted(step):
    """Declaring a new name gives nothing to anybody the files do not name,
    and deploys nothing that stands elsewhere."""
    if not step.declares() or not step.actor.is_full or \
            declared_before(step) or adopts(step):
        return
    named = named_people(step)
    for person in cast.OUTSIDERS:
        for what, mask in gains(step, person) if person not in named else ():
            if what[0] == COLLECTION:
                mask &= ~(MODIFY | DELETE)  # R7.5.2: less may be assigned now
            if mask:
                yield Violation(
                    "adopted", f"{person} can do {bits(mask)} to "
                    f"{step.thing(what)}, whom the files do not name")
    for deployment, device in step.after.reached() - step.before.reached():
        yield Violation("adopted", f"deployment {deployment} reaches "
                        f"{step.thing(('device', device))}; the files do not "
                        "name it")


def references(facts):
    """Name of what refers -> names and keys of the collections it rests on."""
    found = {}
    for collection in facts.collections.values():
        others = [rule.other for rule in collection.rules if rule.other]
        limit = facts.by_key.get(collection.limit)
        found[collection.key] = others + ([limit.row] if limit else [])
    for record in facts.records.values():
        found[record.name] = [row for part in record.assignments
                              for row in part.collections]
    return {key: {(facts.collections[row].name, row) for row in rows
                  if row in facts.collections}
            for key, rows in found.items()}


def check_rebound(step):
    """What rests on a collection rests on that one, not on a namesake."""
    if any("was" in entry for entries in step.declares().values()
           for entry in entries):
        return  # the old name may be another's from now on
    before, after = references(step.before.facts), references(step.after.facts)
    for key in before.keys() & after.keys():
        gone = dict(before[key] - after[key])
        for name, row in after[key] - before[key]:
            if name in gone and gone[name] in step.after.facts.collections:
                yield Violation("rebound", f"{key} rests on another {name}")


# ---- One sign-in, one record ----

def shadowed(model):
    names = {r.name for r in model.facts.records.values() if not r.is_group}
    return {(value, model.facts.records[row].name)
            for (kind, value), row in model.facts.identities.items()
            if kind == "kerberos" and value in names
            and model.facts.records[row].name != value}


def check_shadowed(step):
    for value, name in shadowed(step.after) - shadowed(step.before):
        yield Violation("shadowed", f"{value} has a record and signs in as "
                        f"{name}")


# ---- Settings that are the top's ----

def policy_lines(model, part):
    """What the files in force say under a key, sorted."""
    found, is_in = [], False
    for text in model.facts.policy.values():
        for line in text.splitlines():
            if line and not line.startswith((" ", "-")):
                is_in = line.startswith(part)
            elif is_in:
                found.append(line.strip())
    return sorted(found)


def may_change_policy(actor):
    """Changing the version needs the right to change what it is about:
    administrators and roles."""
    return actor.has((ADMIN, 0), MODIFY) and actor.has((ROLE, 0), MODIFY)


def check_settings(step):
    if step.actor.is_full:
        return
    before, after = step.before.facts, step.after.facts
    if (before.minimum, before.exclusions) != (after.minimum,
                                               after.exclusions):
        yield Violation("settings", "the minimum level or its exclusions "
                        "changed by somebody who is no full administrator")
    if before.policy != after.policy and not may_change_policy(step.actor):
        yield Violation("settings", "another version of the policy put in "
                        "place by somebody who may not change administrators "
                        "and roles")
    if left_out(step, "authentication"):
        yield Violation("settings", "the declared level left out by somebody "
                        "who is no full administrator")


def left_out(step, part):
    return set(policy_lines(step.before, part)) - set(
        policy_lines(step.after, part))


# ---- What a rule picks from is what its author may read ----

def candidates(model, collection):
    limit = model.facts.by_key.get(collection.limit)
    return model.members[limit.row] if limit else frozenset()


def queries(collection):
    return {(r.row, r.wql) for r in collection.rules if r.kind == 2}


def check_picks(step):
    if step.actor.is_full:
        return
    for row, collection in step.after.facts.collections.items():
        if not queries(collection):
            continue
        asked = candidates(step.after, collection)
        old = step.before.facts.collections.get(row)
        if old and queries(old) == queries(collection):
            asked = asked - candidates(step.before, old)
        elif old and not queries(collection) - queries(old):
            continue
        hidden = [d for d in asked
                  if not step.actor.has(("device", d), READ_RESOURCE)]
        if hidden:
            yield Violation("picks", f"a query rule of {collection.name} asks "
                            f"{step.thing(('device', hidden[0]))}, which the "
                            "actor may not read")


# ---- (iii) and (iv) ----

def check_members(step):
    for row, collection in step.after.facts.collections.items():
        if collection.members != step.after.members[row]:
            yield Violation(
                "members", f"{collection.name} holds "
                f"{sorted(collection.members)}, its rules say "
                f"{sorted(step.after.members[row])}")


def can_administer(model):
    return [evidence for person in cast.PEOPLE
            for evidence in cast.EVIDENCE[person]
            if model.abilities(evidence).is_full]


def check_locked_out(step):
    if can_administer(step.before) and not can_administer(step.after):
        yield Violation("locked-out", "no full administrator can sign in")


# ---- Where two persons decide ----

def who_may_what(facts):
    """Everything that a second person has to approve."""
    return ({record.name: (record.is_disabled, sorted(
        map(repr, record.assignments))) for record in facts.records.values()},
            facts.identities, facts.rights, facts.site_groups, facts.minimum,
            facts.exclusions)


def is_disabling(act):
    return act.name == "change_administrator" and \
        act.arguments.get("disabled") is True


def check_alone(act, before, after, people):
    """Two records of one person are one person."""
    if who_may_what(before.facts) == who_may_what(after.facts) or \
            is_disabling(act) or len(people) > 1:
        return []
    return [Violation("alone", f"{', '.join(people)} alone changed who may do "
                      "what")]


CHECKS = (check_gains, check_reach, check_adopted, check_rebound,
          check_shadowed, check_settings, check_picks, check_members,
          check_locked_out)


def judge(act, before, after, givers):
    """Everything that is wrong with one act."""
    step = Step(act, before, after, givers)
    return [violation for check in CHECKS for violation in check(step)]


def model_of(facts):
    return Model(facts, cast.HOSTS)

