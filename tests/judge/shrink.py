"""The shortest sequence that still shows the same kind of violation.

An act, a record or an object is left out as long as what remains shows it;
then single arguments.
"""

import dataclasses

MOST_TRIES = 150


def without(items, number):
    return items[:number] + items[number + 1:]


def shorter_grants(act):
    """The same act with one grant, role or identity less."""
    for key in ("grants", "signs"):
        values = act.arguments.get(key) or []
        for number in range(len(values)):
            if len(values) > 1:
                yield dataclasses.replace(act, arguments={
                    **act.arguments, key: without(list(values), number)})
    for key, entries in (act.arguments.get("declares") or {}).items():
        del entries
        parts = {k: v for k, v in act.arguments["declares"].items()
                 if k != key}
        if parts:
            yield dataclasses.replace(act, arguments={
                **act.arguments, "declares": parts})


def without_windows(act):
    """The same act with one grant that holds always."""
    grants = list(act.arguments.get("grants") or [])
    for number, grant in enumerate(grants):
        if grant.get("window"):
            always = {k: v for k, v in grant.items() if k != "window"}
            yield dataclasses.replace(act, arguments={
                **act.arguments, "grants": grants[:number] + [always] +
                grants[number + 1:]})


def candidates(sequence):
    """Each one step shorter than the sequence, the greatest steps first."""
    for part in ("acts", "given"):
        items = getattr(sequence, part)
        for number in reversed(range(len(items))):
            yield dataclasses.replace(
                sequence, **{part: without(items, number)})
    for part in ("acts", "given"):
        items = getattr(sequence, part)
        for number, act in enumerate(items):
            for smaller in (*shorter_grants(act), *without_windows(act)):
                yield dataclasses.replace(sequence, **{
                    part: items[:number] + [smaller] + items[number + 1:]})


def shorten(bench, sequence, told, found, kinds):
    """(sequence, told, found) after as many steps as help."""
    tries, is_shorter = 0, True
    while is_shorter and tries < MOST_TRIES:
        is_shorter = False
        for smaller in candidates(sequence):
            tries += 1
            again, answers = bench.judge(smaller)
            if kinds & {violation.kind for violation in again}:
                sequence, told, found = smaller, answers, again
                is_shorter = True
                break
            if tries >= MOST_TRIES:
                break
    return sequence, told, found
