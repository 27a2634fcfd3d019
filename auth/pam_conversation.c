#include "auth/pam_conversation.h"

#include <errno.h>
#include <security/pam_appl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "auth/pam_wire.h"
#include "provider/base/own.h"

struct conversation {
    int fd;
    const struct pam_begin *begin;
    bool is_secret_used; /* the password answers one prompt, the first */
};

static void text_wipe(char **text)
{
    if (*text)
        explicit_bzero(*text, strlen(*text));
    free(*text);
}

static enum status send_packet(int fd, const struct buf *packet)
{
    const struct text bytes = buf_text(packet);

    TRY(buf_status(packet));
    return send(fd, bytes.data, bytes.size, MSG_NOSIGNAL) == (ssize_t)bytes.size
               ? STATUS_OK
               : STATUS_UNAVAILABLE;
}

/* One packet; the worker enforces the deadline by ending this process. */
static enum status receive_packet(int fd, struct buf *packet)
{
    char *room;
    ssize_t size;

    buf_clear(packet);
    room = buf_reserve(packet, PAM_WIRE_MAX_BYTES);
    if (!room)
        return STATUS_NO_MEMORY;
    do
        size = recv(fd, room, PAM_WIRE_MAX_BYTES, MSG_TRUNC);
    while (size < 0 && errno == EINTR);
    if (size <= 0 || size > PAM_WIRE_MAX_BYTES)
        return STATUS_UNAVAILABLE;
    buf_added(packet, (size_t)size);
    return STATUS_OK;
}

/* ---- The modules' prompts ---- */

static bool wants_answer(int style)
{
    return style == PAM_PROMPT_ECHO_OFF || style == PAM_PROMPT_ECHO_ON;
}

static enum pam_prompt_style style_of(int style)
{
    switch (style) {
    case PAM_PROMPT_ECHO_ON:
        return PAM_STYLE_SHOWN;
    case PAM_TEXT_INFO:
        return PAM_STYLE_INFO;
    case PAM_ERROR_MSG:
        return PAM_STYLE_ERROR;
    default:
        return PAM_STYLE_HIDDEN;
    }
}

static struct text clip(const char *text)
{
    struct text whole = text_of(text);

    if (whole.size > PAM_TEXT_MAX_BYTES)
        whole.size = PAM_TEXT_MAX_BYTES;
    return whole;
}

static void free_replies(struct pam_response *replies, int n)
{
    for (int i = 0; replies && i < n; i++)
        text_wipe(&replies[i].resp);
    free(replies);
}

/* The password that came with the sign-in, used once. */
static bool answer_with_secret(struct conversation *c,
                               const struct pam_message *message,
                               struct pam_response *reply)
{
    if (c->is_secret_used || message->msg_style != PAM_PROMPT_ECHO_OFF)
        return false;
    c->is_secret_used = true;
    reply->resp = text_dup(c->begin->secret);
    return reply->resp != NULL;
}

/* Puts all prompts to the user at once, and the answers into the replies that
 * still need one. */
static enum status ask(struct conversation *c, int n,
                       const struct pam_message **messages,
                       struct pam_response *replies)
{
    SCOPED(buf_wipe) struct buf packet = buf_make(PAM_WIRE_MAX_BYTES);
    struct pam_prompts prompts = {.n = 0};
    struct pam_answers answers = {.n = 0};
    size_t at = 0;

    for (int i = 0; i < n; i++)
        if (!replies[i].resp)
            prompts.prompts[prompts.n++] = (struct pam_prompt){
                style_of(messages[i]->msg_style), clip(messages[i]->msg)};
    pam_prompts_write(&prompts, &packet);
    TRY(send_packet(c->fd, &packet));
    TRY(receive_packet(c->fd, &packet));
    TRY(pam_answers_read(buf_text(&packet), &answers));
    for (int i = 0; i < n; i++) {
        if (replies[i].resp || !wants_answer(messages[i]->msg_style))
            continue;
        if (at == answers.n)
            return STATUS_INVALID;
        replies[i].resp = text_dup(answers.answers[at++]);
        if (!replies[i].resp)
            return STATUS_NO_MEMORY;
    }
    return at == answers.n ? STATUS_OK : STATUS_INVALID;
}

/* Is a prompt left that only the user can answer? */
static bool is_open(int n, const struct pam_message **messages,
                    const struct pam_response *replies)
{
    for (int i = 0; i < n; i++)
        if (wants_answer(messages[i]->msg_style) && !replies[i].resp)
            return true;
    return false;
}

/* Modules may expect no answer (a NULL reply) if they only inform. */
static int converse(int n, const struct pam_message **messages,
                    struct pam_response **replies_out, void *context)
{
    struct conversation *c = context;
    struct pam_response *replies;

    if (n <= 0 || n > PAM_PROMPTS_MAX)
        return PAM_CONV_ERR;
    replies = calloc((size_t)n, sizeof(*replies));
    if (!replies)
        return PAM_BUF_ERR;
    for (int i = 0; i < n; i++)
        (void)answer_with_secret(c, messages[i], &replies[i]);
    if ((is_open(n, messages, replies) &&
         (!replies_out || ask(c, n, messages, replies) != STATUS_OK))) {
        free_replies(replies, n);
        return PAM_CONV_ERR;
    }
    if (replies_out)
        *replies_out = replies;
    else
        free_replies(replies, n);
    return PAM_SUCCESS;
}

