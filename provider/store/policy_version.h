/*
 * Versions of the site's policy: every set of files that was applied, when and
 * by whom, and those that await a second person's approval.
 *
 * A set of files is kept under its digest and never changed: equal versions
 * share it, and a text that occurs in several sets is stored once. Numbers
 * increase and are never reused.
 */
#pragma once

#include "provider/base/json_writer.h"
#include "provider/store/store.h"

enum {
    POLICY_USER_MAX_BYTES = 512,
    POLICY_MESSAGE_MAX_BYTES = 1024,
    POLICY_ORIGIN_MAX_BYTES = 15,
    POLICY_DIGEST_BYTES = 65,
    POLICY_LIST_MAX = 1000,
    POLICY_WAITING_MAX = 100,       /* sets of files at once */
    POLICY_WAITING_AUTHOR_MAX = 10, /* of these, of one author */
    POLICY_EVIDENCE_BYTES = 320,
};

struct policy_version {
    int64_t number; /* 0: there is none */
    int64_t time_s;
    char author[POLICY_USER_MAX_BYTES + 1];
    char approver[POLICY_USER_MAX_BYTES + 1]; /* "": nobody was asked */
    char origin[POLICY_ORIGIN_MAX_BYTES + 1]; /* "console", "directory",.. */
    char message[POLICY_MESSAGE_MAX_BYTES + 1];
    char digest[POLICY_DIGEST_BYTES]; /* SHA-256 of names and texts, in hex */
};

/* ---- Files ---- */

/* One file of a set; views borrowed for the call. */
struct policy_file {
    struct text name;
    struct text text;
};

/* Within a change; an existing set stays as it is. */
MUST_CHECK
enum status policy_files_put(struct store *store, const char *digest,
                             const struct policy_file *files, size_t n_files);

/* Calls for each file of a set, by name; any status but OK ends the reading.
 * STATUS_NOT_FOUND if there is no such set. */
MUST_CHECK
enum status policy_files_visit(struct store *store, const char *digest,
                               enum status (*visit)(void *context,
                                                    struct policy_file file),
                               void *context);

/* Drops a set that neither a version nor anything pending uses any more. */
MUST_CHECK
enum status policy_files_drop(struct store *store, const char *digest);

/* ---- Versions ---- */

/* Within a change, after its files; sets the number. */
MUST_CHECK
enum status policy_version_add(struct store *store,
                               struct policy_version *version);

/* STATUS_NOT_FOUND if there is none of that number. */
MUST_CHECK
enum status policy_version_find(struct store *store, int64_t number,
                                struct policy_version *version_out);

/* The newest, of one origin unless it is NULL; number 0 if there is none. */
MUST_CHECK
enum status policy_version_newest(struct store *store, const char *origin,
                                  struct policy_version *version_out);

/* {"items":[..],"next":..}, newest first, below the number after (0: all); on
 * the last page "gone", the number of versions that are no longer kept. */
MUST_CHECK
enum status policy_version_list(struct store *store, int64_t after,
                                int64_t limit, struct json_writer *result);

/* "version", "time", "author", .. as members of an open object. */
void policy_version_put(const struct policy_version *version,
                        struct json_writer *w);

/* ---- Pending requests ---- */

struct policy_waiting {
    struct policy_version version; /* as it will be; number 0 */
    char plan_digest[POLICY_DIGEST_BYTES];
    char evidence[POLICY_EVIDENCE_BYTES]; /* hashes of the author's evidence */
    int64_t until_s; /* when the author's right to it ends */
};

/* Replaces one with the same digest and author. STATUS_LIMIT: too many are
 * pending; STATUS_CONFLICT: another author's is pending under the digest. */
MUST_CHECK
enum status policy_waiting_put(struct store *store,
                               const struct policy_waiting *waiting);

/* STATUS_NOT_FOUND if nothing is pending under the digest. */
MUST_CHECK
enum status policy_waiting_find(struct store *store, struct text digest,
                                struct policy_waiting *waiting_out);
MUST_CHECK
enum status policy_waiting_drop(struct store *store, const char *digest);

/* An array of {digest, author, time, message}, oldest first. */
MUST_CHECK
enum status policy_waiting_list(struct store *store,
                                struct json_writer *result);
