/*
 * Rights gained later: the giver of an identity answers for what it leads to.
 *
 * A user who could not give everything may give an identity to a record that
 * holds little. If a later act gives the record's user more (by the record, a
 * role, a group, a limit), the holder of the evidence gains too, so the author
 * is checked again: could they give that? If not, the act is refused with the
 * name of the author; the host's own files are not refused, and remove the
 * identity instead.
 */
#pragma once

#include "provider/object/admin_identity.h"
#include "provider/object/site.h"

/* A user who would gain, and the identity that another gave them. */
struct author_raise {
    enum identity_kind kind;
    const char *value; /* borrowed from the site after */
    const char *user;
    const char *author;
};

struct author_question {
    const struct site *before;
    const struct site *after;
    const char *user; /* the only user the act can raise; NULL: anybody */
    int64_t now_s;
};

/*
 * The first of after's identities whose user gains what its author could not
 * give at now_s; STATUS_END if there is none. External groups are ignored: they
 * do not count for such identities (site_identity_is_lent).
 */
MUST_CHECK
enum status author_find_raise(const struct author_question *question,
                              struct author_raise *raise_out);

/* After an act has been stored, which must raise nobody and lock nobody out
 * (shown.h): STATUS_CONFLICT with the failure set. */
MUST_CHECK
enum status author_check_act(struct object_call *call);
