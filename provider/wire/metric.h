/*
 * The provider's metrics, one row each: server.metrics answers them, and
 * metric_text.h writes them for a collector.
 */
#pragma once

#include <stddef.h>

/*
 * ROW(id, shape, name in JSON, name for a collector or NULL, its type, label of
 * each number or NULL, help), in the order of the answer.
 */
#define METRIC_ROWS(ROW)                                                       \
    ROW(SINCE, TIME, "since", "start_time_seconds", "gauge", NULL,             \
        "Time the provider started.")                                          \
    ROW(BUILD, BY_NAME, "build", "build_info", "gauge", "version",             \
        "Version of the provider; always 1.")                                  \
    ROW(SESSIONS, NUMBER, "sessions", "sessions", "gauge", NULL,               \
        "Open sessions.")                                                      \
    ROW(CONNECTIONS, NUMBER, "connections", "connections", "gauge", NULL,      \
        "Open connections.")                                                   \
    ROW(TURNED_AWAY, BY_NAME, "turned_away", "turned_away_total", "counter",   \
        "cause", "Connections and sign-ins turned away, by missing resource.") \
    ROW(GENERATION, NUMBER, "generation", "generation", "gauge", NULL,         \
        "Generation of the site in effect.")                                   \
    ROW(GENERATION_SINCE, TIME, "generation_since",                            \
        "generation_timestamp_seconds", "gauge", NULL,                         \
        "Time that generation came into effect.")                              \
    ROW(QUEUED_CHANGES, NUMBER, "queued_changes", "queued_changes", "gauge",   \
        NULL, "Requests waiting for the writer.")                              \
    ROW(QUEUED_READS, NUMBER, "queued_reads", "queued_reads", "gauge", NULL,   \
        "Long reads waiting for a thread.")                                    \
    ROW(STORE_SEEN, TIME, "store_seen", "store_seen_timestamp_seconds",        \
        "gauge", NULL, "Time the writer last checked the store.")              \
    ROW(STORE_FREE, NUMBER, "store_free_bytes", "store_free_bytes", "gauge",   \
        NULL, "Room left on the disk of the store.")                           \
    ROW(CHANGES_FAILED, NUMBER, "changes_failed", "changes_failed_total",      \
        "counter", NULL, "Changes that could not be committed.")               \
    ROW(CHANGES_TRIED, NUMBER, "changes_tried", "changes_tried_total",         \
        "counter", NULL, "Changes tried on a private copy.")                   \
    ROW(LONGEST_CHANGE_MS, NUMBER, "longest_change_ms", "longest_change_ms",   \
        "gauge", NULL, "Longest time that one change blocked others.")         \
    ROW(LONGEST_HOLDS, BY_NAME, "longest_holds_us", "longest_hold_us",         \
        "gauge", "work",                                                       \
        "Longest time that a step of one kind of work held the writer.")       \
    ROW(CHANGE_FAILED, TIME, "change_failed", NULL, NULL, NULL, NULL)          \
    ROW(AUDIT_START, NUMBER, "audit_start", "audit_start_record", "gauge",     \
        NULL, "Id of the first audit record kept.")                            \
    ROW(AUDIT_SINCE, TIME, "audit_since", "audit_start_timestamp_seconds",     \
        "gauge", NULL, "Time of the first audit record kept.")                 \
    ROW(AUDIT_KEEP_DAYS, TERM, "audit_keep_days", NULL, NULL, NULL, NULL)      \
    ROW(AUDIT_RECORDS, NUMBER, "audit_records", "audit_records", "gauge",      \
        NULL, "Audit records kept.")                                           \
    ROW(ANCHORED, TIME, "anchored", "anchor_timestamp_seconds", "gauge", NULL, \
        "Time of the last checkpoint in the store's anchor.")                  \
    ROW(AUDIT_REMOVED, NUMBER, "audit_removed", "audit_removed_total",         \
        "counter", NULL, "Expired audit records removed.")                     \
    ROW(AUDIT_ARCHIVED, NUMBER, "audit_archived", "audit_archived_record",     \
        "gauge", NULL, "Id of the last audit record that was archived.")       \
    ROW(AUDIT_EXPORTED, NUMBER, "audit_exported", "audit_exported_record",     \
        "gauge", NULL, "Id of the last audit record that every export has.")   \
    ROW(RELOADS, NUMBER, "reloads", "reloads_total", "counter", NULL,          \
        "Reloads of configuration and policy.")                                \
    ROW(RELOADS_FAILED, NUMBER, "reloads_failed", "reloads_failed_total",      \
        "counter", NULL,                                                       \
        "Reloads refused; the previous state stays in force.")                 \
    ROW(RELOADED, TIME, "reloaded", "last_reload_timestamp_seconds", "gauge",  \
        NULL, "Time of the last reload.")                                      \
    ROW(KEYS_SKIPPED, NUMBER, "keys_skipped", "keys_skipped", "gauge", NULL,   \
        "Unusable keys of token issuers; the log names them.")                 \
    ROW(PASSWORD_CHECKS_LATE, NUMBER, "password_checks_late",                  \
        "password_checks_late_total", "counter", NULL,                         \
        "Password checks that timed out.")                                     \
    ROW(PASSWORD_WORKERS_REPLACED, NUMBER, "password_workers_replaced",        \
        "password_workers_replaced_total", "counter", NULL,                    \
        "PAM workers that hung or were stopped.")                              \
    ROW(CALLS, BY_NAME, "calls", "calls_total", "counter", "outcome",          \
        "Calls answered, by outcome.")                                         \
    ROW(DECISIONS, BY_NAME, "decisions", "decisions_total", "counter",         \
        "verdict", "Requests that the gate decided on, by its verdict.")       \
    ROW(SIGN_INS, SIGN_INS, "sign_ins", "sign_ins_total", "counter",           \
        METRIC_OUTCOME, "Sign-ins finished, by mechanism, outcome and level.") \
    ROW(CONDITIONS, CONDITIONS, "conditions", "condition", "gauge", "name",    \
        "0: good, 1: needs attention, 2: does not work.")                      \
    ROW(ENDS, ENDS, "ends", "end_timestamp_seconds", "gauge", "name",          \
        "When a certificate, revocation list or key set ends.")                \
    ROW(LATENCY, HISTOGRAM, "latency", "request_duration_seconds",             \
        "histogram", "method",                                                 \
        "From the arrival of a line to its answer, by its method.")

