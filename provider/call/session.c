#include "provider/call/session.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "provider/base/base64.h"
#include "provider/base/clock.h"
#include "provider/base/group_name.h"
#include "provider/base/log.h"
#include "provider/base/mutant.h"

/*
 * Numbers increase over restarts too: seconds of the first use in the upper
 * bits. They stay below 2^53, so that every JSON reader keeps them exact.
 */
static uint64_t next_number(void)
{
    static _Atomic uint64_t last;
    uint64_t none = 0;

    atomic_compare_exchange_strong(&last, &none,
                                   (uint64_t)clock_wall_s() << 20);
    return ++last;
}

static enum status make_id(char id[SESSION_ID_CHARS + 1])
{
    SCOPED(buf_wipe) struct buf encoded = buf_make(SESSION_ID_CHARS);
    char random[SESSION_ID_BYTES];

    if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
        return STATUS_UNAVAILABLE;
    base64_append(&encoded, BASE64_URL, (struct text){random, sizeof(random)});
    explicit_bzero(random, sizeof(random));
    TRY(buf_status(&encoded));
    memcpy(id, buf_text(&encoded).data, SESSION_ID_CHARS);
    id[SESSION_ID_CHARS] = '\0';
    return STATUS_OK;
}

/* A name can be reassigned: it means the account that existed when the
 * certificate was issued, not one made since (T27). */
static const char *user_of_name(const struct site *site,
                                const struct auth_evidence *evidence)
{
    if (!evidence->upn ||
        site_user_since(site, evidence->upn) > evidence->issued_at_s)
        return NULL;
    return evidence->upn;
}

/* The SID that the evidence shows; empty: none. */
static struct text sid_of(const struct auth_evidence *evidence)
{
    for (size_t i = 0; i < evidence->n_identities; i++)
        if (evidence->identities[i].kind == IDENTITY_SID)
            return text_of(evidence->identities[i].value);
    return (struct text){0};
}

/* A SID that was given below the top takes nobody away from a record of their
 * own name. */
static bool takes_a_name(const struct site *site,
                         const struct auth_evidence *evidence, struct text sid)
{
    if (!site_identity_is_lent(site, IDENTITY_SID, sid))
        return false;
    for (size_t i = 0; i < evidence->n_identities; i++)
        if (evidence->identities[i].kind == IDENTITY_KERBEROS &&
            site_user_since(site, evidence->identities[i].value) != INT64_MAX)
            return true;
    return false;
}

/*
 * Names are given again, SIDs never: a record that knows the SID of its user is
 * nobody else's, whoever has the name now, and is that user's under any name.
 */
static const char *user_of_principal(const struct site *site,
                                     const struct auth_evidence *evidence,
                                     const char *user)
{
    const struct text sid = sid_of(evidence);
    const char *owner = sid.size ? site_user_of(site, IDENTITY_SID, sid) : NULL;

    if (owner && !takes_a_name(site, evidence, sid) && !MUTANT("sid-renamed"))
        return owner;
    return site_user_has_sid(site, user) && !MUTANT("sid-name-reused") ? NULL
                                                                       : user;
}

struct text session_sid_of(const struct auth_evidence *evidence,
                           const char *user)
{
    for (size_t i = 0; i < evidence->n_identities; i++)
        if (evidence->identities[i].kind == IDENTITY_KERBEROS &&
            strcmp(evidence->identities[i].value, user) == 0)
            return sid_of(evidence);
    return (struct text){0};
}

/* A machine is no person, whatever a record says. */
static bool is_of_other_kind(const struct site *site,
                             const struct auth_identity *identity,
                             const char *user)
{
    return realm_is_machine(text_of(identity->value)) &&
           site_user_is_person(site, user);
}

const char *session_user_of(const struct site *site,
                            const struct auth_evidence *evidence)
{
    for (size_t i = 0; i < evidence->n_identities; i++) {
        const struct auth_identity *identity = &evidence->identities[i];
        const char *user =
            site_user_of(site, identity->kind, text_of(identity->value));

        if (identity->kind == IDENTITY_KERBEROS) {
            user = user_of_principal(site, evidence,
                                     user ? user : identity->value);
            return user && is_of_other_kind(site, identity, user) ? NULL : user;
        }
        if (user)
            return user;
    }
    return evidence->facts & AUTH_FACT_WEAK ? user_of_name(site, evidence)
                                            : NULL;
}

