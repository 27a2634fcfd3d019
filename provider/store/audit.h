/*
 * The audit: who, with what evidence and level, asked for what on which object,
 * which grant decided, and the result. Data, not prose.
 *
 * Records are written inside the change they describe, and chained: each has
 * the SHA-256 of its canonical bytes and of the record before it, so that
 * edits, insertions, deletions and reordering are detected (T91, T93).
 */
#pragma once

#include "provider/base/json_writer.h"
#include "provider/store/audit_chain.h"

enum audit_outcome {
    AUDIT_NONE = 0,
    AUDIT_DONE,    /* allowed and done */
    AUDIT_DENIED,  /* by level, role, scope, collection or guard */
    AUDIT_REFUSED, /* sign-in: not authenticated */
    AUDIT_FAILED,  /* allowed, but invalid, in conflict or unavailable */
};

/* "done", "denied", "refused", "failed". */
const char *audit_outcome_name(enum audit_outcome outcome);
enum audit_outcome audit_outcome_read(struct text name); /* NONE: unknown */

/* All text is borrowed for the call; empty if it does not apply. */
struct audit_record {
    const char *event;  /* "signin", "object.create", "policy.reload", .. */
    struct text user;   /* as the site names them, or as claimed */
    struct text method; /* of sign-in: "kerberos", .. */
    struct text level;  /* name */
    struct text peer;   /* "tls:127.0.0.1:51000", "unix:uid=0" */
    uint64_t session;
    struct text class_name;
    struct text key;
    struct text operation;
    enum audit_outcome outcome;
    struct text reason;  /* rbac reason, error reason, why a sign-in failed */
    struct text grant;   /* "role=.. scope=.. assignment=.." */
    struct text detail;  /* JSON of what changed, or empty; no secrets */
    int message_id;      /* in the product's audit catalogue; 0: none */
    struct text request; /* "19AD3F2B1C4-1A-3"; empty: not of a request */
    struct text trace;   /* W3C trace id that came with it, or empty */
    struct text span;    /* and the caller's span */
};

/*
 * Appends within the current change. id_out: the decision's id, one more than
 * the previous record's. STATUS_INVALID outside a change or without an outcome.
 */
MUST_CHECK
enum status audit_append(struct store *store, const struct audit_record *record,
                         int64_t *id_out);

/* Texts that are empty select nothing: any will do. */
struct audit_query {
    int64_t since_s; /* 0: from the beginning */
    int64_t until_s; /* 0: to the end */
    struct text user;
    struct text outcome;
    struct text event;
    struct text class_name; /* in any case, and so the operation */
    struct text key;
    struct text operation;
    struct text level;
    struct text method;
    struct text peer; /* all of it, or without its port, or the address */
    struct text reason;
    int64_t session;     /* 0: any */
    struct text request; /* found by an index, and so the trace */
    struct text trace;
    int64_t after; /* id; newest first when 0 */
    int64_t limit;
};

enum { AUDIT_LIST_MAX = 10000 };

/*
 * Writes {"items":[..],"next":..}, newest first; on the last page "starts",
 * like audit_write_start(). STATUS_INVALID for a limit outside
 * 1..AUDIT_LIST_MAX or times before 1970.
 */
MUST_CHECK
enum status audit_list(struct store *store, const struct audit_query *query,
                       struct json_writer *result);

/*
 * Writes {"items":[..],"newer":..,"head":..}, oldest first: the records after
 * the id query->after, and the id to ask with next, which is the last that was
 * looked at. after -1: none yet, but those since query->since_s will be. "gap":
 * true says that records between were removed, being too old; head is the last
 * one of the audit; "hash" that of the record "newer".
 */
MUST_CHECK
enum status audit_follow(struct store *store, const struct audit_query *query,
                         struct json_writer *result);

/*
 * Is this the audit that had a record with that hash? true if it is not kept
 * any more; STATUS_OK.
 */
MUST_CHECK
enum status audit_has_had(struct store *store, int64_t id, struct text hash,
                          bool *has_out);

/* The same answer, without records, for a reader of another audit:
 * "other": true. */
MUST_CHECK
enum status audit_follow_other(struct store *store,
                               const struct audit_query *query,
                               struct json_writer *result);

/*
 * Writes {"record":..,"time":..} under the key "starts" of the open object, if
 * records since that time have been removed.
 */
MUST_CHECK
enum status audit_write_start(struct store *store, int64_t since_s,
                              struct json_writer *result);

/* Identical requests about objects. */
struct audit_request {
    struct text user;
    struct text class_name;
    struct text key; /* empty: about the class */
    struct text operation;
    struct text level;  /* at which it was made */
    struct text method; /* of the class; empty: none */
    struct text guard;  /* the reason, where a guard denied it; else empty */
    int64_t times;
    int64_t last_s;
};

/*
 * Requests about objects since a time, by user; failures for other reasons than
 * rights are left out. Texts are borrowed for the call; any status but OK ends
 * it.
 */
MUST_CHECK
enum status audit_visit_requests(
    struct store *store, int64_t since_s,
    enum status (*visit)(void *context, const struct audit_request *request),
    void *context);
