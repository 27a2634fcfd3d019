/*
 * Findings about signing in, gathered one by one and printed at the end.
 */
#pragma once

#include "auth/auth.h"
#include "provider/client/failure.h"
#include "provider/smsctl/console.h"

enum finding_state {
    FINDING_NOTE = 0, /* neither good nor bad */
    FINDING_GOOD,
    FINDING_MISSING,
};

struct diagnosis {
    struct console *console;
    struct smsclient_options options;
    json_t *findings;        /* owned: [{part, state, found, next}] */
    json_t *proved;          /* owned: {mechanism: level} of what signed in */
    json_t *info;            /* owned: what server.info said; NULL */
    enum auth_level minimum; /* of the site */
    enum auth_level reached; /* the best that was proved */
    bool is_enough;          /* something satisfied the site */
    int64_t clock_offset_s;  /* provider minus here */
};

void diagnosis_clear(struct diagnosis *diagnosis);

/* part: "server", "clock", "EXTERNAL", ..; next: a sentence, or "". */
void diagnosis_add(struct diagnosis *diagnosis, const char *part,
                   enum finding_state state, const char *next,
                   const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* The client's last failure as a finding. */
void diagnosis_add_failure(struct diagnosis *diagnosis, const char *part,
                           const struct smsclient_failure *failure);

/* What is missing, in one line for a check: answers false. */
bool diagnosis_missing(struct diagnosis *diagnosis, const char *part,
                       const char *next, const char *found);

/* The failure of a file, with its own next step or this; answers false. */
bool diagnosis_missing_file(struct diagnosis *diagnosis, const char *part,
                            struct failure *failure, const char *next);

/* Now, by the provider's clock. */
int64_t diagnosis_now_s(const struct diagnosis *diagnosis);

MUST_CHECK
enum smsclient_result diagnosis_print(const struct diagnosis *diagnosis);

/* ---- The parts ---- */

/* The address, TLS, what server.info says, the clock. False: no server. */
bool diagnose_server(struct diagnosis *diagnosis);

/* What there is here for one mechanism; false: it is not worth trying. */
bool diagnose_evidence(struct diagnosis *diagnosis,
                       enum auth_mechanism mechanism);

/* Of diagnose_evidence(): the token. */
bool diagnose_token(struct diagnosis *diagnosis);
