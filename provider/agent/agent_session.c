#include "provider/agent/agent_session.h"

#include <stdio.h>
#include <string.h>

#include "auth/client_ticket.h"
#include "auth/mechanism_table.h"
#include "provider/base/clock.h"
#include "provider/base/datetime.h"
#include "provider/client/answer.h"
#include "provider/client/client.h"
#include "provider/wire/frame.h"

enum {
    KEEP_TIMEOUT_MS = 10 * 1000,
    LEAVE_TIMEOUT_MS = 2 * 1000,
    LINE_MAX_BYTES = ANSWER_MAX_BYTES + 1,
};

void agent_session_end(struct agent_session *session)
{
    smsclient_free(session->client);
    session->client = NULL;
    session->level = AUTH_LEVEL_NONE;
    session->user[0] = session->principal[0] = session->mechanism[0] = '\0';
    session->since_s = session->expires_s = 0;
}

void agent_session_close(struct agent_session *session)
{
    agent_session_end(session);
    agent_request_drop(&session->request);
}

int agent_session_fd(const struct agent_session *session)
{
    return session->client && session->client->link
               ? link_fd(session->client->link)
               : -1;
}

/* ---- Is it still there ---- */

static bool has_ticket(const struct agent_session *session)
{
    char now[sizeof(session->principal)];

    if (!session->principal[0])
        return true;
    auth_client_ticket_owner(now, sizeof(now));
    return strcmp(now, session->principal) == 0;
}

/* Nobody has been asked anything: a line now, or the end, is not an answer. */
static bool is_quiet(struct agent_session *session)
{
    struct failure ignored = {{SMSCLIENT_OK}};
    struct text line;
    const enum status got =
        link_try_receive(session->client->link, &ignored, &line);

    failure_clear(&ignored);
    return got == STATUS_END;
}

bool agent_session_is_live(struct agent_session *session)
{
    if (agent_session_fd(session) < 0 || !is_quiet(session) ||
        (session->expires_s && session->expires_s <= clock_wall_s()))
        agent_session_end(session);
    return session->client != NULL;
}

bool agent_session_is_wanted(struct agent_session *session)
{
    if (agent_session_is_live(session) && !has_ticket(session))
        agent_session_end(session);
    return session->client != NULL;
}

/* ---- Signing in ---- */

static enum status read_who(struct agent_session *session)
{
    SCOPED(answer_drop) json_t *who = NULL;

    TRY(client_call(session->client, "session.whoami", TEXT("{}"), &who));
    session->level = auth_level_read(text_of(answer_text(who, "level")));
    snprintf(session->user, sizeof(session->user), "%s",
             answer_text(who, "user"));
    if (datetime_read(text_of(answer_text(who, "expires")),
                      &session->expires_s) != STATUS_OK)
        session->expires_s = 0;
    return STATUS_OK;
}

static enum status reach_level(struct agent_session *session,
                               const struct smsclient_options *options)
{
    struct smsclient_options stronger = *options;
    struct smsclient *client = session->client;
    const enum auth_level wanted = session->request.level;

    if (session->level >= wanted)
        return STATUS_OK;
    stronger.level = auth_level_name(wanted);
    if (smsclient_step_up(client, &stronger) != SMSCLIENT_OK)
        return STATUS_DENIED;
    TRY(read_who(session));
    return session->level >= wanted
               ? STATUS_OK
               : failure_set(&client->failure, SMSCLIENT_LEVEL_TOO_LOW,
                             "level_too_low",
                             "The evidence here does not raise the level to "
                             "%s.",
                             auth_level_name(wanted));
}

static void note_ticket(struct agent_session *session)
{
    const unsigned tickets = 1u << AUTH_GSSAPI | 1u << AUTH_GSS_SPNEGO;

    if (session->client->used & tickets)
        auth_client_ticket_owner(session->principal,
                                 sizeof(session->principal));
}

static void note_begin(struct agent_session *session)
{
    snprintf(session->mechanism, sizeof(session->mechanism), "%s",
             smsclient_mechanism(session->client));
    session->since_s = clock_wall_s();
    session->used_ms = clock_mono_ms();
}

enum status agent_session_take(struct agent_session *session,
                               struct smsclient *client)
{
    enum status read;

    *session = (struct agent_session){.client = client};
    read = read_who(session);
    if (read == STATUS_OK)
        note_begin(session);
    else
        session->client = NULL;
    return read;
}

void agent_session_leave(struct agent_session *session)
{
    SCOPED(answer_drop) json_t *nothing = NULL;

    if (session->client && session->client->link) {
        session->client->timeout_ms = LEAVE_TIMEOUT_MS;
        (void)!client_call(session->client, "session.end", TEXT("{}"),
                           &nothing);
    }
    agent_session_close(session);
}

static enum status sign_in(struct agent_session *session,
                           const struct smsclient_options *options)
{
    session->client = smsclient_new();
    if (!session->client)
        return STATUS_NO_MEMORY;
    if (smsclient_sign_in(session->client, options) != SMSCLIENT_OK)
        return STATUS_DENIED;
    TRY(read_who(session));
    TRY(reach_level(session, options));
    note_ticket(session);
    note_begin(session);
    return STATUS_OK;
}

enum status agent_session_sign_in(struct agent_session *session,
                                  smsclient_prompt prompt, void *context,
                                  bool is_interactive)
{
    struct smsclient_options options;
    enum status signed_in;

    agent_session_end(session);
    agent_request_options(&session->request, &options);
    options.prompt = prompt;
    options.prompt_context = context;
    options.is_interactive = is_interactive;
    signed_in = sign_in(session, &options);
    if (signed_in != STATUS_OK && session->client)
        client_disconnect(session->client);
    return signed_in;
}

void agent_session_keep(struct agent_session *session)
{
    SCOPED(answer_drop) json_t *info = NULL;

    session->client->timeout_ms = KEEP_TIMEOUT_MS;
    if (client_call(session->client, "server.info", TEXT("{}"), &info) !=
        STATUS_OK)
        agent_session_end(session);
    session->used_ms = clock_mono_ms();
}

/* ---- One line ---- */

enum status agent_session_send(struct agent_session *session, struct text line,
                               int64_t deadline_ms)
{
    SCOPED(buf_wipe) struct buf bytes = buf_make(LINE_MAX_BYTES);

    buf_append_text(&bytes, line);
    buf_append_char(&bytes, '\n');
    TRY(buf_status(&bytes));
    session->used_ms = clock_mono_ms();
    return link_send(session->client->link, buf_text(&bytes), deadline_ms,
                     &session->client->failure);
}

enum status agent_session_receive(struct agent_session *session,
                                  struct text *line_out)
{
    session->used_ms = clock_mono_ms();
    return link_try_receive(session->client->link, &session->client->failure,
                            line_out);
}
