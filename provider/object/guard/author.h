/*
 * Rights that come later: who gave a user their identities answers for what
 * those lead to.
 *
 * Somebody who could not give everything may give an identity to a record that
 * holds little. When a later act raises what its user can do (the record, a
 * role, a group, a limit) whoever holds the evidence is raised too, so the
 * author is asked about again: could they give that? If not the act is refused
 * and says whose identity stands in its way; what the host's own files declare
 * is not held up by it, and takes the identity away.
 */
#pragma once

#include "provider/object/admin_identity.h"
#include "provider/object/site.h"

/* Somebody who would be raised, and the identity that another gave them. */
struct author_raise {
    enum identity_kind kind;
    const char *value; /* borrowed from the site after */
    const char *user;
    const char *author;
};

struct author_question {
    const struct site *before;
    const struct site *after;
    const char *user; /* whom alone the act can raise; NULL: anybody */
    int64_t now_s;
};

/*
 * The first of after's identities whose user gains what its author could not
 * give at now_s; STATUS_END when there is none. Groups from outside are not
 * looked at: they do not count for such identities (site_identity_is_lent).
 */
MUST_CHECK
enum status author_find_raise(const struct author_question *question,
                              struct author_raise *raise_out);

/* After an act has been stored, which is to raise nobody and lock nobody out
 * (shown.h): STATUS_CONFLICT with the failure filled. */
MUST_CHECK
enum status author_check_act(struct object_call *call);
