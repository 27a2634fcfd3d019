/*
 * The store as policy files: what is declared and what the console made, in
 * one policy. Two of them, from before and after a step, say exactly what the
 * step changed, whoever had made it; written, one is a site's move to files.
 */
#pragma once

#include "policy/arena.h"
#include "policy/policy.h"
#include "provider/object/declare/inventory.h"

/* Borrows texts from the inventory. Places are those of the files. */
struct export
{
    struct inventory *inventory; /* owned */
    struct arena *arena;         /* owned */
    struct policy policy;        /* without tests: those stand in files only */
    const char **left_out;       /* [n_left_out]: sentences */
    size_t n_left_out;
    size_t n_of_exclusions; /* of these, the first */
    bool has_no_exclusions;
};

/*
 * What the language cannot say is left out, each with a sentence: records that
 * are disabled, and names that policy files do not allow.
 */
MUST_CHECK
enum status export_read(struct store *store, struct export **export_out);
void export_free(struct export *export);
DEFINE_DROP(export)

/* One file in canonical form; what was left out stands first, as remarks. */
MUST_CHECK
enum status export_write(const struct export *export, struct buf *out);

/* Leaves out whom the level does not bind, with a line that does not tell
 * whether there is anybody. */
#define EXPORT_NO_EXCLUSIONS                                                   \
    "# left out: whom the minimum level does not bind, if there is anybody:"   \
    " for who may modify the site or change the policy\n"
void export_drop_exclusions(struct export *export);
