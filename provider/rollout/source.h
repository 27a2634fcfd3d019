/*
 * Policy files from a directory, a request, or a version in the store. Read
 * once, and used as read (T79).
 */
#pragma once

#include <jansson.h>

#include "policy/check.h"
#include "provider/base/json_writer.h"
#include "provider/store/policy_version.h"

struct source {
    struct policy_set *set;           /* owned */
    const struct policy *policy;      /* borrowed from the set; NULL: errors */
    char digest[POLICY_DIGEST_BYTES]; /* of names and texts, in hex */
};
void source_free(struct source *source);
DEFINE_DROP(source)

/*
 * Each gives the source even if the files contain errors (STATUS_INVALID), for
 * its messages; with another status there may be none. May run in any thread.
 * Users are spelled by the realms, which are borrowed as long as the source.
 */
MUST_CHECK
enum status source_read_directory(const char *path, const struct realms *realms,
                                  struct source **source_out);

/* files: an object of texts by name. */
MUST_CHECK
enum status source_read_json(const json_t *files, const struct realms *realms,
                             struct source **source_out);

/* The files that a version applied, by its digest. */
MUST_CHECK
enum status source_read_stored(struct store *store, const char *digest,
                               const struct realms *realms,
                               struct source **source_out);

/*
 * Checks what the language alone can tell about valid files: warnings, and
 * STATUS_INVALID if nobody could administer the site.
 */
MUST_CHECK
enum status source_check(struct source *source,
                         const struct policy_facts *facts);

size_t source_n_bytes(const struct source *source);

/* Keeps the files in the store, within a change. */
MUST_CHECK
enum status source_keep(const struct source *source, struct store *store);

/* Adds a sentence of the object room, "site.yaml:12: why", as a message. */
void source_blame(struct source *source, const char *sentence);

/* "file:line:column: error: text", one per line. */
void source_write_lines(const struct source *source, struct buf *out);

/* An array of {severity, file, line, column, text}. */
void source_write_messages(const struct source *source, struct json_writer *w);
