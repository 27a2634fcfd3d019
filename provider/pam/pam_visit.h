/*
 * One call of the module: whom it is about, and what the stack says.
 */
#pragma once

#include <security/pam_modules.h>

#include "provider/host/login_ask.h"
#include "provider/pam/pam_options.h"

struct visit {
    pam_handle_t *pamh;
    struct pam_options options;
    struct login_request request; /* has a secret: visit_clear */
    char name[LOGIN_NAME_BYTES];  /* PAM_USER as it was read */
    bool is_silent;
};

/* PAM_SERVICE_ERR: the options have a fault, which is logged. */
int visit_begin(struct visit *visit, int flags, int argc, const char **argv);
void visit_clear(struct visit *visit);

/* NULL: PAM has none. */
const char *visit_item(const pam_handle_t *pamh, int item);

/* A copy: a conversation may change what PAM has. False: it is no name. */
bool visit_take_name(struct visit *visit, const char *name);

/* Is PAM's user still the one that was asked about (T47)? */
bool visit_has_kept_name(const struct visit *visit);

/* The request's user and what the options say. False: it is too long. */
bool visit_fill(struct visit *visit);

/* A sentence for the user, unless they want none. */
void visit_show(const struct visit *visit, bool is_error, const char *text);
