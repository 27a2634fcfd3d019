/*
 * The site as a whole, loaded from the store into memory at once: the estate
 * from which an engine is built, the users and their identities, and the
 * authentication level. There is a new one after every change of rights.
 */
#pragma once

#include "provider/base/identity.h"
#include "provider/object/object.h"

/*
 * Upgrades the schema, creates the site's own record and everything built in
 * (roles, scopes, collections). At startup, on a store opened for writing, in
 * no change; does nothing the second time. STATUS_INVALID if the store belongs
 * to another site code or to a newer program.
 */
MUST_CHECK
enum status site_prepare(struct store *store, const char *code,
                         const char *name);

/*
 * Must a giver hold what they give (R10.5)? Only the host's configuration can
 * say no. Part of what is loaded from here on.
 */
MUST_CHECK
enum status site_set_delegation(struct store *store, bool is_lenient);

/*
 * Publishes the classes of inventory that the store describes, for all threads;
 * after a commit, by the store's writer. With is_changed_only nothing is done
 * if they are those that were published last. site_prepare() does it too.
 */
MUST_CHECK
enum status site_follow_classes(struct store *store, bool is_changed_only);

/* As site_prepare for a copy of a store that is prepared (store_copy.h). */
MUST_CHECK
enum status site_prepare_copy(struct store *copy);

/* An account or group to which the minimum level does not apply. */
struct site_exclusion {
    const char *user;
    bool is_group;
    const char *reason;
    const char *owner;
    int64_t until_s;    /* INT64_MAX: no end */
    const char *source; /* of an external group; NULL: the site */
};

struct site {
    struct rbac_engine *engine; /* owned, with the estate inside */
    struct object_map *map;     /* owned */
    enum auth_level minimum_level;
    const struct site_exclusion *exclusions; /* [n_exclusions] */
    size_t n_exclusions;
    int64_t serial;        /* of the change that made it; increases */
    uint64_t seen;         /* seal_tick() when it was read; 0: not known */
    struct people *people; /* held, private to the room */
};

/*
 * Are the rows that rights, identities and settings depend on those that this
 * process left in a sealed store? Within a change. Of many collections, those
 * that were changed and some of the others, unless site_load() has read all.
 * STATUS_INVALID: somebody else wrote them, and the store accepts nothing more.
 */
MUST_CHECK
enum status site_check_rows(struct store *store);

/* Opens a store for reading only, with the functions that statements of this
 * room call. */
MUST_CHECK
enum status site_open_reader(const char *path, struct store **store_out);

/* Reads tables and builds the engine. Everything inside is owned by it. */
MUST_CHECK
enum status site_load(struct store *store, struct site **site_out);

/*
 * Like site_load, within a change of a sealed store: reads only what was
 * changed since the previous site, which must be of the same store, and shares
 * the rest with it. The result is the same.
 */
MUST_CHECK
enum status site_renew(struct store *store, const struct site *previous,
                       struct site **site_out);
void site_free(struct site *site);
DEFINE_DROP(site)

/* The key of the one object of SMS_Site. */
MUST_CHECK
enum status site_code(struct store *store, char code_out[4]);

/*
 * The user of an identity: the name of the administrator record or of a group
 * member (owned by the site), NULL if nobody has it. A Kerberos principal is
 * its own user name; it needs no entry.
 */
const char *site_user_of(const struct site *site, enum identity_kind kind,
                         struct text value);

/* Has the name a user's record, other than the machine identity of a device? */
bool site_user_is_person(const struct site *site, const char *user);

/* Is it known which account the user is, by its SID? */
bool site_user_has_sid(const struct site *site, const char *user);

/*
 * Was the identity given by somebody who could not give everything? It leads to
 * what they could have given and to nothing that an external source adds to the
 * user's name: groups of the host do not count for sign-ins with it, until a
 * full administrator confirms it.
 */
bool site_identity_is_lent(const struct site *site, enum identity_kind kind,
                           struct text value);

/* A user's evidence, and its giver; i counts from 0. */
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

/* When the user's own record was created, in seconds since 1970; INT64_MAX if
 * there is none, or it is unknown. */
int64_t site_user_since(const struct site *site, const char *user);

/* When the user's sessions were last ended: evidence shown until then no longer
 * counts. INT64_MIN: never. */
int64_t site_user_ended(const struct site *site, const char *user);

/* The device that the user's record is the machine identity of; 0: it is no
 * machine's. */
int64_t site_user_host(const struct site *site, const char *user);

/*
 * The highest level that the user's identities prove, if those of a kind prove
 * reach[kind]; a name with a realm is a Kerberos principal. NONE: the user
 * cannot sign in.
 */
enum auth_level site_reach_of(const struct site *site, const char *user,
                              const enum auth_level reach[IDENTITY_N_KINDS]);

/* A user with the groups[n_groups] that evidence or the host puts them in. */
struct site_member {
    const char *user;
    char *const *groups;
    size_t n_groups;
};

/*
 * Indexes of every record that applies to a user who is in groups[n_groups]
 * besides the policy's own groups (nested ones included): written to
 * admins_out[max]; returns their number, which is more than max if they do not
 * fit. own_out: the user's own record or RBAC_NONE.
 *
 * An entry of a policy's group that is the name of another is that group, else
 * a user, or an external group. Only the policy lists the members of its
 * groups: an external group of the same name does not count. Out of memory it
 * returns more than any max: unknown is not none (T56, T57).
 */
size_t site_admins_of(const struct site *site, struct site_member member,
                      uint32_t *admins_out, size_t max, uint32_t *own_out);

/* The exclusion by which the user is served below the minimum at now_s, or
 * NULL. */
const struct site_exclusion *site_exclusion_of(const struct site *site,
                                               const char *user,
                                               char *const *groups,
                                               size_t n_groups, int64_t now_s);

/*
 * Everybody the site names: users (records and members of its groups), and
 * external groups. i counts from 0; false: there are no more.
 */
struct site_person {
    const char *name; /* NULL: nobody stands here, go on */
    bool is_user;
    bool is_group; /* may be both */
};
bool site_person(const struct site *site, size_t i,
                 struct site_person *person_out);
