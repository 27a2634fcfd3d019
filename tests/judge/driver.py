"""Runs sequences against providers, one after the other, and reports.

A provider serves many sequences; it is made anew when it could not be
tidied, and now and then anyway.
"""

import concurrent.futures
import dataclasses
import random

import gambits
import generate
from sequence import Run
from shrink import shorten
from world import RpcError, World

SEQUENCES_OF_A_WORLD = 150
SHOWN = 3  # violations of a report


class Bench:
    """Worlds as they are needed, one at a time."""

    def __init__(self, mutant=None, is_approved=False):
        self.mutant = mutant
        self.is_approved = is_approved
        self.world = None
        self.n_run = 0

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.drop()

    def drop(self):
        world, self.world = self.world, None
        if world:
            world.__exit__(None, None, None)

    def ready(self):
        if self.world and self.n_run >= SEQUENCES_OF_A_WORLD:
            self.drop()
        if not self.world:
            self.world = World(self.mutant, self.is_approved).__enter__()
            self.n_run = 0
        self.n_run += 1
        return self.world

    def judge(self, sequence):
        """(violations, what became of each act)."""
        run = Run(self.ready(), sequence)
        try:
            found = run.run()
        except BaseException:
            self.explain(run)
            raise
        try:
            run.tidy()
        except (RpcError, RuntimeError, ConnectionError):
            self.drop()
        return found, run.told

    def explain(self, run):
        print(f"# went wrong in\n{report(run.sequence, run.told, [])}")
        if self.world:
            for line in self.world.last_words():
                print("# " + line)


def report(sequence, told, found):
    """A sequence as people read it, with the answers and what is wrong."""
    lines = ["# given"]
    acts = sequence.given + sequence.acts
    for number, (act, answer) in enumerate(zip(acts, told)):
        if number == len(sequence.given):
            lines.append("# then")
        lines.append(f"#   {act}  -> {answer}")
    lines += [f"# {violation}" for violation in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(f"# and {len(found) - SHOWN} more")
    return "\n".join(lines)


def sequence_of(seed, only=None):
    """Every other sequence is a gambit among random acts."""
    rng = random.Random(seed)
    if only or rng.random() < 0.5:
        return gambits.sequence(rng, seed, only)
    return generate.random_sequence(rng, seed)


def kinds_of(found, ignored=()):
    return {violation.kind for violation in found} - set(ignored)


@dataclasses.dataclass
class Finding:
    """The shortest sequence found for a violation, as people read it."""

    seed: int
    kinds: set
    text: str
    n_acts: int


@dataclasses.dataclass
class Tally:
    """What a run of sequences came to."""

    n_sequences: int = 0
    n_done: int = 0
    n_refused: int = 0
    findings: list = dataclasses.field(default_factory=list)

    def add(self, other):
        self.n_sequences += other.n_sequences
        self.n_done += other.n_done
        self.n_refused += other.n_refused
        self.findings += other.findings

    def count(self, sequence, told):
        self.n_sequences += 1
        answers = told[len(sequence.given):]
        self.n_done += sum(answer == "done" for answer in answers)
        self.n_refused += sum(answer.startswith("refused")
                              for answer in answers)


@dataclasses.dataclass(frozen=True)
class Task:
    """Seeds to try, of one gambit or of any; `wanted`: kinds that count, all
    when empty; `enough`: how many findings end it."""

    seeds: range
    only: str = None
    mutant: str = None
    wanted: tuple = ()
    ignored: tuple = ()
    enough: int = 1


def run_task(task):
    """In a process of its own."""
    tally = Tally()
    with Bench(task.mutant, task.only in gambits.APPROVED) as bench:
        for seed in task.seeds:
            sequence = sequence_of(seed, task.only)
            found, told = bench.judge(sequence)
            tally.count(sequence, told)
            kinds = kinds_of(found, task.ignored)
            if task.wanted:
                kinds &= set(task.wanted)
            if kinds:
                tally.findings.append(
                    shortest(bench, seed, sequence, told, found, kinds))
            if len(tally.findings) >= task.enough:
                break
    return tally


def shortest(bench, seed, sequence, told, found, kinds):
    sequence, told, found = shorten(bench, sequence, told, found, kinds)
    found.sort(key=lambda violation: violation.kind not in kinds)
    return Finding(seed, kinds, report(sequence, told, found),
                   len(sequence.acts))


def run_tasks(tasks, jobs):
    """As many at a time as there are processors; tallies in their order."""
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(run_task, tasks)
