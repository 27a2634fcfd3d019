/*
 * The sessions of an agent: a process each (agent_holder.h), found by what they
 * are of.
 */
#pragma once

#include <poll.h>
#include <sys/types.h>

#include "provider/agent/agent_holder.h"

enum { AGENT_SESSIONS_MAX = 16 };

struct agent_entry {
    pid_t pid;
    int control;                  /* owned */
    struct agent_request request; /* owned */
    struct agent_state state;     /* as its process said last */
    uint64_t n_given;             /* requests given to it */
    uint64_t used;                /* when, in a count of all requests */
};

struct agent_table {
    struct agent_entry entries[AGENT_SESSIONS_MAX];
    size_t n;
    uint64_t n_used;
    /* Called in a new process: closes what is not for it. */
    void (*forget)(void *context);
    void *context;
};

/* Ends all; their processes end as they see it. */
void agent_table_close(struct agent_table *table);

/*
 * Gives a request and its socket to the process that holds its session, or to a
 * new one; the one that was used longest ago makes room. The line is the
 * request's.
 */
MUST_CHECK
enum status agent_table_give(struct agent_table *table,
                             struct agent_request *request, struct text line,
                             int fd);

/* Ends the sessions of the request's key, or all without one; how many. */
size_t agent_table_drop(struct agent_table *table,
                        const struct agent_request *request);

/* Takes what the process at control said; ends the entry of one that is gone,
 * or has nothing to hold. */
void agent_table_hear(struct agent_table *table, int control);

/* Rows for people: context, server, user, .. */
json_t *agent_table_rows(const struct agent_table *table);