const char *session_find_user(const struct site *site,
                              struct auth_evidence *evidence)
{
    const char *user = session_user_of(site, evidence);

    if (user || !evidence->upn)
        return user;
    evidence->facts |= AUTH_FACT_WEAK;
    return session_user_of(site, evidence);
}

static _Atomic int64_t n_open;

int64_t session_n_open(void)
{
    return n_open;
}

/* Only the issuer of a proof answers for its claims. */
static enum status name_groups(struct auth_evidence *evidence)
{
    const struct text issuer =
        evidence->origin ? text_of(evidence->origin) : TEXT("nobody://");
    char **names;

    if (evidence->n_groups == 0)
        return STATUS_OK;
    names = group_names_from(issuer, evidence->groups, evidence->n_groups);
    if (!names)
        return STATUS_NO_MEMORY;
    group_names_free(evidence->groups, evidence->n_groups);
    evidence->groups = names;
    return STATUS_OK;
}

enum status session_new(const char *user, struct auth_evidence *evidence,
                        int64_t now_ms, struct session **session_out)
{
    OWNED(session) session = calloc(1, sizeof(*session));

    if (!session)
        return STATUS_NO_MEMORY;
    session->user = strdup(user);
    if (!session->user)
        return STATUS_NO_MEMORY;
    TRY(name_groups(evidence));
    TRY(make_id(session->id));
    session->number = next_number();
    session->begun_ms = now_ms;
    session->used_ms = now_ms;
    session->proofs[0] = *evidence;
    session->n_proofs = 1;
    n_open++;
    *evidence = (struct auth_evidence){0};
    *session_out = TAKE(session);
    return STATUS_OK;
}

void session_free(struct session *session)
{
    if (!session)
        return;
    session_rights_drop(&session->rights);
    account_leave(session->account);
    for (size_t i = 0; i < session->n_proofs; i++)
        auth_evidence_clear(&session->proofs[i]);
    groups_list_free(session->accounts);
    group_names_free(session->host_groups, session->n_host_groups);
    explicit_bzero(session->id, sizeof(session->id));
    n_open -= session->n_proofs > 0; /* not one that was refused */
    free(session->excluded_as);
    free(session->user);
    free(session);
}

enum status session_step_up(struct session *session,
                            struct auth_evidence *evidence)
{
    TRY(name_groups(evidence));
    TRY(make_id(session->id));
    if (session->n_proofs == SESSION_PROOFS_MAX)
        auth_evidence_clear(&session->proofs[SESSION_PROOFS_MAX - 1]);
    else
        session->n_proofs++;
    session->proofs[session->n_proofs - 1] = *evidence;
    *evidence = (struct auth_evidence){0};
    session->groups_serial++; /* the new proof may claim others */
    return STATUS_OK;
}

bool session_is_break_glass(const struct session *session)
{
    for (size_t i = 0; i < session->n_proofs; i++)
        if (auth_is_break_glass(&session->proofs[i]))
            return true;
    return false;
}

const char *session_proxy(const struct session *session)
{
    for (size_t i = 0; i < session->n_proofs; i++)
        if (session->proofs[i].proxy)
            return session->proofs[i].proxy;
    return NULL;
}

bool session_has_noted(const struct session *session,
                       const struct site_exclusion *exclusion)
{
    return session->excluded_as &&
           strcmp(session->excluded_as, exclusion->user) == 0;
}

enum status session_note_exclusion(struct session *session,
                                   const struct site_exclusion *exclusion)
{
    session_forget_exclusion(session);
    session->excluded_as = strdup(exclusion->user);
    return session->excluded_as ? STATUS_OK : STATUS_NO_MEMORY;
}

void session_forget_exclusion(struct session *session)
{
    free(session->excluded_as);
    session->excluded_as = NULL;
}

bool session_review(struct session *session, const struct auth *before,
                    const struct auth *now, uint32_t offers)
{
    bool is_less = false;

    for (size_t i = 0; i < session->n_proofs; i++) {
        struct auth_evidence *proof = &session->proofs[i];

        if (auth_evidence_review(proof, before, now))
            is_less = true;
        if (!(auth_mechanisms_of(proof->method) & offers) && proof->facts) {
            proof->facts = 0;
            is_less = true;
        }
    }
    if (is_less)
        session->groups_serial++;
    return is_less;
}