/* ---- The PAM stack ---- */

/* Delays are left to the throttle; here they would only block a process. */
static void delay_nothing(int result, unsigned usec, void *context)
{
    (void)result;
    (void)usec;
    (void)context;
}

static enum pam_result result_of_account(int result)
{
    switch (result) {
    case PAM_SUCCESS:
        return PAM_RESULT_OK;
    case PAM_NEW_AUTHTOK_REQD:
    case PAM_AUTHTOK_EXPIRED:
        return PAM_RESULT_MUST_CHANGE;
    case PAM_ACCT_EXPIRED:
        return PAM_RESULT_EXPIRED;
    default:
        return PAM_RESULT_BARRED;
    }
}

static enum pam_result result_of_authenticate(int result)
{
    switch (result) {
    case PAM_SUCCESS:
        return PAM_RESULT_OK;
    case PAM_NEW_AUTHTOK_REQD: /* by some modules already here: it was right */
        return PAM_RESULT_MUST_CHANGE;
    case PAM_AUTHINFO_UNAVAIL: /* the directory did not say */
    case PAM_ABORT:
    case PAM_SYSTEM_ERR:
    case PAM_SERVICE_ERR:
    case PAM_BUF_ERR:
        return PAM_RESULT_BROKEN;
    default:
        return PAM_RESULT_REFUSED;
    }
}

/* Some modules set credentials that must be removed again. */
static enum pam_result set_credentials(pam_handle_t *pam)
{
    if (pam_setcred(pam, PAM_ESTABLISH_CRED | PAM_SILENT) != PAM_SUCCESS)
        return PAM_RESULT_BARRED;
    (void)pam_setcred(pam, PAM_DELETE_CRED | PAM_SILENT);
    return PAM_RESULT_OK;
}

static bool set_items(pam_handle_t *pam, const char *host, const char *terminal)
{
    union {
        void (*function)(int, unsigned, void *);
        const void *item;
    } delay = {delay_nothing};

    return pam_set_item(pam, PAM_RHOST, host) == PAM_SUCCESS &&
           pam_set_item(pam, PAM_TTY, terminal) == PAM_SUCCESS &&
           pam_set_item(pam, PAM_FAIL_DELAY, delay.item) == PAM_SUCCESS;
}

/* All phases count (T45): authentication, account, and credentials. */
static enum pam_result run_phases(pam_handle_t *pam)
{
    enum pam_result result = result_of_authenticate(
        pam_authenticate(pam, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK));

    if (result == PAM_RESULT_OK)
        result = result_of_account(
            pam_acct_mgmt(pam, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK));
    if (result == PAM_RESULT_OK)
        result = set_credentials(pam);
    return result;
}

static int start_pam(const struct pam_begin *begin, const char *service,
                     const char *user, const struct pam_conv *conv,
                     pam_handle_t **pam_out)
{
    SCOPED(memory_drop) char *directory = text_dup(begin->directory);

    if (!directory)
        return PAM_BUF_ERR;
    if (*directory)
        return pam_start_confdir(service, user, conv, directory, pam_out);
    return pam_start(service, user, conv, pam_out);
}

static enum pam_result check(struct conversation *c, struct buf *user_out)
{
    SCOPED(memory_drop) char *service = text_dup(c->begin->service);
    SCOPED(memory_drop) char *user = text_dup(c->begin->user);
    SCOPED(memory_drop) char *host = text_dup(c->begin->host);
    SCOPED(memory_drop) char *terminal = text_dup(c->begin->terminal);
    const struct pam_conv conv = {converse, c};
    enum pam_result result = PAM_RESULT_BROKEN;
    pam_handle_t *pam = NULL;
    const void *name = NULL;

    if (!service || !user || !host || !terminal ||
        start_pam(c->begin, service, user, &conv, &pam) != PAM_SUCCESS)
        return PAM_RESULT_BROKEN;
    if (set_items(pam, host, terminal))
        result = run_phases(pam);
    /* The stack may have changed the user (T47). */
    if (pam_get_item(pam, PAM_USER, &name) == PAM_SUCCESS && name)
        buf_append_string(user_out, name);
    pam_end(pam, result == PAM_RESULT_OK ? PAM_SUCCESS : PAM_AUTH_ERR);
    return result;
}

void pam_conversation_run(int fd)
{
    SCOPED(buf_wipe) struct buf packet = buf_make(PAM_WIRE_MAX_BYTES);
    SCOPED(buf_free) struct buf user = buf_make(PAM_NAME_MAX_BYTES);
    struct conversation conversation = {.fd = fd};
    struct pam_begin begin;
    struct pam_verdict verdict;

    if (receive_packet(fd, &packet) != STATUS_OK ||
        pam_begin_read(buf_text(&packet), &begin) != STATUS_OK)
        return;
    conversation.begin = &begin;
    verdict.result = check(&conversation, &user);
    if (buf_status(&user) != STATUS_OK)
        verdict.result = PAM_RESULT_BROKEN;
    verdict.user = buf_text(&user);

    SCOPED(buf_wipe) struct buf answer = buf_make(PAM_WIRE_MAX_BYTES);
    pam_verdict_write(&verdict, &answer);
    (void)!send_packet(fd, &answer);
}
