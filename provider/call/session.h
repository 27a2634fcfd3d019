/*
 * A signed-in administrator on one connection: who, with what evidence, until
 * when.
 *
 * A session never leaves its connection; its id only names it. Limits run on
 * the monotonic clock, evidence expires by the wall clock. A step-up adds a
 * second proof of the same user and gives the session a new id; the higher of
 * the two levels counts as long as its proof lasts (T86, T87).
 */
#pragma once

#include "auth/auth.h"
#include "auth/groups.h"
#include "provider/call/budget.h"
#include "provider/call/generation.h"
#include "rbac/rbac.h"

enum {
    SESSION_ID_BYTES = 24, /* of randomness: 192 bits */
    SESSION_ID_CHARS = 32, /* the same in base64url */
    SESSION_ADMINS_MAX = 1024,
    SESSION_PROOFS_MAX = 2, /* the sign-in and one step-up */
    /* What each proof claims and this host knows: never truncated. */
    SESSION_GROUPS_MAX = (SESSION_PROOFS_MAX + 1) * AUTH_GROUPS_MAX,
};

/* The caller as one generation knows them; keeps it alive. */
struct session_rights {
    struct generation *generation; /* held; NULL: not resolved */
    struct rbac_subject *subject;  /* owned */
    uint32_t own_admin;
    uint32_t groups_serial; /* of the session's groups that they follow from */
};

struct session {
    char id[SESSION_ID_CHARS + 1];
    uint64_t number; /* for log and audit */
    char *user;
    struct auth_evidence proofs[SESSION_PROOFS_MAX];
    size_t n_proofs;
    struct groups_list *accounts; /* held: groups of this host, or NULL */
    char **host_groups; /* owned: their names as the host's (group_name.h) */
    size_t n_host_groups;
    const char *accounts_why; /* why they are unknown; NULL: they are known */
    uint32_t groups_serial;   /* increases when its groups change */
    int64_t begun_ms;
    int64_t used_ms;
    bool is_noted_once; /* a call that leaves one record has left it */
    char *excluded_as;  /* the exclusion whose use is recorded; or NULL */
    struct session_rights
        rights;              /* of the generation it was last resolved in */
    int64_t import_batch;    /* number of the last one that was taken whole */
    struct meter meter;      /* of its work */
    struct account *account; /* held: of its user's; NULL: none yet */
};

/*
 * The user that the evidence names in a site: the one to whom one of its
 * identities belongs; a Kerberos principal that belongs to nobody else is its
 * own name. NULL if the site knows no user by it. Borrowed from the site or the
 * evidence.
 */
const char *session_user_of(const struct site *site,
                            const struct auth_evidence *evidence);

/* The SID of the account that the evidence names by the user's own name; empty:
 * none, or another name. */
struct text session_sid_of(const struct auth_evidence *evidence,
                           const char *user);

/* The same at a sign-in: if no record has the certificate, the name in it may
 * identify the user, and the evidence is weak from then on. */
const char *session_find_user(const struct site *site,
                              struct auth_evidence *evidence);

/*
 * Applies a new configuration: the session continues with what its proofs still
 * prove, which may be nothing. offers: the mechanisms available, as bits of
 * enum auth_mechanism. True: that is less than before.
 */
bool session_review(struct session *session, const struct auth *before,
                    const struct auth *now, uint32_t offers);

/* Sessions that this process holds now. */
int64_t session_n_open(void);

/* Takes the evidence over. */
MUST_CHECK
enum status session_new(const char *user, struct auth_evidence *evidence,
                        int64_t now_ms, struct session **session_out);
void session_free(struct session *session);
DEFINE_DROP(session)

/* Adds a proof of the same user, replacing an earlier step-up; new id. */
MUST_CHECK
enum status session_step_up(struct session *session,
                            struct auth_evidence *evidence);

/* Does it depend on root of this host alone? Everything it does is recorded
 * (T89). */
bool session_is_break_glass(const struct session *session);

/* The service that obtained one of its proofs in the user's name; NULL: the
 * user did. */
const char *session_proxy(const struct session *session);

/*
 * The use of an exclusion is recorded once per session, and again if it is
 * another: has this one been? session_note_exclusion: now it has.
 */
bool session_has_noted(const struct session *session,
                       const struct site_exclusion *exclusion);
MUST_CHECK
enum status session_note_exclusion(struct session *session,
                                   const struct site_exclusion *exclusion);
void session_forget_exclusion(struct session *session);

/* Drops groups claimed by proofs that have expired by now_s: before the session
 * is asked for its groups or resolved. */
void session_expire(struct session *session, int64_t now_s);

/* The highest level that any of its proofs gives now. */
enum auth_level session_level(const struct session *session, int64_t now_s);

/* The proof that gives that level; the first if none does. */
const struct auth_evidence *session_proof(const struct session *session,
                                          int64_t now_s);

/* Has it ended by idleness or age? Limits of 0 never end. */
bool session_is_over(const struct session *session, int64_t now_ms,
                     int64_t idle_ms, int64_t lifetime_ms);

/* When it ends by age or for lack of evidence, wall clock. */
int64_t session_expires_at_s(const struct session *session, int64_t now_ms,
                             int64_t now_s, int64_t lifetime_ms);

/*
 * The caller's groups on this host; holds the list. Without one, why they are
 * unknown (static text); NULL for a caller without an account here.
 */
void session_set_accounts(struct session *session, struct groups_list *list,
                          const char *why);

/*
 * Groups claimed by its proofs and those of its account, each under its source
 * (group_name.h); borrowed from it. The host knows the groups of a name, not of
 * evidence: if only a giver who could not give everything says that the
 * evidence belongs to that name, the host's groups do not count.
 */
struct session_groups {
    char *names[SESSION_GROUPS_MAX];
    size_t n;
};
void session_groups(const struct session *session, const struct site *site,
                    struct session_groups *groups_out);

/* Of those, the ones that this host's name service says they are in. */
void session_groups_of_host(const struct session *session,
                            const struct site *site,
                            struct session_groups *groups_out);

/*
 * Is the list complete? While the name service does not answer it is not, and
 * nothing is decided (T56); if a token lists only some, or a user of this
 * host's realms has no account here, the rest give nothing.
 */
bool session_groups_known(const struct session *session);

/* Has a user who should have an account on this host none? */
bool session_lacks_account(const struct session *session);

/* Does every proof still name the user there? Not while an identity is out of
 * its record, or another's: then the session is nobody's. */
bool session_is_proved(const struct session *session, const struct site *site);

/*
 * Resolves the caller in a generation unless rights are from it already, and no
 * window of an assignment has begun or ended since.
 * STATUS_DENIED if a proof does not name the user there: while an identity is
 * out of its record, or another's, its sessions are nobody's.
 * STATUS_UNAVAILABLE while the name service does not answer with the caller's
 * groups.
 */
MUST_CHECK
enum status session_resolve(const struct session *session,
                            struct generation *generation, int64_t now_s,
                            struct session_rights *rights);
void session_rights_drop(struct session_rights *rights);
