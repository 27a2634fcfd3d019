/*
 * Evidence that users have shown: each identity with which a sign-in succeeded,
 * its user, and the level it proved.
 *
 * A record may name a certificate that does not exist, and a level that nobody
 * can reach. So lock-out is decided by what was shown, not by what is written:
 * is anybody left who has shown, by a recorded sign-in, evidence that still
 * maps and reaches the minimum (T84)? If nobody has shown anything yet, as on a
 * fresh site, nothing is checked.
 */
#pragma once

#include "provider/base/identity.h"
#include "provider/base/level.h"
#include "provider/object/site.h"

/* An identity that a user signed in by. */
struct shown_use {
    const char *user;
    enum identity_kind kind;
    struct text value;
    enum auth_level level;
    int64_t now_s;
};

/* Within a change, for each identity of a sign-in: kept if it is the user's in
 * the site, and the user has any right there. */
MUST_CHECK
enum status shown_note(struct store *store, const struct site *site,
                       const struct shown_use *use);

/* Users who could still sign in, by shown evidence. */
struct shown {
    bool is_top_left;     /* a full administrator of the site */
    bool is_lasting_left; /* one without an end date */
    bool is_caller_left;  /* the caller, with any right at all */
};

/* minimum: the level to reach; it does not apply to root of the host if an
 * exclusion names it. */
MUST_CHECK
enum status shown_look(struct store *store, const struct site *site,
                       enum auth_level minimum, const char *caller,
                       int64_t now_s, struct shown *shown_out);

/* The sentence of a refusal, or NULL: nobody is newly locked out. */
MUST_CHECK
enum status shown_check(struct store *store, const struct site *before,
                        const struct site *after, const char *caller,
                        int64_t now_s, const char **why_out);
