/*
 * Identities of an administrator record in the store: the evidence that
 * identifies its user, who gave it, and when.
 *
 * The author of an identity answers for it as long as it exists: an act that
 * gives its user more rights later checks that the author could give those as
 * well (author.h). An author who could give everything need not be checked
 * again.
 */
#pragma once

#include "provider/base/identity.h"
#include "provider/object/object_private.h"

struct identity_giver {
    const char *name; /* "": the host's own files */
    int64_t now_s;
    bool is_at_top; /* a full administrator, or the host */
    /* An earlier version is applied again, which names no givers: an author
     * below the top who was not confirmed has given it again. */
    bool is_restorer;
};

/*
 * Replaces the identities of a record: begin, each of them, end. An identity
 * that the record has already keeps its author; an SSH key whose terms change
 * is given anew. STATUS_CONFLICT: another record has the identity, or the same
 * one with other terms.
 */
MUST_CHECK
enum status admin_identities_begin(struct store *store, int64_t admin);
MUST_CHECK
enum status admin_identify(struct store *store, int64_t admin,
                           enum identity_kind kind, struct text value,
                           const struct identity_giver *giver);
MUST_CHECK
enum status admin_identities_end(struct store *store, int64_t admin);

/*
 * A user has signed in by their own name, with the SID of an account: from now
 * on the record is that account's, unless it is known to be another's. Stays as
 * long as the record. is_new_out: it was not known.
 */
MUST_CHECK
enum status admin_learn_sid(struct store *store, struct text user,
                            struct text sid, bool *is_new_out);

MUST_CHECK
enum status admin_drop_identities(struct store *store, int64_t admin);
MUST_CHECK
enum status admin_drop_identity(struct store *store, enum identity_kind kind,
                                struct text value);

/* The giver answers for all of the record's identities from now on. */
MUST_CHECK
enum status admin_confirm_identities(struct store *store, int64_t admin,
                                     const struct identity_giver *giver);

/*
 * A Kerberos principal that is one user's identity must not be another user's
 * name, whichever was there first: otherwise the principal would sign in as the
 * one while the site shows the rights of the other. The first that is both, or
 * STATUS_END.
 */
struct identity_clash {
    char name[257];     /* the principal, and the name */
    char user[257];     /* whose identity it is */
    char author[513];   /* who gave it */
    bool is_undeclared; /* by no policy file */
};
MUST_CHECK
enum status admin_find_clash(struct store *store,
                             struct identity_clash *clash_out);
