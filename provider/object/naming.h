/*
 * Names of users as callers spell them, in the one spelling of the site's
 * realms (provider/base/realm.h).
 */
#pragma once

#include "provider/base/realm.h"
#include "provider/object/site.h"

/* The canonical principal if the realm is listed, else the name as it is. NULL
 * realms: nothing is known of them. STATUS_INVALID: no user of its realm. */
MUST_CHECK
enum status naming_read(const struct realms *realms, struct text spelled,
                        struct buf *out);

/* The name of a machine, host/web1.corp.test@CORP.TEST, which is none of a
 * person. STATUS_INVALID: it is none. */
MUST_CHECK
enum status naming_read_machine(const struct realms *realms,
                                struct text spelled, struct buf *out);

/*
 * Can the user sign in, by a name of a listed realm or by an identity? If not,
 * nobody ever has what the name is granted, and questions about it are
 * answered so.
 */
bool naming_may_sign_in(const struct site *site, const struct realms *realms,
                        const char *user);

/* The same of a user who has no record and is in no group: which name of the
 * site was perhaps meant. For whoever may read administrators (T60). Nothing if
 * the site names the user. */
void naming_write_nearest(const struct site *site, const char *user,
                          struct buf *out);

/* A sentence on a user who cannot: "Nobody can sign in as ..". */
void naming_write_why(const struct realms *realms, const char *user,
                      struct buf *out);
