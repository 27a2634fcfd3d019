/*
 * Exports the store as policy files: objects declared and created in the
 * console, in one policy. Two exports, before and after a step, show exactly
 * what the step changed; written to a file, one moves a site from the console
 * to files.
 */
#pragma once

#include "policy/arena.h"
#include "policy/policy.h"
#include "provider/object/declare/declarable.h"

/* Borrows the texts of what is declarable. Places are those of the files. */
struct export
{
    struct declarable *declarable; /* owned */
    struct arena *arena;         /* owned */
    struct policy policy;        /* without tests: only files have them */
    const char **left_out;       /* [n_left_out]: sentences */
    size_t n_left_out;
    size_t n_of_exclusions; /* the first of these */
    bool has_no_exclusions;
};

/*
 * Leaves out what the language cannot express, with a sentence for each:
 * disabled records, and names that policy files do not allow.
 */
MUST_CHECK
enum status export_read(struct store *store, struct export **export_out);
void export_free(struct export *export);
DEFINE_DROP(export)

/* Writes one file in canonical form; the sentences come first, as comments. */
MUST_CHECK
enum status export_write(const struct export *export, struct buf *out);

/* Leaves out the exclusions from the minimum level, with a line that does not
 * tell whether there are any. */
#define EXPORT_NO_EXCLUSIONS                                                   \
    "# left out: exclusions from the minimum level, if there are any:"         \
    " only for users who may modify the site or change the policy\n"
void export_drop_exclusions(struct export *export);
