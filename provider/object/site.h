/*
 * What the store says about the site as a whole, read into memory at once:
 * the estate from which an engine is built, the people and their identities,
 * and the authentication level. Built anew after every change of rights.
 */
#pragma once

#include "provider/base/identity.h"
#include "provider/object/object.h"

/*
 * Brings the schema up to date, makes the site's own record and everything
 * built in (roles, scopes, collections). At start, on a store opened for
 * writing, in no change; does nothing the second time. STATUS_INVALID when the
 * store belongs to another site code or to a newer program.
 */
MUST_CHECK
enum status site_prepare(struct store *store, const char *code,
                         const char *name);

/*
 * Whether giving needs holding (R10.5): the host's configuration alone says
 * that it does not. Takes part in what is loaded from here on.
 */
MUST_CHECK
enum status site_set_delegation(struct store *store, bool is_lenient);

/* As site_prepare for a copy of a store that is prepared (store_copy.h). */
MUST_CHECK
enum status site_prepare_copy(struct store *copy);

/* An account or group whom the minimum level does not bind. */
struct site_exclusion {
    const char *user;
    bool is_group;
    const char *reason;
    const char *owner;
    int64_t until_s;    /* INT64_MAX: no end */
    const char *source; /* of a group from outside; NULL: the site */
};

struct site {
    struct rbac_engine *engine; /* owned, with the estate inside */
    struct object_map *map;     /* owned */
    enum auth_level minimum_level;
    const struct site_exclusion *exclusions; /* [n_exclusions] */
    size_t n_exclusions;
    int64_t serial;        /* of the change that made it; grows */
    struct people *people; /* owned, private to the room */
};

/*
 * Are the rows that rights, identities and settings rest on those that this
 * process left in a sealed store? Within a change. STATUS_INVALID: somebody
 * else wrote them, and the store takes nothing more.
 */
MUST_CHECK
enum status site_check_rows(struct store *store);

/* Reads tables and builds the engine. Everything inside is owned by it. */
MUST_CHECK
enum status site_load(struct store *store, struct site **site_out);
void site_free(struct site *site);
DEFINE_DROP(site)

/* The key of the one object of SMS_Site. */
MUST_CHECK
enum status site_code(struct store *store, char code_out[4]);

/*
 * The user behind an identity: the name of the administrator record or of a
 * group member (owned by the site), NULL when nobody has it. A Kerberos
 * principal is its own user name; it needs no entry.
 */
const char *site_user_of(const struct site *site, enum identity_kind kind,
                         struct text value);

/*
 * Is the identity one that somebody gave who could not give everything? It
 * leads to what they could have given and to nothing that a source outside
 * the site adds to the person's name: groups of the host do not count for who
 * signs in by it, until a full administrator confirms it.
 */
bool site_identity_is_lent(const struct site *site, enum identity_kind kind,
                           struct text value);

/* Evidence that is somebody's, and who said so; i counts from 0. */
struct site_identity {
    enum identity_kind kind;
    const char *value;
    const char *user;
    const char *author; /* "": the host's own files */
    bool is_at_top;     /* the author could give everything then */
    int64_t given_s;    /* 0: not known */
};
bool site_identity(const struct site *site, size_t i,
                   struct site_identity *identity_out);

/* When the user's own record was made, in seconds since 1970; INT64_MAX when
 * there is none, or nobody knows. */
int64_t site_user_since(const struct site *site, const char *user);

/* When somebody ended the user's sessions last: what proved them until then
 * counts no more. INT64_MIN: nobody did. */
int64_t site_user_ended(const struct site *site, const char *user);

/*
 * The most that the user's identities prove, when those of a kind prove
 * reach[kind]; a name with a realm is a Kerberos principal. NONE: there is no
 * way in.
 */
enum auth_level site_reach_of(const struct site *site, const char *user,
                              const enum auth_level reach[IDENTITY_N_KINDS]);

/*
 * Indexes of every record that applies to a user who is in groups[n_groups]
 * besides the policy's own groups (nested ones included): written to
 * admins_out[max], their number returned, which is more than max when they do
 * not fit. own_out: the user's own record or RBAC_NONE.
 *
 * An entry of a policy's group that is the name of another is that group, else
 * a user, or a group from outside. Who is in a group of the policy is said
 * there alone: a group from outside that has its name does not count. Without
 * memory it is more than any max: not known is not none (T56, T57).
 */
size_t site_admins_of(const struct site *site, const char *user,
                      char *const *groups, size_t n_groups,
                      uint32_t *admins_out, size_t max, uint32_t *own_out);

/* The exclusion that serves the user below the minimum at now_s, or NULL. */
const struct site_exclusion *site_exclusion_of(const struct site *site,
                                               const char *user,
                                               char *const *groups,
                                               size_t n_groups, int64_t now_s);

/*
 * Everybody the site names: users (records and members of its groups), and
 * groups that are not its own. i counts from 0; false: there are no more.
 */
struct site_person {
    const char *name; /* NULL: nobody stands here, go on */
    bool is_user;
    bool is_group; /* may be both */
};
bool site_person(const struct site *site, size_t i,
                 struct site_person *person_out);
