"""Each mended way up, put back: is it found again?

The table `mutants` names for each fault what finds it: the judge, with the
kinds of violation that show it and the gambits that lead there; or a test
program, which must then fail.
"""

import collections
import concurrent.futures
import os
import pathlib
import re
import signal
import subprocess
import threading

import driver
from site_under_test import BUILD, ROOT

TABLE = pathlib.Path(__file__).resolve().parent / "mutants"
MOST_SEQUENCES = 60  # of each gambit
TEST_S = 300
PLACE = re.compile(r"(?:MUTANT(?:_SQL)?\([\"']|\{mutant )(a\d[^\"'}]*)")

Mutant = collections.namedtuple("Mutant", "name finder finding gambits")


def read_table():
    for line in TABLE.read_text().splitlines():
        if line and not line.startswith("#"):
            name, finder, finding, gambits = line.split("\t")
            yield Mutant(name, finder, tuple(finding.split(",")),
                         tuple(gambits.split(",")))


def sources():
    for room in ("auth", "policy", "provider", "rbac"):
        for path in (ROOT / room).rglob("*"):
            if path.suffix in (".c", ".sql"):
                yield path, path.read_text()


def names_in_source():
    """Names of the ways up in the provider's source, in C and in its SQL."""
    return {name for _, text in sources() for name in PLACE.findall(text)}


def only_in_test_builds():
    """SQL that names the function itself would not compile in a release."""
    return [path.name for path, text in sources()
            if path.name != "sight.c" and "sms_mutant(" in text]


def tasks_of(mutant):
    return [driver.Task(range(1, 1 + MOST_SEQUENCES), gambit, mutant.name,
                        mutant.finding) for gambit in mutant.gambits]


def try_judge(mutant, tallies):
    """One line about the gambits; True when one found it."""
    findings = [f for tally in tallies for f in tally.findings]
    n = sum(tally.n_sequences for tally in tallies)
    if not findings:
        print(f"not ok - {mutant.name} is found ({n} sequences)", flush=True)
        return False
    best = min(findings, key=lambda finding: finding.n_acts)
    print(f"ok - {mutant.name} is found: {', '.join(sorted(best.kinds))}, "
          f"{best.n_acts} acts")
    print(best.text, flush=True)
    return True


def fails(program, name):
    """Whether a test program does, with the fault put back; that it holds
    without is seen where it runs by itself. A script that has said so is
    interrupted, which ends what it started."""
    with subprocess.Popen([program], stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.DEVNULL,
                          env={**os.environ, "SMS_MUTANT": name}) as child:
        late = threading.Timer(TEST_S, child.kill)
        late.start()
        has_failed = False
        for line in child.stdout:
            if line.startswith("not ok") and not has_failed:
                has_failed = True
                child.send_signal(signal.SIGINT)
        late.cancel()
        return child.wait() != 0 or has_failed


def try_test(mutant):
    """A test program of its own finds it."""
    place = BUILD if mutant.finder.startswith("tests/unit") else ROOT
    program = place / mutant.finder
    return program.exists() and fails(program, mutant.name)


def try_tests(others, jobs):
    """As many at a time as there are jobs; told in the table's order."""
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        results = list(pool.map(try_test, others))
    for mutant, good in zip(others, results, strict=True):
        print(f"{'ok' if good else 'not ok'} - {mutant.name} is found by "
              f"{mutant.finder}", flush=True)
    return results


def is_quick(mutant):
    """Not found by a whole integration test: those take minutes in all."""
    return not mutant.finder.startswith("tests/integration")


def try_all(jobs, is_long):
    """Every line of the table, or what is quick of it."""
    table = [mutant for mutant in read_table() if is_long or is_quick(mutant)]
    mine = [mutant for mutant in table if mutant.finder == "judge"]
    tasks = [task for mutant in mine for task in tasks_of(mutant)]
    tallies = iter(driver.run_tasks(tasks, jobs))
    results = [try_judge(mutant, [next(tallies) for _ in mutant.gambits])
               for mutant in mine]
    results += try_tests([m for m in table if m not in mine], jobs)
    return check_table() and all(results)


def check_table():
    """No fault in the source without a line, and none that a release has."""
    missing = names_in_source() ^ {mutant.name for mutant in read_table()}
    print(f"{'not ok' if missing else 'ok'} - the table names every fault "
          f"that can be put back {' '.join(sorted(missing))}", flush=True)
    stray = only_in_test_builds()
    print(f"{'not ok' if stray else 'ok'} - SQL names a fault by MUTANT_SQL "
          f"alone {' '.join(stray)}", flush=True)
    return not missing and not stray
