/*
 * Findings about signing in, collected one by one and printed at the end.
 */
#pragma once

#include "auth/mechanism_table.h"
#include "provider/base/level.h"
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
    json_t *findings; /* owned: [{part, state, found, next}] */
    json_t *proved;   /* owned: {mechanism: level} of those that signed in */
    json_t *info;     /* owned: answer of server.info; NULL */
    enum auth_level minimum; /* of the site */
    enum auth_level reached; /* the highest that was proved */
    bool is_enough;          /* a mechanism satisfied the site */
    int64_t clock_offset_s;  /* provider's clock minus local clock */
};

void diagnosis_clear(struct diagnosis *diagnosis);

/* part: "server", "clock", "EXTERNAL", ..; next: a sentence, or "". */
void diagnosis_add(struct diagnosis *diagnosis, const char *part,
                   enum finding_state state, const char *next,
                   const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Adds the client's last failure as a finding. */
void diagnosis_add_failure(struct diagnosis *diagnosis, const char *part,
                           const struct smsclient_failure *failure);

/* Adds one missing thing; returns false. */
bool diagnosis_missing(struct diagnosis *diagnosis, const char *part,
                       const char *next, const char *found);

/* Adds the failure of a file, with its own next step or this; returns false. */
bool diagnosis_missing_file(struct diagnosis *diagnosis, const char *part,
                            struct failure *failure, const char *next);

/* A period of validity. */
struct diagnosis_period {
    const char *what;  /* "certificate" */
    const char *renew; /* the next step once it has expired */
    int64_t from_s;
    int64_t until_s;
};

/* Adds a finding unless the period includes now, by the provider's clock. */
bool diagnosis_check_period(struct diagnosis *diagnosis, const char *part,
                            const struct diagnosis_period *period);

MUST_CHECK
enum smsclient_result diagnosis_print(const struct diagnosis *diagnosis);

/* ---- The parts ---- */

/* Examines address, TLS, server.info and the clock. False: no server. */
bool diagnose_server(struct diagnosis *diagnosis);

/* Examines the evidence for one mechanism; false: not worth trying. */
bool diagnose_evidence(struct diagnosis *diagnosis,
                       enum auth_mechanism mechanism);

/* What an administrator of the site should check after a refusal. */
const char *diagnose_ask(enum auth_mechanism mechanism);

/* Part of diagnose_evidence(): the token. */
bool diagnose_token(struct diagnosis *diagnosis);
