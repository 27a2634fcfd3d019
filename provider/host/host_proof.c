#include "provider/host/host_proof.h"

#include "provider/base/log.h"
#include "provider/base/own.h"
#include "provider/host/host_answer.h"

static void string_drop(char **string)
{
    smsclient_string_free(*string);
}

/* One sentence for every refusal (T52). */
static void refuse(const struct smsclient *client, enum smsclient_result result,
                   const struct login_request *request,
                   struct login_reply *reply)
{
    const struct smsclient_failure *failure = smsclient_failure(client);

    log_info("host.refused user=%s service=%s why=%s", request->user,
             request->service, failure->message);
    if (result == SMSCLIENT_NOT_AUTHENTICATED || result == SMSCLIENT_DENIED)
        host_reply_set(request, LOGIN_DENIED,
                       "The site does not accept this sign-in.", reply);
    else
        host_reply_set(request, LOGIN_UNAVAILABLE, failure->message, reply);
}

/* Whom the name means, as the session's own site says; NULL: not its user. */
static void ask_spelling(struct smsclient *client,
                         const struct login_request *request,
                         char **spelled_out)
{
    SCOPED(buf_free) struct buf question = buf_make(HOST_QUESTION_BYTES);

    if (host_spelling_write(request, &question) == STATUS_OK)
        (void)smsclient_call(client, "access.explain", buf_text(&question).data,
                             spelled_out);
}

static void read_session(struct smsclient *client, const char *session,
                         const struct login_request *request,
                         struct login_reply *reply)
{
    SCOPED(string_drop) char *spelled = NULL;

    host_session_read(session, NULL, request, reply);
    if (reply->verdict == LOGIN_ALLOWED)
        return;
    ask_spelling(client, request, &spelled);
    host_session_read(session, spelled, request, reply);
}

static void prove(struct smsclient *client,
                  const struct smsclient_options *options,
                  const struct login_request *request, bool *is_others,
                  struct login_reply *reply)
{
    SCOPED(string_drop) char *session = NULL;
    enum smsclient_result result = smsclient_sign_in(client, options);

    if (result == SMSCLIENT_OK)
        result = smsclient_call(client, "session.whoami", NULL, &session);
    if (result != SMSCLIENT_OK) {
        refuse(client, result, request, reply);
        return;
    }
    read_session(client, session, request, reply);
    *is_others = reply->verdict != LOGIN_ALLOWED;
}

struct smsclient *host_proof_get(const struct smsclient_options *options,
                                 const struct login_request *request,
                                 bool *is_others_out,
                                 struct login_reply *reply_out)
{
    struct smsclient *client = smsclient_new();

    *is_others_out = false;
    host_reply_set(request, LOGIN_UNAVAILABLE, "out of memory", reply_out);
    if (client)
        prove(client, options, request, is_others_out, reply_out);
    if (reply_out->verdict == LOGIN_ALLOWED)
        return client;
    smsclient_free(client);
    return NULL;
}
