/*
 * The protocol between the provider and its PAM worker: one packet per message
 * on a SOCK_SEQPACKET pair. Neither side trusts the other.
 *
 *
 *     provider -> worker   begin: service, user, secret, host, terminal
 *     worker -> provider   prompts: n x (style, text)
 *     provider -> worker   answers: n x text
 *     worker -> provider   verdict: result, user
 *
 * A text is u16 length (big endian) and bytes without NUL.
 */
#pragma once

#include <stdint.h>

#include "provider/base/buf.h"

enum {
    PAM_WIRE_MAX_BYTES = 16 * 1024, /* one packet */
    PAM_PROMPTS_MAX = 8,
    PAM_NAME_MAX_BYTES = 256,
    PAM_TEXT_MAX_BYTES = 1024, /* a prompt, a secret, an answer */
};

enum pam_message_kind {
    PAM_MESSAGE_NONE = 0,
    PAM_MESSAGE_BEGIN,
    PAM_MESSAGE_PROMPTS,
    PAM_MESSAGE_ANSWERS,
    PAM_MESSAGE_VERDICT,
};

enum pam_prompt_style {
    PAM_STYLE_HIDDEN = 1, /* the answer must not be shown */
    PAM_STYLE_SHOWN,
    PAM_STYLE_INFO, /* needs no answer */
    PAM_STYLE_ERROR,
};

enum pam_result {
    PAM_RESULT_NONE = 0,
    PAM_RESULT_OK,
    PAM_RESULT_REFUSED, /* not authenticated: nothing more is disclosed */
    PAM_RESULT_EXPIRED, /* the account; the following only after a right secret
                         */
    PAM_RESULT_MUST_CHANGE, /* the password */
    PAM_RESULT_BARRED,      /* the account, for now or for this service */
    PAM_RESULT_BROKEN,      /* PAM itself failed */
};

struct pam_begin {
    struct text directory; /* of service files; empty: the system's */
    struct text service;
    struct text user;
    struct text secret;
    struct text host;
    struct text terminal;
};

struct pam_prompt {
    enum pam_prompt_style style;
    struct text text;
};

struct pam_prompts {
    struct pam_prompt prompts[PAM_PROMPTS_MAX]; /* [n] */
    size_t n;
};

struct pam_answers {
    struct text answers[PAM_PROMPTS_MAX]; /* [n] */
    size_t n;
};

struct pam_verdict {
    enum pam_result result;
    struct text user; /* PAM's final user name */
};

/* The kind of a packet; NONE for an empty or unknown one. */
enum pam_message_kind pam_message_kind_of(struct text packet);

/*
 * Readers: texts are borrowed from the packet. STATUS_INVALID for another kind,
 * anything too long, a NUL inside, or trailing bytes.
 */
MUST_CHECK
enum status pam_begin_read(struct text packet, struct pam_begin *out);
MUST_CHECK
enum status pam_prompts_read(struct text packet, struct pam_prompts *out);
MUST_CHECK
enum status pam_answers_read(struct text packet, struct pam_answers *out);
MUST_CHECK
enum status pam_verdict_read(struct text packet, struct pam_verdict *out);

void pam_begin_write(const struct pam_begin *begin, struct buf *out);
void pam_prompts_write(const struct pam_prompts *prompts, struct buf *out);
void pam_answers_write(const struct pam_answers *answers, struct buf *out);
void pam_verdict_write(const struct pam_verdict *verdict, struct buf *out);
