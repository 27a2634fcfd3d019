/*
 * Evidence that somebody has shown: each identity by which a sign-in succeeded,
 * the user it led to, and the level it proved.
 *
 * A record may name a certificate that does not exist, and a level that nobody
 * can reach. So whether an act locks the site or its caller out is asked of
 * what was shown, not of what is written: is somebody left who has shown, by a
 * sign-in on record, evidence that still maps and reaches the minimum (T84)?
 * Where nobody has shown anything yet, as on a fresh site, nobody is asked.
 */
#pragma once

#include "provider/base/identity.h"
#include "provider/base/level.h"
#include "provider/object/site.h"

/* Within a change, for each identity of a sign-in: kept when it is the user's
 * in the site, and the user has any right there. */
MUST_CHECK
enum status shown_note(struct store *store, const struct site *site,
                       const char *user, enum identity_kind kind,
                       struct text value, enum auth_level level, int64_t now_s);

/* Who could still come in, by what they have shown. */
struct shown {
    bool is_top_left;     /* a full administrator of the site */
    bool is_lasting_left; /* one who stays so: no end is set */
    bool is_caller_left;  /* the caller, with any right at all */
};

/* minimum: that has to be reached; it does not bind root of the host where an
 * exclusion names it. */
MUST_CHECK
enum status shown_look(struct store *store, const struct site *site,
                       enum auth_level minimum, const char *caller,
                       int64_t now_s, struct shown *shown_out);

/* The sentence of a refusal, or NULL: nobody is locked out who was not. */
MUST_CHECK
enum status shown_check(struct store *store, const struct site *before,
                        const struct site *after, const char *caller,
                        int64_t now_s, const char **why_out);
