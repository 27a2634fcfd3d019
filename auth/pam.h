/*
 * PAM from the provider's side: a broker process is asked for a conversation,
 * and what it says is read when its socket is ready. Nothing here blocks.
 */
#pragma once

#include "auth/auth.h"
#include "auth/pam_wire.h"

/* The running smsprovider-pam; shared by threads. */
struct pam_broker;

/* Starts it. The main thread calls, before the process is confined. */
MUST_CHECK
enum status pam_broker_open(const struct auth_pam_config *config,
                            struct pam_broker **broker_out,
                            const char **why_out);
void pam_broker_free(struct pam_broker *broker);
DEFINE_DROP(pam_broker)

enum pam_state {
    PAM_IDLE = 0,
    PAM_RUNNING,  /* wait for the socket */
    PAM_ASKING,   /* prompts are there */
    PAM_FINISHED, /* the verdict is there */
    PAM_LOST,     /* the worker died or spoke nonsense */
    PAM_LATE,     /* nobody answered in time */
};

/* Why a sign-in is refused whose conversation was late. */
#define PAM_CHECK_LATE "password-check-late"

/* One conversation; zeroed is idle. */
struct pam_exchange {
    struct pam_broker *broker; /* borrowed */
    int fd;                    /* meaningful unless idle */
    enum pam_state state;
    int64_t due_ms;      /* when the worker ends it */
    int64_t deadline_ms; /* when it has not, and is ended itself */
    pid_t worker;
    struct buf packet; /* last received; prompts and verdict point into it */
    struct pam_prompts prompts;
    struct pam_verdict verdict;
};

/*
 * Begins a conversation. STATUS_LIMIT: too many run already;
 * STATUS_UNAVAILABLE: no worker.
 */
MUST_CHECK
enum status pam_exchange_begin(struct pam_broker *broker,
                               const struct pam_begin *begin, int64_t now_ms,
                               struct pam_exchange *exchange);

/* Reads what is there, if anything; the state tells what came of it. */
void pam_exchange_read(struct pam_exchange *exchange, int64_t now_ms);

/* Answers the prompts: one text for each that wants one. */
MUST_CHECK
enum status pam_exchange_answer(struct pam_exchange *exchange,
                                const struct text answers[], size_t n);
void pam_exchange_clear(struct pam_exchange *exchange);
