#include "provider/host/host_link.h"

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/base/own.h"
#include "provider/host/account_sid.h"
#include "provider/host/host_answer.h"
#include "provider/host/host_keep.h"

/* After a failure nobody waits for the next one; it is tried after that. */
enum { PAUSE_MS = 1000, REPORTS_MAX = 16 };

static void string_drop(char **string)
{
    smsclient_string_free(*string);
}

enum status host_link_make(const struct host_config *config,
                           struct host_link *link_out)
{
    *link_out = (struct host_link){.config = *config};
    link_out->client = smsclient_new();
    return link_out->client ? STATUS_OK : STATUS_NO_MEMORY;
}

void host_link_drop(struct host_link *link)
{
    smsclient_free(link->client);
    *link = (struct host_link){.client = NULL};
}

/* ---- Opening ---- */

static void note_failure(struct host_link *link)
{
    const struct smsclient_failure *failure = smsclient_failure(link->client);

    if (link->is_open || link->closed_until_ms == 0)
        log_warn("host.provider_lost server=%s why=%s", link->config.server,
                 failure->message);
    link->is_open = false;
    link->is_refused = failure->result != SMSCLIENT_UNAVAILABLE;
    link->closed_until_ms = clock_mono_ms() + PAUSE_MS;
}

static enum smsclient_result open_link(struct host_link *link)
{
    struct smsclient_options options;
    enum smsclient_result result;

    if (clock_mono_ms() < link->closed_until_ms)
        return SMSCLIENT_UNAVAILABLE;
    host_config_options(&link->config, &options);
    result = smsclient_sign_in(link->client, &options);
    if (result != SMSCLIENT_OK) {
        note_failure(link);
        return result;
    }
    log_info("host.signed_in server=%s device=%s", link->config.server,
             link->config.device);
    link->is_open = true;
    link->is_refused = false;
    link->closed_until_ms = 0;
    return SMSCLIENT_OK;
}

/* ---- Asking ---- */

/* Is the session at fault, and not the question? It may have ended since it was
 * used last. */
static bool is_of_session(enum smsclient_result result)
{
    return result == SMSCLIENT_NOT_AUTHENTICATED ||
           result == SMSCLIENT_UNAVAILABLE || result == SMSCLIENT_FAILED;
}

/* In a session that may be old, and once more in one that is new. */
static enum smsclient_result call(struct host_link *link, const char *method,
                                  const char *params, char **result_out)
{
    enum smsclient_result result;

    if (link->is_open) {
        const int64_t before_ms = clock_mono_ms();

        result = smsclient_call(link->client, method, params, result_out);
        if (!is_of_session(result))
            return result;
        if (clock_mono_ms() - before_ms >= HOST_TIMEOUT_MS) {
            note_failure(link); /* it does not answer, and will not now */
            return result;
        }
        link->is_open = false;
    }
    result = open_link(link);
    if (result != SMSCLIENT_OK)
        return result;
    result = smsclient_call(link->client, method, params, result_out);
    if (is_of_session(result))
        note_failure(link);
    return result;
}

static void say_failure(const struct host_link *link,
                        const struct login_request *request,
                        struct login_reply *reply_out)
{
    const struct smsclient_failure *failure = smsclient_failure(link->client);

    host_reply_set(request, LOGIN_UNAVAILABLE,
                   *failure->message ? failure->message
                                     : "the provider does not answer",
                   reply_out);
}

/* Only where the site was not reached: what it refuses is refused. */
static void do_without(struct host_link *link, enum smsclient_result result,
                       const struct login_request *request,
                       struct login_reply *reply_out)
{
    if (result == SMSCLIENT_NOT_AUTHENTICATED || result == SMSCLIENT_DENIED)
        host_keep_forget(&link->config);
    if (result == SMSCLIENT_UNAVAILABLE && !link->is_refused &&
        request->act == LOGIN_ACCOUNT &&
        host_keep_use(&link->config, request, reply_out))
        return;
    say_failure(link, request, reply_out);
}

void host_link_ask(struct host_link *link, const struct login_request *request,
                   struct login_reply *reply_out)
{
    SCOPED(buf_free) struct buf question = buf_make(HOST_QUESTION_BYTES);
    SCOPED(string_drop) char *answer = NULL;
    char sid[SID_TEXT_BYTES];
    enum smsclient_result result;

    account_sid_find(request->user, sid);
    if (host_question_write(request, sid, &question) != STATUS_OK) {
        host_reply_set(request, LOGIN_UNAVAILABLE, "out of memory", reply_out);
        return;
    }
    result = call(link, "host.login", buf_text(&question).data, &answer);
    if (result != SMSCLIENT_OK) {
        do_without(link, result, request, reply_out);
        return;
    }
    host_answer_read(answer, request, link->config.device, reply_out);
    if (request->act == LOGIN_ACCOUNT)
        host_keep_note(&link->config, request, answer, reply_out->verdict);
}

/* A few at a time: a login may be waiting. */
static void report_uses(struct host_link *link)
{
    for (int i = 0; i < REPORTS_MAX; i++) {
        SCOPED(string_drop) char *answer = NULL;
        long long number;
        SCOPED(memory_drop)
        char *use = host_keep_unsent(&link->config, &number);

        if (!use || call(link, "host.used", use, &answer) != SMSCLIENT_OK)
            return;
        host_keep_sent(&link->config, number);
    }
}

void host_link_look(struct host_link *link, const struct login_request *request,
                    struct login_reply *reply_out)
{
    SCOPED(string_drop) char *answer = NULL;

    host_keep_tick(&link->config);
    if (call(link, "session.whoami", NULL, &answer) != SMSCLIENT_OK) {
        say_failure(link, request, reply_out);
        return;
    }
    host_reply_set(request, LOGIN_ALLOWED, link->config.server, reply_out);
    report_uses(link);
}