void session_expire(struct session *session, int64_t now_s)
{
    for (size_t i = 0; i < session->n_proofs; i++)
        if (auth_evidence_expire(&session->proofs[i], now_s))
            session->groups_serial++;
}

enum auth_level session_level(const struct session *session, int64_t now_s)
{
    enum auth_level highest = AUTH_LEVEL_NONE;

    for (size_t i = 0; i < session->n_proofs; i++) {
        const enum auth_level level = auth_level_of(&session->proofs[i], now_s);

        highest = level > highest ? level : highest;
    }
    return highest;
}

const struct auth_evidence *session_proof(const struct session *session,
                                          int64_t now_s)
{
    const enum auth_level highest = session_level(session, now_s);

    for (size_t i = 0; i < session->n_proofs; i++)
        if (auth_level_of(&session->proofs[i], now_s) == highest)
            return &session->proofs[i];
    return &session->proofs[0];
}

bool session_is_over(const struct session *session, int64_t now_ms,
                     int64_t idle_ms, int64_t lifetime_ms)
{
    return (idle_ms > 0 && now_ms - session->used_ms >= idle_ms) ||
           (lifetime_ms > 0 && now_ms - session->begun_ms >= lifetime_ms);
}

int64_t session_expires_at_s(const struct session *session, int64_t now_ms,
                             int64_t now_s, int64_t lifetime_ms)
{
    int64_t proved_until_s = 0;
    int64_t end_s = INT64_MAX;

    for (size_t i = 0; i < session->n_proofs; i++)
        if (session->proofs[i].expires_at_s > proved_until_s)
            proved_until_s = session->proofs[i].expires_at_s;
    if (lifetime_ms > 0)
        end_s = now_s + (session->begun_ms + lifetime_ms - now_ms) / 1000;
    return proved_until_s < end_s ? proved_until_s : end_s;
}

static bool is_same_list(const struct groups_list *a,
                         const struct groups_list *b)
{
    const size_t n = a ? a->groups.n_names : 0;

    if (n != (b ? b->groups.n_names : 0))
        return false;
    for (size_t i = 0; i < n; i++)
        if (strcmp(a->groups.names[i], b->groups.names[i]) != 0)
            return false;
    return true;
}

static void note_known(const struct session *session, const char *why)
{
    if (why && !session->accounts_why)
        log_warn("session.groups_unknown session=%llu user=%s why=%s",
                 (unsigned long long)session->number, session->user, why);
    if (!why && session->accounts_why)
        log_info("session.groups_known session=%llu user=%s",
                 (unsigned long long)session->number, session->user);
}

/* Without it nobody knows which groups they are in. */
static void note_missing(const struct session *session,
                         const struct groups_list *before,
                         const struct groups_list *now)
{
    if (now && now->groups.is_missing && !(before && before->groups.is_missing))
        log_warn("session.no_account session=%llu user=%s why=%s",
                 (unsigned long long)session->number, session->user,
                 "the name service has no account of the user, so groups of "
                 "the host give nothing");
}

void session_set_accounts(struct session *session, struct groups_list *list,
                          const char *why)
{
    struct groups_list *before = session->accounts;
    const size_t n = list ? list->groups.n_names : 0;
    char **names = group_names_from(TEXT(GROUP_SOURCE_HOST),
                                    list ? list->groups.names : NULL, n);

    if (!names) {
        list = NULL;
        why = "no-memory";
    }
    group_names_free(session->host_groups, session->n_host_groups);
    session->host_groups = names;
    session->n_host_groups = names ? n : 0;
    note_known(session, list ? NULL : why);
    note_missing(session, before, list);
    if (!is_same_list(before, list))
        session->groups_serial++;
    session->accounts = list ? groups_list_hold(list) : NULL;
    session->accounts_why = list ? NULL : why;
    groups_list_free(before);
}

static void add_groups(struct session_groups *groups, char *const *names,
                       size_t n)
{
    for (size_t i = 0; i < n && groups->n < SESSION_GROUPS_MAX; i++)
        groups->names[groups->n++] = names[i];
}

/* Does the proof name the user by an identity whose giver could not give
 * everything, or by a SID under another name? The host may know somebody else
 * by the old one. */
