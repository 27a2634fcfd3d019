#include "provider/host/host_sign_in.h"

#include <string.h>

#include "provider/host/host_answer.h"
#include "provider/host/host_proof.h"
#include "provider/host/host_talk.h"

/* One sign-in under way. */
struct talk {
    struct login_request *request; /* with the password, until it is used */
    bool is_used;
    int fd;
};

/* ---- What the site asks ---- */

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
    return host_talk_send(talk->fd, &reply) &&
           host_talk_answer(talk->fd, talk->request, answer, size,
                            HOST_PERSON_MS);
}

/* ---- The whole ---- */

struct smsclient *host_sign_in(const struct host_config *config,
                               struct login_request *request, int fd,
                               struct login_reply *reply_out)
{
    struct talk talk = {.request = request, .fd = fd};
    struct smsclient_options options;
    struct smsclient *session;
    bool is_others;

    host_config_options(config, &options);
    options.mechanism = "PLAIN";
    options.user = request->user;
    options.timeout_ms = HOST_STEP_MS;
    options.prompt = prompt;
    options.prompt_context = &talk;
    options.is_interactive = true;
    session = host_proof_get(&options, request, &is_others, reply_out);
    explicit_bzero(request->secret, sizeof(request->secret));
    return session;
}
