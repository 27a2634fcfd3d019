/*
 * The inside of a sign-in: shared by the SASL glue and the mechanisms.
 */
#pragma once

#include <sasl/sasl.h>

#include "auth/auth.h"
#include "auth/kerberos.h"
#include "auth/pam.h"
#include "auth/signin.h"
#include "auth/token/token.h"

struct auth {
    struct auth_config config;    /* strings borrowed */
    struct kerberos *kerberos;    /* NULL: not configured */
    struct token_issuer *issuers; /* [config.n_issuers] */
    struct pam_broker *pam;       /* NULL: no passwords */
    struct upn_rules *upns;       /* NULL: no names in certificates are used */
};

enum {
    EXCHANGE_N_CALLBACKS = 3,
    EXCHANGE_NAME_MAX_BYTES = 1000, /* SASL's own limit is 1024 */
};

struct auth_exchange {
    const struct auth *auth;            /* borrowed */
    const struct auth_channel *channel; /* borrowed */
    enum auth_mechanism mechanism;
    enum auth_binding binding;
    sasl_conn_t *sasl; /* NULL before the first and after the last step */
    sasl_callback_t callbacks[EXCHANGE_N_CALLBACKS];
    int64_t now_s; /* of the current step */
    size_t n_steps;
    bool is_over;
    bool is_suspended;           /* WAITING or PROMPT was the last answer */
    enum auth_progress progress; /* of the mechanism's last step */
    struct buf answer; /* of the mechanism, lent to SASL during the step */
    struct kerberos_exchange kerberos;
    struct pam_exchange pam;
    struct auth_evidence evidence; /* valid only after AUTH_DONE */
    struct buf authzid; /* the user the client wants to act as; empty: itself */
    char *claimed;
    const char *why;
    const char *hint; /* static text for the client, or NULL */
};

/*
 * One step of our own mechanisms, called back from within SASL. On DONE the
 * evidence is in the exchange.
 */
typedef enum auth_progress (*exchange_step)(struct auth_exchange *exchange,
                                            struct text in, struct buf *out);

/* The name SASL is given: the first identity, of a certificate its key. Empty
 * if there is none. */
struct text exchange_name(const struct auth_exchange *exchange);
