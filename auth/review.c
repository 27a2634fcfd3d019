/* What evidence still proves under a newer configuration. */
#include "auth/certificate/certificate_upn.h"
#include "auth/evidence_make.h"
#include "auth/exchange.h"
#include "auth/kerberos_peer.h"
#include "auth/mechanisms.h"
#include "auth/pac/domain_sids.h"
#include "auth/plain_user.h"
#include "provider/base/clock.h"
#include "provider/base/mutant.h"

static bool is_same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool is_listed(struct text name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text_equal(name, text_of(names[i])))
            return true;
    return false;
}

/* Is all of a[n_a] still present? */
static bool holds_all(const char *const *b, size_t n_b, const char *const *a,
                      size_t n_a)
{
    for (size_t i = 0; i < n_a; i++)
        if (!is_listed(text_of(a[i]), b, n_b))
            return false;
    return true;
}

static bool is_same_list(const char *const *a, size_t n_a, const char *const *b,
                         size_t n_b)
{
    return holds_all(b, n_b, a, n_a) && holds_all(a, n_a, b, n_b);
}

/* ---- Tokens ---- */

static const struct auth_issuer_config *find_issuer(const struct auth *auth,
                                                    const char *name)
{
    for (size_t i = 0; i < auth->config.n_issuers; i++)
        if (is_same_text(auth->config.issuers[i].issuer, name))
            return &auth->config.issuers[i];
    return NULL;
}

/* Is the key that signed it still one of the issuer's? */
static bool has_key(const struct auth *auth, const char *issuer,
                    const unsigned char *key)
{
    for (size_t i = 0; i < auth->config.n_issuers; i++) {
        OWNED(key_set) keys = NULL;

        if (!is_same_text(auth->config.issuers[i].issuer, issuer))
            continue;
        keys = key_source_hold(auth->issuers[i].keys);
        return (keys && key_set_holds(keys, key)) || MUTANT("f11-key-gone");
    }
    return false;
}

static bool has_same_claims(const struct auth_issuer_config *a,
                            const struct auth_issuer_config *b)
{
    if (a->n_claims != b->n_claims)
        return false;
    for (size_t i = 0; i < a->n_claims; i++)
        if (!is_same_text(a->claims[i].name, b->claims[i].name) ||
            !is_same_list(a->claims[i].values, a->claims[i].n_values,
                          b->claims[i].values, b->claims[i].n_values))
            return false;
    return true;
}

/* Would the new issuer accept every token that the old one accepted, for the
 * same user? Factors and groups are reviewed separately. */
static bool takes_the_same(const struct auth_issuer_config *before,
                           const struct auth_issuer_config *now)
{
    return is_same_text(before->audience, now->audience) &&
           is_same_text(before->keys, now->keys) &&
           is_same_text(before->keys_ca, now->keys_ca) &&
           is_same_text(before->subject_claim, now->subject_claim) &&
           before->use == now->use && has_same_claims(before, now) &&
           is_same_list(before->types, before->n_types, now->types,
                        now->n_types) &&
           holds_all(now->algorithms, now->n_algorithms, before->algorithms,
                     before->n_algorithms);
}

/* The evidence does not keep the time the age counts from: computed from its
 * end. */
static void shorten_mfa(struct auth_evidence *evidence,
                        const struct auth_issuer_config *before,
                        const struct auth_issuer_config *now)
{
    if (now->mfa_max_age_s == 0)
        return;
    if (before->mfa_max_age_s == 0)
        evidence->facts &= ~(uint32_t)AUTH_FACT_MFA; /* unknown */
    else if (now->mfa_max_age_s < before->mfa_max_age_s)
        evidence->mfa_expires_at_s -=
            before->mfa_max_age_s - now->mfa_max_age_s;
}

static uint32_t token_facts(const struct auth_issuer_config *issuer,
                            struct text kind, struct text name)
{
    const bool is_mfa =
        text_equal(kind, TEXT("amr"))
            ? is_listed(name, issuer->mfa_amr, issuer->n_mfa_amr)
            : text_equal(kind, TEXT("acr")) &&
                  is_listed(name, issuer->mfa_acr, issuer->n_mfa_acr);

    return is_mfa ? AUTH_FACT_MFA : 0;
}

/* ---- All ---- */

/* The level that one counted factor gives now. */
static uint32_t facts_of(const struct auth_evidence *evidence,
                         const struct auth *now, struct text kind,
                         struct text name)
{
    if (evidence->method == AUTH_METHOD_TOKEN)
        return token_facts(find_issuer(now, evidence->origin), kind, name);
    return text_equal(kind, TEXT("sid"))
               ? domain_sids_facts(&now->config.kerberos, name)
               : kerberos_peer_facts(&now->config.kerberos, name);
}

static uint32_t count_again(const struct auth_evidence *evidence,
                            const struct auth *now)
{
    const char *rest = evidence->counted ? evidence->counted : "";
    uint32_t facts =
        AUTH_FACT_IDENTITY | AUTH_FACT_DELEGATED | AUTH_FACT_PROXIED;

    while (*rest) {
        const char *end = strchrnul(rest, '\n');
        const char *space = memchr(rest, ' ', (size_t)(end - rest));

        if (space)
            facts |= facts_of(
                evidence, now, (struct text){rest, (size_t)(space - rest)},
                (struct text){space + 1, (size_t)(end - space - 1)});
        rest = *end ? end + 1 : end;
    }
    return facts;
}

