/*
 * Decisions asked over HTTP, as calls of the wire: access.check and its kin,
 * and the Authorization API 1.0 (AuthZEN), by which other programs ask what a
 * user may do here.
 *
 *     check, explain, who-can, what-can    the parameters of the wire's method
 *     v1/evaluation, v1/evaluations        subject, action, resource: decision
 *     v1/search/subject, resource, action  whoever, whatever is decided true of
 *
 * A subject is a user, a resource an object: its type the class, its id the
 * key, without which it is any of the class. Whoever asks about others needs
 * what access.check needs for that.
 */
#pragma once

#include "provider/base/buf.h"

struct rbac_type; /* rbac/catalog.h */

enum { AUTHZEN_TEXT_MAX_BYTES = 16 * 1024, AUTHZEN_MAX_EVALUATIONS = 1000 };

enum authzen_kind {
    AUTHZEN_NONE = 0, /* there is no such thing */
    AUTHZEN_CHECK,
    AUTHZEN_EXPLAIN,
    AUTHZEN_WHO_CAN,
    AUTHZEN_WHAT_CAN,
    AUTHZEN_EVALUATION,
    AUTHZEN_EVALUATIONS,
    AUTHZEN_SUBJECTS,
    AUTHZEN_RESOURCES,
    AUTHZEN_ACTIONS,
    AUTHZEN_CONFIGURATION,
    AUTHZEN_N_KINDS,
};

/* Where a list of decisions ends. */
enum authzen_end {
    AUTHZEN_ALL = 0,
    AUTHZEN_FIRST_DENY,
    AUTHZEN_FIRST_PERMIT,
};

struct authzen {
    enum authzen_kind kind;
    unsigned status;  /* of what cannot be asked so */
    const char *why;  /* the same */
    struct buf query; /* owned, of the address: the parameters without a body */
    enum authzen_end end;
    const struct rbac_type *type; /* of AUTHZEN_ACTIONS */
};

/* path: below /access/. To be cleared. */
struct authzen authzen_read(struct text path, struct text query);
void authzen_clear(struct authzen *asked);

/* May it be asked by GET? By POST all may but the configuration. */
bool authzen_is_read(const struct authzen *asked);

/*
 * Appends the line that asks for it. user: who asks. False: that cannot be
 * asked, status and why say so.
 */
bool authzen_ask(struct authzen *asked, bool has_body, struct text body,
                 struct text user, struct buf *line);

/* Appends the answer, out of the line's, which is no error; base:
 * "https://HOST". False: it is not what it should be. */
bool authzen_put(const struct authzen *asked, struct text base,
                 struct text reply, struct buf *out);
