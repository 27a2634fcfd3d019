#include "provider/host/host_device.h"

#include <stdio.h>

#include "provider/base/log.h"
#include "provider/base/own.h"
#include "provider/host/device_asker.h"
#include "provider/host/host_answer.h"
#include "provider/host/host_proof.h"
#include "provider/host/host_talk.h"

/* One sign-in under way. */
struct talk {
    const struct host_config *config;
    const struct login_request *request;
    struct device_asker *asker;
    struct smsclient *session; /* that came of it; NULL: none did */
    int fd;
};

static void refuse(const struct talk *talk, enum login_verdict verdict,
                   const char *text, struct login_reply *reply)
{
    log_info("host.refused user=%s service=%s why=%s", talk->request->user,
             talk->request->service, text);
    host_reply_set(talk->request, verdict, text, reply);
}

/* ---- The user ---- */

/* Shows it until they say that they are done. False: they gave up. */
static bool show(const struct talk *talk, bool is_again)
{
    struct login_reply reply;
    char text[LOGIN_TEXT_BYTES];

    snprintf(text, sizeof(text),
             "%sTo sign in, open %s and enter the code %s. Press Enter here "
             "when you have confirmed it.",
             is_again ? "The code is not confirmed yet. " : "",
             talk->asker->address, talk->asker->user_code);
    host_reply_set(talk->request, LOGIN_WAIT, text, &reply);
    return host_talk_send(talk->fd, &reply) &&
           host_talk_answer(talk->fd, talk->request, NULL, 0,
                            HOST_ELSEWHERE_MS);
}

/* ---- The provider ---- */

/* Without the machine's certificate: the token is the user's evidence, and what
 * proves this host is no part of it. */
static void hand_over(struct talk *talk, struct login_reply *reply)
{
    struct smsclient_options options;
    bool is_others;

    host_config_options(talk->config, &options);
    options.certificate = options.key = NULL;
    options.mechanism = "OAUTHBEARER";
    options.token = talk->asker->token.data;
    talk->session = host_proof_get(&options, talk->request, &is_others, reply);
    if (is_others)
        refuse(talk, LOGIN_DENIED, "It was not you who confirmed the code.",
               reply);
}

/* ---- The whole ---- */

static void follow(struct talk *talk, struct login_reply *reply)
{
    for (bool is_again = false;; is_again = true) {
        switch (device_asker_hear(talk->asker, talk->fd)) {
        case DEVICE_SAYS_OFFER:
        case DEVICE_SAYS_PENDING:
            if (show(talk, is_again) && device_asker_go_on(talk->asker))
                continue;
            refuse(talk, LOGIN_DENIED, "The sign-in was given up.", reply);
            return;
        case DEVICE_SAYS_TOKEN:
            hand_over(talk, reply);
            return;
        case DEVICE_SAYS_REFUSED:
            refuse(talk, LOGIN_DENIED, "The sign-in was refused there.", reply);
            return;
        case DEVICE_SAYS_EXPIRED:
            refuse(talk, LOGIN_DENIED, "The code was not confirmed in time.",
                   reply);
            return;
        case DEVICE_SAYS_NOTHING:
            refuse(talk, LOGIN_UNAVAILABLE, "the issuer does not answer",
                   reply);
            return;
        }
    }
}

static void decide(struct talk *talk, struct login_reply *reply)
{
    SCOPED(device_asker_end) struct device_asker asker = {.pid = 0};

    if (!talk->config->issuer[0]) {
        refuse(talk, LOGIN_UNAVAILABLE, "host.conf names no issuer", reply);
        return;
    }
    if (device_asker_start(talk->config, &asker) != STATUS_OK) {
        refuse(talk, LOGIN_UNAVAILABLE, "no process can be started", reply);
        return;
    }
    talk->asker = &asker;
    follow(talk, reply);
}

struct smsclient *host_device_sign_in(const struct host_config *config,
                                      const struct login_request *request,
                                      int fd, struct login_reply *reply_out)
{
    struct talk talk = {.config = config, .request = request, .fd = fd};

    decide(&talk, reply_out);
    return talk.session;
}
