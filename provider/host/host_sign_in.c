#include "provider/host/host_sign_in.h"

#include <string.h>

#include "provider/base/log.h"
#include "provider/base/memory.h"
#include "provider/base/own.h"
#include "provider/host/host_answer.h"

/* One sign-in under way. */
struct talk {
    struct login_request *request; /* with the password, until it is used */
    bool is_used;
    int fd;
};

static void string_drop(char **string)
{
    smsclient_string_free(*string);
}

static void client_drop(struct smsclient **client)
{
    smsclient_free(*client);
}

/* ---- What the site asks ---- */

static bool send_reply(int fd, const struct login_reply *reply)
{
    char packet[LOGIN_PACKET_BYTES];
    const size_t size = login_reply_write(reply, packet);

    return size && login_send(fd, packet, size, login_now_ms() + HOST_STEP_MS);
}

/* The module's next packet, which answers a question. */
static bool take_answer(struct talk *talk, char *answer, size_t size)
{
    char packet[LOGIN_PACKET_BYTES];
    struct login_request said;
    const size_t got =
        login_receive(talk->fd, packet, login_now_ms() + HOST_PERSON_MS);
    const bool is_answer = login_request_read(packet, got, &said) &&
                           said.act == LOGIN_ANSWER &&
                           strcmp(said.user, talk->request->user) == 0 &&
                           (!size || strlen(said.secret) < size);

    if (is_answer && size)
        memcpy(answer, said.secret, strlen(said.secret) + 1);
    explicit_bzero(packet, sizeof(packet));
    explicit_bzero(&said, sizeof(said));
    return is_answer;
}

/* The password was given with the request; it answers one question only. */
static bool give_password(struct talk *talk, char *answer, size_t size)
{
    const size_t length = strlen(talk->request->secret);

    if (length >= size)
        return false;
    memcpy(answer, talk->request->secret, length + 1);
    explicit_bzero(talk->request->secret, sizeof(talk->request->secret));
    talk->is_used = true;
    return true;
}

static bool prompt(void *context, const char *text, bool echo, char *answer,
                   size_t size)
{
    struct talk *talk = context;
    struct login_reply reply;

    if (size && !echo && !talk->is_used &&
        strncmp(text, "Password of ", strlen("Password of ")) == 0)
        return give_password(talk, answer, size);
    host_reply_set(talk->request,
                   !size  ? LOGIN_NOTICE
                   : echo ? LOGIN_OPEN_QUESTION
                          : LOGIN_QUESTION,
                   text, &reply);
    return send_reply(talk->fd, &reply) && take_answer(talk, answer, size);
}

/* ---- The verdict ---- */

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

static void decide(struct talk *talk, const struct host_config *config,
                   struct login_reply *reply)
{
    SCOPED(client_drop) struct smsclient *client = smsclient_new();
    SCOPED(string_drop) char *session = NULL;
    struct smsclient_options options;
    enum smsclient_result result;

    host_reply_set(talk->request, LOGIN_UNAVAILABLE, "out of memory", reply);
    if (!client)
        return;
    host_config_options(config, &options);
    options.mechanism = "PLAIN";
    options.user = talk->request->user;
    options.timeout_ms = HOST_STEP_MS;
    options.prompt = prompt;
    options.prompt_context = talk;
    options.is_interactive = true;
    result = smsclient_sign_in(client, &options);
    if (result == SMSCLIENT_OK)
        result = smsclient_call(client, "session.whoami", NULL, &session);
    if (result == SMSCLIENT_OK)
        read_session(client, session, talk->request, reply);
    else
        refuse(client, result, talk->request, reply);
}

void host_sign_in(const struct host_config *config,
                  struct login_request *request, int fd)
{
    struct talk talk = {.request = request, .fd = fd};
    struct login_reply reply;

    decide(&talk, config, &reply);
    explicit_bzero(request->secret, sizeof(request->secret));
    (void)!send_reply(fd, &reply);
}