static bool is_lent(const struct site *site, const char *user,
                    const struct auth_evidence *evidence)
{
    for (size_t i = 0; i < evidence->n_identities; i++) {
        const struct auth_identity *identity = &evidence->identities[i];
        const struct text value = text_of(identity->value);

        if (site_user_of(site, identity->kind, value))
            return identity->kind == IDENTITY_SID ||
                   site_identity_is_lent(site, identity->kind, value);
        if (identity->kind == IDENTITY_KERBEROS &&
            strcmp(identity->value, user) == 0)
            return false;
    }
    return false; /* their own name, or its issuer's name for them */
}

/* A proof that has expired or would no longer be accepted gives nothing
 * either. */
static bool still_proves(const struct auth_evidence *evidence)
{
    return (evidence->facts & AUTH_FACT_IDENTITY) ||
           MUTANT("e7-ended-proof-gives");
}

/* One proof that the name is theirs suffices. */
static bool has_own_name(const struct session *session, const struct site *site)
{
    for (size_t i = 0; i < session->n_proofs; i++)
        if (still_proves(&session->proofs[i]) &&
            !is_lent(site, session->user, &session->proofs[i]))
            return true;
    return MUTANT("a1-host-groups-of-lent-identity");
}

static void add_host_groups(const struct session *session,
                            const struct site *site,
                            struct session_groups *groups)
{
    if (has_own_name(session, site))
        add_groups(groups, session->host_groups, session->n_host_groups);
}

void session_groups(const struct session *session, const struct site *site,
                    struct session_groups *groups_out)
{
    groups_out->n = 0;
    for (size_t i = 0; i < session->n_proofs; i++)
        if (still_proves(&session->proofs[i]))
            add_groups(groups_out, session->proofs[i].groups,
                       session->proofs[i].n_groups);
    add_host_groups(session, site, groups_out);
}

void session_groups_of_host(const struct session *session,
                            const struct site *site,
                            struct session_groups *groups_out)
{
    groups_out->n = 0;
    add_host_groups(session, site, groups_out);
}

bool session_groups_known(const struct session *session)
{
    for (size_t i = 0; i < session->n_proofs; i++)
        if (session->proofs[i].groups_unknown)
            return false;
    return !session->accounts_why && !session_lacks_account(session);
}

bool session_lacks_account(const struct session *session)
{
    return session->accounts && session->accounts->groups.is_missing;
}

bool session_is_proved(const struct session *session, const struct site *site)
{
    for (size_t i = 0; i < session->n_proofs; i++) {
        const char *user = session_user_of(site, &session->proofs[i]);

        if (!user || strcmp(user, session->user) != 0)
            return false;
        if (session->proofs[i].authenticated_at_s <=
                site_user_ended(site, session->user) &&
            !MUTANT("c9-sessions-go-on"))
            return false;
    }
    return session->n_proofs > 0;
}

enum status session_resolve(const struct session *session,
                            struct generation *generation, int64_t now_s,
                            struct session_rights *rights)
{
    struct session_groups groups;
    uint32_t admins[SESSION_ADMINS_MAX];
    size_t n_admins;

    if (session->accounts_why)
        return STATUS_UNAVAILABLE;
    if (rights->generation == generation &&
        rights->groups_serial == session->groups_serial &&
        rbac_subject_is_current(rights->subject, now_s))
        return STATUS_OK;
    session_rights_drop(rights);
    if (!session_is_proved(session, generation->site))
        return STATUS_DENIED;
    session_groups(session, generation->site, &groups);
    n_admins = site_admins_of(
        generation->site,
        (struct site_member){session->user, groups.names, groups.n}, admins,
        ARRAY_SIZE(admins), &rights->own_admin);
    if (n_admins > ARRAY_SIZE(admins))
        return STATUS_LIMIT;
    TRY(rbac_subject_new_at(generation->site->engine, admins, n_admins, now_s,
                            &rights->subject));
    rights->generation = generation_hold(generation);
    rights->groups_serial = session->groups_serial;
    return STATUS_OK;
}

void session_rights_drop(struct session_rights *rights)
{
    rbac_subject_free(rights->subject);
    generation_free(rights->generation);
    *rights = (struct session_rights){.own_admin = RBAC_NONE};
}