/* What now counts for several factors and counted for a key stays a key; what
 * counted for several factors and now counts for a key falls to that. */
static void keep_facts(struct auth_evidence *evidence, uint32_t kept)
{
    if (kept & AUTH_FACT_MFA)
        kept |= AUTH_FACT_PKI;
    else if ((evidence->facts & AUTH_FACT_MFA) && (kept & AUTH_FACT_PKI))
        evidence->facts |= AUTH_FACT_PKI;
    evidence->facts &= kept;
}

static void prove_nothing(struct auth_evidence *evidence)
{
    evidence->facts = 0;
    evidence_forget_groups(evidence);
}

static void review_token(struct auth_evidence *evidence,
                         const struct auth *before, const struct auth *now)
{
    const struct auth_issuer_config *was =
        find_issuer(before, evidence->origin);
    const struct auth_issuer_config *is = find_issuer(now, evidence->origin);

    if (!was || !is || !takes_the_same(was, is) ||
        !has_key(now, evidence->origin, evidence->key)) {
        prove_nothing(evidence);
        return;
    }
    keep_facts(evidence, count_again(evidence, now));
    shorten_mfa(evidence, was, is);
    if (!is_same_text(was->groups_claim, is->groups_claim)) {
        evidence_forget_groups(evidence);
        evidence->groups_unknown = is->groups_claim != NULL;
    }
}

static bool has_sid(const struct auth_evidence *evidence)
{
    for (size_t i = 0; i < evidence->n_identities; i++)
        if (evidence->identities[i].kind == IDENTITY_SID)
            return true;
    return false;
}

/* SIDs of tickets count as before. */
static bool has_same_domains(const struct auth *before, const struct auth *now)
{
    const struct auth_kerberos_config *a = &before->config.kerberos;
    const struct auth_kerberos_config *b = &now->config.kerberos;

    if (a->n_domains != b->n_domains ||
        !text_equal(kerberos_realm(before->kerberos),
                    kerberos_realm(now->kerberos)))
        return false;
    for (size_t i = 0; i < a->n_domains; i++)
        if (!is_same_text(a->domains[i].realm, b->domains[i].realm) ||
            !is_same_text(a->domains[i].sid, b->domains[i].sid))
            return false;
    return true;
}

/* Does the name of the evidence mean the same person in both? */
static bool means_the_same(const struct auth_evidence *evidence,
                           const struct realms *before,
                           const struct realms *now)
{
    const struct text name = evidence->n_identities
                                 ? text_of(evidence->identities[0].value)
                                 : (struct text){0};
    const struct realm *was = realm_of(before, name);
    const struct realm *is = realm_of(now, name);

    return was && is && realm_is_same(was, is);
}

static void review_kerberos(struct auth_evidence *evidence,
                            const struct auth *before, const struct auth *now)
{
    const struct auth_kerberos_config *config = &now->config.kerberos;
    const bool is_proxied = evidence->facts & AUTH_FACT_PROXIED;

    if (!now->kerberos ||
        !means_the_same(evidence, &before->config.kerberos.realms,
                        &config->realms) ||
        (is_proxied && !config->is_delegated_allowed) ||
        (has_sid(evidence) && !has_same_domains(before, now)))
        prove_nothing(evidence);
    else if (domain_sids_age(config, clock_wall_s(), evidence) != STATUS_OK)
        prove_nothing(evidence);
    else
        keep_facts(evidence, count_again(evidence, now));
}

static void review_password(struct auth_evidence *evidence,
                            const struct auth *before, const struct auth *now)
{
    const struct auth_pam_config *was = &before->config.pam;
    const struct auth_pam_config *is = &now->config.pam;

    const struct realm realm_was = plain_realm(&before->config);
    const struct realm realm_is = plain_realm(&now->config);

    if (!now->pam || !is_same_text(was->service, is->service) ||
        !is_same_text(was->realm, is->realm) ||
        !realm_is_same(&realm_was, &realm_is) ||
        !is_same_text(realm_was.account, realm_is.account))
        prove_nothing(evidence);
    else
        keep_facts(evidence, mechanism_plain_facts(is->level));
}

/* Known by a name only: may its issuer still assert it? */
static void review_name(struct auth_evidence *evidence, const struct auth *now)
{
    if (!(evidence->facts & AUTH_FACT_WEAK))
        return;
    upn_rules_apply(now->upns, evidence);
    if (!evidence->upn)
        prove_nothing(evidence);
}

bool auth_evidence_review(struct auth_evidence *evidence,
                          const struct auth *before, const struct auth *now)
{
    const uint32_t facts = evidence->facts;
    const int64_t mfa_expires_at_s = evidence->mfa_expires_at_s;
    const int64_t expires_at_s = evidence->expires_at_s;
    const size_t n_groups = evidence->n_groups;

    switch (evidence->method) {
    case AUTH_METHOD_TOKEN:
        review_token(evidence, before, now);
        break;
    case AUTH_METHOD_KERBEROS:
        review_kerberos(evidence, before, now);
        break;
    case AUTH_METHOD_PAM:
        review_password(evidence, before, now);
        break;
    case AUTH_METHOD_CERTIFICATE:
        review_name(evidence, now);
        break;
    case AUTH_METHOD_NONE:
    case AUTH_METHOD_LOCAL:
        break;
    }
    return evidence->facts != facts ||
           evidence->mfa_expires_at_s != mfa_expires_at_s ||
           evidence->expires_at_s != expires_at_s ||
           evidence->n_groups != n_groups;
}
