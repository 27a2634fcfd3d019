#include "provider/sudo/sudo_login.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TRIES_MAX = 3,
    ANSWER_S = 120, /* for each answer of a person */
};

/* ---- The conversation ---- */

/* PAM's own words for a password become sudo's, or those of -p. */
static void write_prompt(const struct sudo_front *front, const char *text,
                         char *out, size_t size)
{
    if (strcmp(text, "Password: ") != 0)
        snprintf(out, size, "%s", text);
    else if (front->has_prompt)
        snprintf(out, size, "%s", front->prompt);
    else
        snprintf(out, size, "[sudo] password for %s: ", front->user);
}

/* The answer, which is the caller's; NULL: there is none. */
static char *ask(struct sudo_login *login, int style, const char *text)
{
    char prompt[PAM_MAX_MSG_SIZE];
    const struct sudo_conv_message message = {
        .msg_type = style == PAM_PROMPT_ECHO_ON ? SUDO_CONV_PROMPT_ECHO_ON
                                                : SUDO_CONV_PROMPT_ECHO_OFF,
        .timeout = ANSWER_S,
        .msg = prompt,
    };
    struct sudo_conv_reply reply = {.reply = NULL};

    if (login->is_mute)
        return NULL;
    if (login->front->never_asks) {
        sudo_front_say(login->front, true,
                       "sudo: A password is needed, and -n forbids to ask.\n");
        login->is_mute = true;
        return NULL;
    }
    write_prompt(login->front, text, prompt, sizeof(prompt));
    if (login->front->converse(1, &message, &reply, NULL) == 0 && reply.reply &&
        strlen(reply.reply) < PAM_MAX_RESP_SIZE)
        return reply.reply;
    if (reply.reply) {
        explicit_bzero(reply.reply, strlen(reply.reply));
        free(reply.reply);
    }
    login->is_mute = true;
    return NULL;
}

static void show(const struct sudo_login *login, int style, const char *text)
{
    char line[PAM_MAX_MSG_SIZE + 1];

    snprintf(line, sizeof(line), "%s\n", text);
    sudo_front_say(login->front, style == PAM_ERROR_MSG, line);
}

/* One message of PAM's. */
static int say(struct sudo_login *login, const struct pam_message *message,
               struct pam_response *response)
{
    if (!message->msg)
        return PAM_CONV_ERR;
    switch (message->msg_style) {
    case PAM_PROMPT_ECHO_OFF:
    case PAM_PROMPT_ECHO_ON:
        response->resp = ask(login, message->msg_style, message->msg);
        return response->resp ? PAM_SUCCESS : PAM_CONV_ERR;
    case PAM_ERROR_MSG:
    case PAM_TEXT_INFO:
        show(login, message->msg_style, message->msg);
        return PAM_SUCCESS;
    default:
        return PAM_CONV_ERR;
    }
}

static void drop(struct pam_response *responses, int n)
{
    for (int i = 0; i < n; i++)
        if (responses[i].resp) {
            explicit_bzero(responses[i].resp, strlen(responses[i].resp));
            free(responses[i].resp);
        }
    free(responses);
}

static int converse(int n, const struct pam_message **messages,
                    struct pam_response **responses_out, void *context)
{
    struct pam_response *responses;

    if (n < 1 || n > PAM_MAX_NUM_MSG || !messages || !responses_out)
        return PAM_CONV_ERR;
    responses = calloc((size_t)n, sizeof(*responses));
    if (!responses)
        return PAM_BUF_ERR;
    for (int i = 0; i < n; i++) {
        const int said = say(context, messages[i], &responses[i]);

        if (said != PAM_SUCCESS) {
            drop(responses, n);
            return said;
        }
    }
    *responses_out = responses;
    return PAM_SUCCESS;
}

/* ---- The sign-in ---- */

bool sudo_login_begin(struct sudo_login *login, const struct sudo_front *front,
                      const char *service)
{
    const struct pam_conv conversation = {converse, login};

    *login = (struct sudo_login){.front = front};
    if (pam_start(service, front->user, &conversation, &login->pamh) !=
        PAM_SUCCESS) {
        login->pamh = NULL;
        return false;
    }
    login->status = pam_set_item(login->pamh, PAM_RUSER, front->user);
    if (login->status == PAM_SUCCESS && front->tty[0])
        login->status = pam_set_item(login->pamh, PAM_TTY, front->tty);
    return login->status == PAM_SUCCESS;
}

static bool authenticate(struct sudo_login *login)
{
    for (int i = 0; i < TRIES_MAX && !login->is_mute; i++) {
        if (i)
            sudo_front_say(login->front, true, "Try again.\n");
        login->status =
            pam_authenticate(login->pamh, PAM_DISALLOW_NULL_AUTHTOK);
        if (login->status != PAM_AUTH_ERR)
            return login->status == PAM_SUCCESS;
    }
    return false;
}

/* A module may have made somebody else of the user (T47). */
static bool is_still_user(const struct sudo_login *login)
{
    const void *user = NULL;

    return pam_get_item(login->pamh, PAM_USER, &user) == PAM_SUCCESS && user &&
           strcmp(user, login->front->user) == 0;
}

const char *sudo_login_prove(struct sudo_login *login, bool is_open)
{
    if (!is_open && !authenticate(login))
        return login->is_mute ? "You have not signed in."
                              : "Your sign-in is not accepted.";
    login->status = pam_acct_mgmt(login->pamh, PAM_DISALLOW_NULL_AUTHTOK);
    if (login->status == PAM_NEW_AUTHTOK_REQD)
        return "Your password has ended: change it first.";
    if (login->status != PAM_SUCCESS)
        return "Your account may not be used for this now.";
    return is_still_user(login) ? NULL : "You have become somebody else.";
}

/* ---- The session ---- */

/* Credentials of somebody who did not sign in here are not every module's to
 * give, so that their lack is none of the session. */
const char *sudo_login_open(struct sudo_login *login, const char *target)
{
    login->status = pam_set_item(login->pamh, PAM_USER, target);
    if (login->status == PAM_SUCCESS) {
        login->has_credentials =
            pam_setcred(login->pamh, PAM_ESTABLISH_CRED) == PAM_SUCCESS;
        login->status = pam_open_session(login->pamh, 0);
    }
    login->is_open = login->status == PAM_SUCCESS;
    return login->is_open ? NULL : "PAM opens no session for this.";
}

void sudo_login_end(struct sudo_login *login)
{
    if (!login->pamh)
        return;
    if (login->is_open)
        login->status = pam_close_session(login->pamh, 0);
    if (login->has_credentials)
        (void)pam_setcred(login->pamh, PAM_DELETE_CRED);
    (void)pam_end(login->pamh, login->status);
    *login = (struct sudo_login){.pamh = NULL};
}