/* Members of a row of sign_ins, and labels for a collector. */
#define METRIC_MECHANISM "mechanism"
#define METRIC_OUTCOME   "outcome"
#define METRIC_ACCEPTED  "accepted"
#define METRIC_REFUSED   "refused"
#define METRIC_LEVELS    "levels"
#define METRIC_LEVEL     "level"

/* Members of a row of conditions, and of ends. */
#define METRIC_NAME    "name"
#define METRIC_STATE   "state"
#define METRIC_MESSAGE "message"
#define METRIC_NEXT    "next"
#define METRIC_KIND    "kind"
#define METRIC_END     "end"

/* Members of a row of latency: calls up to each limit, and all. */
#define METRIC_METHOD  "method"
#define METRIC_BUCKETS "buckets"
#define METRIC_COUNT   "count"
#define METRIC_SUM_US  "sum_us"

enum { METRIC_N_BUCKETS = 14 };

/* Upper limits of latency, in microseconds; what is above is in no bucket. */
extern const long metric_bucket_us[METRIC_N_BUCKETS];

enum metric_state {
    METRIC_STATE_GOOD = 0,
    METRIC_STATE_WARNING,
    METRIC_STATE_FAILED,
    METRIC_N_STATES,
};

/* "good", "warning", "failed" */
const char *metric_state_name(enum metric_state state);

enum metric {
#define METRIC_ID(id, shape, name, collected, type, label, help) METRIC_##id,
    METRIC_ROWS(METRIC_ID)
#undef METRIC_ID
        N_METRICS,
};

enum metric_shape {
    METRIC_SHAPE_NUMBER,     /* an integer; omitted if there is none */
    METRIC_SHAPE_TIME,       /* a date and time, or null: never */
    METRIC_SHAPE_TERM,       /* an integer, or null: unlimited */
    METRIC_SHAPE_BY_NAME,    /* an object of integers */
    METRIC_SHAPE_SIGN_INS,   /* an array of objects, one per mechanism */
    METRIC_SHAPE_CONDITIONS, /* the same, one per condition */
    METRIC_SHAPE_ENDS,       /* one per certificate, revocation list, .. */
    METRIC_SHAPE_HISTOGRAM,  /* one per method that was called */
};

struct metric_row {
    enum metric_shape shape;
    const char *name;
    const char *collected; /* NULL: not for a collector */
    const char *type;
    const char *label;
    const char *help;
};

extern const struct metric_row metric_rows[N_METRICS];
