"""One sequence: what is given at first, then up to six acts, each judged.

The judge itself, a full administrator, sets up and tidies. Whatever an act
changed counts from the next request on, so a refused act is not looked at.
"""

import dataclasses
import random

import acts
import cast
import files
import verdict
import probes
from acts import Act, Impossible
from verdict import Violation
from world import DEVICES, RpcError

SECRET = ("Secret", "Sacred")  # a collection that is hidden, one that is not


@dataclasses.dataclass
class Sequence:
    given: list
    acts: list
    seed: int = 0
    asks: bool = False  # about what is hidden, at the end
    is_approved: bool = False  # where two persons decide

    def __str__(self):
        lines = ["given"]
        lines += [f"  {act}" for act in self.given]
        lines.append("then")
        lines += [f"  {number}. {act}" for number, act in
                  enumerate(self.acts, 1)]
        return "\n".join(lines)


class Run:
    """A sequence under way in a world."""

    def __init__(self, world, sequence):
        self.world = world
        self.sequence = sequence
        self.applications = {}
        self.givers = {}
        self.versions = []
        self.told = []  # what became of each act
        self.waiting = []  # (digest, author) of pending policies
        self.people = set()  # who took part in the act
        self.staying = [cast.user(name) for name in ("judge", "alice") + (
            ("mallory",) if world.is_approved else ())]
        self.rng = random.Random(sequence.seed)
        world.begin()

    # -- Doing --

    def request(self, act, names):
        if act.name == "apply_policy":
            return "policy.apply", files.apply(
                names, self.world.base_text, **act.arguments)
        if act.name == "approve":
            if not self.waiting:
                raise Impossible("nothing is waiting")
            return "policy.approve", {"digest": self.waiting[-1][0]}
        if act.name == "roll_back":
            version = names.facts.version - act.arguments["back"]
            if version < self.first_version:
                raise Impossible("that is an earlier sequence's")
            return "policy.rollback", {"version": version}
        return acts.call_of(act, names, self.applications)

    def perform(self, act, model):
        """True when it was done."""
        names = acts.Names(self.world.number, model.facts)
        try:
            method, params = self.request(act, names)
            if not model.name_of(act.evidence()):
                raise Impossible("nobody to sign in as")
            result = self.world.seat(act.evidence()).call(method, params)
        except Impossible as why:
            self.told.append(f"cannot be asked: {why}")
            return False
        except RpcError as error:
            self.world.leave(act.evidence())
            self.told.append(f"refused: {error.message}")
            return False
        return self.note(act, result)

    def note(self, act, result):
        """What is to be remembered; True when the act counts by now."""
        self.people = {act.who[0]}
        if act.name in ("apply_policy", "roll_back") and result.get("waiting"):
            self.waiting.append((result["digest"], act.who[0]))
            self.told.append("waits for another person")
            return False
        if act.name == "approve":
            self.people.add(self.waiting.pop()[1])
        if act.name == "make_application":
            self.applications[act.arguments["application"]] = result["CI_ID"]
        if act.name == "make_package":
            self.applications[act.arguments["package"]] = result["PackageID"]
        self.told.append("done")
        return True

    def note_givers(self, before, after, evidence):
        """Who gave each identity that is new since the act."""
        for identity, row in after.facts.identities.items():
            if before.facts.identities.get(identity) != row:
                self.givers[identity] = evidence

    def look(self):
        return verdict.model_of(self.world.facts())

    def run(self):
        """The violations of the first act that has any."""
        before = self.give()
        found = []
        for act in self.sequence.acts:
            before, found = self.step(act, before)
            if found:
                break
        if not found:
            found = self.ask(before)
        return found

    def give(self):
        """The judge sets up; nobody holds that against anybody."""
        model = self.look()
        self.first_version = model.facts.version
        for act in self.sequence.given:
            if not self.perform(act, model):
                self.told[-1] = "not given: " + self.told[-1]
            model = self.look()
        return model

    def step(self, act, before):
        if not self.perform(act, before):
            return before, []
        after = self.look()
        self.note_givers(before, after, act.evidence())
        found = verdict.judge(act, before, after, self.givers)
        if self.world.is_approved:
            found += verdict.check_alone(act, before, after, self.people)
        if not found:
            found = probes.check_sign_ins(self.world, before, after)
        if not found:
            found = self.check_seats(after)
        return after, found

    def check_seats(self, model):
        evidence = self.rng.choice([
            e for person in cast.OUTSIDERS for e in cast.EVIDENCE[person]])
        return probes.check_decisions(self.world, model, evidence, self.rng)

    def ask(self, model):
        """Questions about what is hidden, at the end of some sequences."""
        if not self.sequence.asks:
            return []
        name, absent = (f"{word} {self.world.number}" for word in SECRET)
        mine = next((c.key for c in model.facts.collections.values()
                     if c.name == f"Lab {self.world.number}"), "P01FFFFD")
        return probes.check_hidden(self.world, model,
                                   cast.EVIDENCE["mallory"][0], name, absent,
                                   mine)

    # -- Tidying --

    def tidy(self):
        """The policy of the beginning, and none of the records since. What
        files declare goes with them; what holds on to it goes before."""
        self.world.leave_all()
        self.world.judge_many([("policy.reject", {"digest": digest})
                               for digest, _ in self.waiting])
        self.delete(self.world.facts())
        if self.world.facts().policy != {"site.yaml": self.world.base_text}:
            self.world.restore_policy()
        facts = self.world.facts()
        self.delete(facts)
        if facts.minimum:
            self.world.judge("object.invoke", {
                "class": "SMS_Site", "method": "SetAuthenticationLevel",
                "args": {"AuthenticationLevel": 0}})
        if any(record.name not in self.staying
               for record in self.world.facts().records.values()):
            raise RuntimeError("records are left over")

    def delete(self, facts):
        """As far as no policy file declares it."""
        calls = [("object.delete", {
            "class": "SMS_ApplicationAssignment" if what[0] == 31
            else "SMS_Advertisement", "key": str(number)})
            for number, (what, _) in facts.deployments.items()]
        for row, record in facts.records.items():
            if record.name not in self.staying:
                calls.append(("object.delete", {"class": "SMS_Admin",
                                                "key": str(row)}))
            elif record.is_disabled:
                calls.append(acts.update("SMS_Admin", str(row),
                                         {"IsDisabled": False}))
        calls += [acts.update("SMS_R_System", str(row),
                              {"LastLogonUserName": DEVICES[name]})
                  for row, name in facts.devices.items()
                  if facts.users[row] != DEVICES[name]]
        self.world.judge_many(calls)


__all__ = ["Act", "Run", "Sequence", "Violation"]
