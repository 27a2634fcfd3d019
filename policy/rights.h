/*
 * The exact difference of effective rights between two engines: who gains or
 * loses which operations on which type, where, and at which level.
 *
 * Nothing is derived here: every answer is rbac_check()'s own, asked at points
 * that stand for all others. For a subject those are the scopes they are
 * assigned and "every other scope"; the collections they are assigned and those
 * that moved in the tree of limiting collections, each once itself and once for
 * everything below it. A scope or collection that only one side has counts on
 * the other as what it would be there: another scope, or a collection below the
 * nearest existing one that limits it.
 */
#pragma once

#include "policy/arena.h"
#include "policy/policy.h"
#include "provider/base/json_writer.h"
#include "rbac/build.h"

/* A subject, and the records that apply to them on each side. */
struct rights_subject {
    const char *name;
    bool is_group; /* any member of this external group */
    const uint32_t *before;
    size_t n_before;
    const uint32_t *after;
    size_t n_after;
};

enum rights_where {
    RIGHTS_EVERYWHERE = 0,   /* opened by the role alone, or type-wide */
    RIGHTS_IN_SCOPE,         /* category */
    RIGHTS_IN_OTHER_SCOPES,  /* all that the subject is not assigned by name */
    RIGHTS_ON_COLLECTION,    /* category itself */
    RIGHTS_BELOW_COLLECTION, /* what it limits, down to others assigned */
    RIGHTS_FROM_COLLECTION,  /* both */
};

/* Operations that changed alike. NONE: not allowed at any level. */
struct rights_row {
    const struct rights_subject *subject;
    enum rights_where where;
    const char *category; /* name; "" where it has none */
    const char *id;       /* of the category; "" */
    uint16_t type;
    uint32_t operations;
    enum auth_level before;
    enum auth_level after;
};

struct rights_difference {
    struct rights_row *rows; /* [n_rows], by subject */
    size_t n_rows;
};

/* What to compare, at which time. */
struct rights_question {
    const struct rbac_engine *before;
    const struct rbac_engine *after;
    const struct rights_subject *subjects; /* [n_subjects] */
    size_t n_subjects;
    int64_t now_s;
};

/*
 * Everything in the arena; names are borrowed from the engines and subjects.
 * STATUS_LIMIT when there is more than fits.
 */
MUST_CHECK
enum status rights_compare(const struct rights_question *question,
                           struct arena *arena,
                           struct rights_difference *difference_out);

/* Copies names and ids of categories, for a difference that outlives engines.
 */
MUST_CHECK
enum status rights_keep_names(struct arena *arena,
                              const struct rights_difference *difference);

/*
 * The same for two policies by themselves: every user they name, and every
 * group that is not theirs. before NULL: nobody had anything.
 */
MUST_CHECK
enum status policy_rights_compare(const struct policy *before,
                                  const struct policy *after, int64_t now_s,
                                  struct arena *arena,
                                  struct rights_difference *difference_out);

/* "+ bob: Read, Approve on SMS_Application in scope Web (at mfa)" */
void rights_write_text(const struct rights_difference *difference,
                       struct buf *out);

/* [{"user":"bob","class":"SMS_Application","operations":["Read"],
 *   "where":"scope","category":"Web","before":null,"after":"mfa"}] */
void rights_write_json(const struct rights_difference *difference,
                       struct json_writer *w);

/* The members of one row, in an object that is open. */
void rights_put_row(const struct rights_row *row, struct json_writer *w);
