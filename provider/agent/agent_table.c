#include "provider/agent/agent_table.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "provider/agent/agent_pass.h"
#include "provider/base/datetime.h"
#include "provider/client/answer.h"

static void end_entry(struct agent_table *table, size_t at)
{
    struct agent_entry *entry = &table->entries[at];

    close(entry->control);
    agent_request_drop(&entry->request);
    *entry = table->entries[--table->n];
}

void agent_table_close(struct agent_table *table)
{
    while (table->n)
        end_entry(table, table->n - 1);
}

/* ---- Finding ---- */

/* A session of a higher level than asked for is another: who asks for none
 * gets none. */
static bool serves(const struct agent_entry *entry,
                   const struct agent_request *asked)
{
    if (!agent_request_is_alike(&entry->request, asked))
        return false;
    if (asked->level == AUTH_LEVEL_NONE)
        return entry->request.level == AUTH_LEVEL_NONE;
    return entry->request.level == asked->level ||
           (entry->state.is_held && entry->state.level >= asked->level);
}

/* The one used last: a token file that is gone may have been several. */
static struct agent_entry *find(struct agent_table *table,
                                const struct agent_request *asked)
{
    struct agent_entry *found = NULL;

    for (size_t i = 0; i < table->n; i++) {
        struct agent_entry *entry = &table->entries[i];

        if (serves(entry, asked) && (!found || entry->used > found->used))
            found = entry;
    }
    return found;
}

static size_t oldest(const struct agent_table *table)
{
    size_t at = 0;

    for (size_t i = 1; i < table->n; i++) {
        if (table->entries[i].used < table->entries[at].used)
            at = i;
    }
    return at;
}

/* ---- Making ---- */

/* In the new process. Its memory is that of the agent: what is of other
 * sessions is no secret. */
static void run_holder(struct agent_table *table, int control,
                       struct agent_request *request)
{
    table->forget(table->context);
    agent_table_close(table);
    agent_holder_run(control, request);
    _exit(0);
}

/* Takes the request over. */
static struct agent_entry *make(struct agent_table *table,
                                struct agent_request *request)
{
    struct agent_entry *entry;
    int ends[2];
    pid_t pid;

    if (table->n == AGENT_SESSIONS_MAX)
        end_entry(table, oldest(table));
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return NULL;
    pid = fork();
    if (pid == 0) {
        close(ends[0]);
        run_holder(table, ends[1], request);
    }
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return NULL;
    }
    entry = &table->entries[table->n++];
    *entry = (struct agent_entry){
        .pid = pid, .control = ends[0], .request = *request};
    *request = (struct agent_request){NULL};
    return entry;
}

enum status agent_table_give(struct agent_table *table,
                             struct agent_request *request, struct text line,
                             int fd)
{
    struct agent_entry *entry = find(table, request);

    if (!entry)
        entry = make(table, request);
    if (!entry)
        return STATUS_UNAVAILABLE;
    entry->used = ++table->n_used;
    TRY(agent_pass_give(entry->control, line, fd));
    entry->n_given++;
    return STATUS_OK;
}

/* ---- Ending ---- */

size_t agent_table_drop(struct agent_table *table,
                        const struct agent_request *request)
{
    size_t n = 0;

    for (size_t i = 0; i < table->n;) {
        const struct agent_entry *entry = &table->entries[i];

        if (request->key && !agent_request_has_key(&entry->request, request)) {
            i++;
            continue;
        }
        n += entry->state.is_held;
        end_entry(table, i);
    }
    return n;
}

/* A process without a session is of no use once it has answered everybody. */
static bool is_idle(const struct agent_entry *entry)
{
    return !entry->state.is_held && entry->state.n_askers == 0 &&
           entry->state.n_opens == entry->n_given;
}

void agent_table_hear(struct agent_table *table, int control)
{
    struct agent_state state;
    size_t at = 0;
    ssize_t n;

    while (at < table->n && table->entries[at].control != control)
        at++;
    if (at == table->n)
        return;
    n = recv(control, &state, sizeof(state), MSG_DONTWAIT);
    if (n == (ssize_t)sizeof(state))
        table->entries[at].state = state;
    if (n == 0 || is_idle(&table->entries[at]))
        end_entry(table, at);
}

/* ---- Showing ---- */

static json_t *time_of(int64_t s)
{
    char text[DATETIME_BYTES];

    if (s == 0)
        return json_null();
    datetime_write(s, text);
    return json_string(text);
}

static json_t *row_of(const struct agent_entry *entry)
{
    const struct agent_state *state = &entry->state;

    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:i}", "context",
                     entry->request.name, "server",
                     answer_text(entry->request.key, "server"), "user",
                     state->user, "mechanism", state->mechanism, "level",
                     auth_level_name(state->level), "since",
                     time_of(state->since_s), "expires",
                     time_of(state->expires_s), "in_use", (int)state->n_askers);
}

json_t *agent_table_rows(const struct agent_table *table)
{
    json_t *rows = json_array();

    for (size_t i = 0; rows && i < table->n; i++) {
        if (table->entries[i].state.is_held)
            json_array_append_new(rows, row_of(&table->entries[i]));
    }
    return rows;
}
