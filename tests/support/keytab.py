"""Keytabs as bytes: a version, then a size and as many bytes for each entry."""


def entries(keytab, is_wanted):
    """The keytab with those entries alone; there is one at least."""
    at, left = 2, keytab[:2]
    while at < len(keytab):
        size = int.from_bytes(keytab[at:at + 4], "big", signed=True)
        entry = keytab[at:at + 4 + abs(size)]
        left += entry if is_wanted(entry) else b""
        at += len(entry)
    assert left != keytab[:2]
    return left


def only_types(keytab, types):
    """The entries with keys of these types, whose number stands before the
    length of the key, at the entry's end."""
    def has(entry):
        return any(number.to_bytes(2, "big") + size.to_bytes(2, "big") in entry
                   for number in types for size in (16, 32))
    return entries(keytab, has)
