/*
 * PAM from the provider's side: a worker process is asked for a conversation,
 * and its answer is read when its socket is ready. Nothing here blocks.
 */
#pragma once

#include "auth/auth.h"
#include "auth/pam_wire.h"

/* The running smsprovider-pam; shared by threads. */
struct pam_broker;

/* Starts it, by the keeper of the configuration or one of its own. */
MUST_CHECK
enum status pam_broker_open(const struct auth_pam_config *config,
                            struct pam_broker **broker_out,
                            const char **why_out);
void pam_broker_free(struct pam_broker *broker);
DEFINE_DROP(pam_broker)

enum pam_state {
    PAM_IDLE = 0,
    PAM_RUNNING,  /* waiting for the socket */
    PAM_ASKING,   /* prompts are there */
    PAM_FINISHED, /* the verdict is there */
    PAM_LOST,     /* the worker died or sent garbage */
    PAM_LATE,     /* it did not answer in time */
};

/* The cause of a sign-in refused because its conversation was late. */
#define PAM_CHECK_LATE "password-check-late"

/* One conversation; zeroed is idle. */
struct pam_exchange {
    struct pam_broker *broker; /* borrowed */
    int fd;                    /* meaningful unless idle */
    enum pam_state state;
    int64_t due_ms;      /* when the worker ends it */
    int64_t deadline_ms; /* when the worker is ended if it has not */
    pid_t worker;
    struct buf packet; /* last packet; prompts and verdict point into it */
    struct pam_prompts prompts;
    struct pam_verdict verdict;
};

/*
 * Begins a conversation. STATUS_LIMIT: too many are running;
 * STATUS_UNAVAILABLE: no worker.
 */
MUST_CHECK
enum status pam_exchange_begin(struct pam_broker *broker,
                               const struct pam_begin *begin, int64_t now_ms,
                               struct pam_exchange *exchange);

/* Reads what is there, if anything; see state for the result. */
void pam_exchange_read(struct pam_exchange *exchange, int64_t now_ms);

/* Answers the prompts: one text for each that needs one. */
MUST_CHECK
enum status pam_exchange_answer(struct pam_exchange *exchange,
                                const struct text answers[], size_t n);
void pam_exchange_clear(struct pam_exchange *exchange);
