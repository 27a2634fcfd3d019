/*
 * What a provider counts of itself, one row a number: server.metrics answers
 * by it and smsctl writes it for a collector.
 */
#pragma once

#include <stddef.h>

/*
 * ROW(id, shape, name in JSON, name for a collector or NULL, its type, label
 * of each number or NULL, help), in the order of the answer.
 */
#define METRIC_ROWS(ROW)                                                       \
    ROW(SINCE, TIME, "since", "start_time_seconds", "gauge", NULL,             \
        "When the provider began.")                                            \
    ROW(SESSIONS, NUMBER, "sessions", "sessions", "gauge", NULL,               \
        "Sessions that are open.")                                             \
    ROW(CONNECTIONS, NUMBER, "connections", "connections", "gauge", NULL,      \
        "Connections that are open.")                                          \
    ROW(TURNED_AWAY, BY_NAME, "turned_away", "turned_away_total", "counter",   \
        "cause", "Connections and sign-ins turned away, by what was missing.") \
    ROW(GENERATION, NUMBER, "generation", "generation", "gauge", NULL,         \
        "Number of the site's state that decides.")                            \
    ROW(CHANGES_FAILED, NUMBER, "changes_failed", "changes_failed_total",      \
        "counter", NULL, "Changes that could not be committed.")               \
    ROW(CHANGES_TRIED, NUMBER, "changes_tried", "changes_tried_total",         \
        "counter", NULL,                                                       \
        "Changes that were tried out before others waited for them.")          \
    ROW(LONGEST_CHANGE_MS, NUMBER, "longest_change_ms", "longest_change_ms",   \
        "gauge", NULL, "The longest that others waited for one change.")       \
    ROW(CHANGE_FAILED, TIME, "change_failed", NULL, NULL, NULL, NULL)          \
    ROW(AUDIT_START, NUMBER, "audit_start", "audit_start_record", "gauge",     \
        NULL, "Number of the first audit record that is kept.")                \
    ROW(AUDIT_SINCE, TIME, "audit_since", "audit_start_timestamp_seconds",     \
        "gauge", NULL, "When it was written.")                                 \
    ROW(AUDIT_KEEP_DAYS, TERM, "audit_keep_days", NULL, NULL, NULL, NULL)      \
    ROW(AUDIT_REMOVED, NUMBER, "audit_removed", "audit_removed_total",         \
        "counter", NULL, "Audit records removed after their term.")            \
    ROW(RELOADS, NUMBER, "reloads", "reloads_total", "counter", NULL,          \
        "Times configuration and policy were read again.")                     \
    ROW(RELOADS_FAILED, NUMBER, "reloads_failed", "reloads_failed_total",      \
        "counter", NULL, "Of these, refused: what was before stays.")          \
    ROW(RELOADED, TIME, "reloaded", "last_reload_timestamp_seconds", "gauge",  \
        NULL, "When they were read last.")                                     \
    ROW(KEYS_SKIPPED, NUMBER, "keys_skipped", "keys_skipped", "gauge", NULL,   \
        "Keys of token issuers that cannot be used; the log names them.")      \
    ROW(PASSWORD_CHECKS_LATE, NUMBER, "password_checks_late",                  \
        "password_checks_late_total", "counter", NULL,                         \
        "Checks of passwords that did not end in time.")                       \
    ROW(PASSWORD_WORKERS_REPLACED, NUMBER, "password_workers_replaced",        \
        "password_workers_replaced_total", "counter", NULL,                    \
        "PAM workers that hung or were stopped.")                              \
    ROW(CALLS, BY_NAME, "calls", "calls_total", "counter", "outcome",          \
        "Calls answered, by outcome.")                                         \
    ROW(SIGN_INS, SIGN_INS, "sign_ins", "sign_ins_total", "counter",           \
        METRIC_OUTCOME, "Sign-ins ended, by mechanism and outcome.")

/* Members of one row of sign_ins, and labels of a collector. */
#define METRIC_MECHANISM "mechanism"
#define METRIC_OUTCOME   "outcome"
#define METRIC_ACCEPTED  "accepted"
#define METRIC_REFUSED   "refused"

enum metric {
#define METRIC_ID(id, shape, name, collected, type, label, help) METRIC_##id,
    METRIC_ROWS(METRIC_ID)
#undef METRIC_ID
        N_METRICS,
};

enum metric_shape {
    METRIC_SHAPE_NUMBER,   /* an integer; left out when there is none */
    METRIC_SHAPE_TIME,     /* a date and time, or null: never */
    METRIC_SHAPE_TERM,     /* an integer, or null: without end */
    METRIC_SHAPE_BY_NAME,  /* an object of integers */
    METRIC_SHAPE_SIGN_INS, /* an array of objects, one a mechanism */
};

struct metric_row {
    enum metric_shape shape;
    const char *name;
    const char *collected; /* NULL: a collector does not see it */
    const char *type;
    const char *label;
    const char *help;
};

extern const struct metric_row metric_rows[N_METRICS];
