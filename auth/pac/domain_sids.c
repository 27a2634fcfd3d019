#include "auth/pac/domain_sids.h"

#include "auth/evidence_make.h"
#include "provider/base/group_name.h"
#include "provider/base/mutant.h"

static const struct auth_domain *find_domain(
    const struct auth_kerberos_config *config, struct text realm)
{
    for (size_t i = 0; i < config->n_domains; i++)
        if (text_equal(realm, text_of(config->domains[i].realm)))
            return &config->domains[i];
    return NULL;
}

bool domain_sids_are_taken(const struct auth_kerberos_config *config,
                           struct text realm)
{
    return find_domain(config, realm) != NULL;
}

enum { AGE_MAX_S = 10 * 3600 }; /* a ticket's, if a domain says nothing else */

/* Do SIDs give it groups or a level? */
static bool has_sids(const struct auth_evidence *evidence)
{
    for (size_t i = 0; i < evidence->n_identities; i++)
        if (evidence->identities[i].kind == IDENTITY_SID)
            return true;
    return evidence->counted && strstr(evidence->counted, "sid ");
}

enum status domain_sids_age(const struct auth_kerberos_config *config,
                            int64_t now_s, struct auth_evidence *evidence)
{
    const int64_t end_s = evidence->authenticated_at_s +
                          (config->pac_age_s ? config->pac_age_s : AGE_MAX_S);

    if (!has_sids(evidence) || MUTANT("pac-ageless"))
        return STATUS_OK;
    if (end_s < evidence->expires_at_s)
        evidence->expires_at_s = end_s;
    return end_s > now_s ? STATUS_OK : STATUS_DENIED;
}

uint32_t domain_sids_facts(const struct auth_kerberos_config *config,
                           struct text sid)
{
    for (size_t i = 0; i < config->n_sids; i++)
        if (text_equal(sid, text_of(config->sids[i].name)))
            return evidence_level_facts(config->sids[i].level);
    return 0;
}

/* Whose SIDs count. */
struct filter {
    bool is_own;       /* the service's realm: all that its KDC says */
    struct sid domain; /* else those of this domain */
};

static bool passes(const struct filter *filter, const struct logon_sid *sid)
{
    if (!sid->is_enabled)
        return false;
    return filter->is_own || sid_is_in(&sid->sid, &filter->domain) ||
           MUTANT("pac-unfiltered");
}

/* It may not say that its users are of another domain. A realm whose domain is
 * not known can be believed only by its own services. */
static enum status make_filter(const struct auth_domain *domain,
                               const struct logon_info *info,
                               struct filter *filter, const char **why_out)
{
    *why_out = "kerberos-foreign-sid";
    if (domain->sid) {
        TRY(sid_read(text_of(domain->sid), &filter->domain));
        return sid_equal(&filter->domain, &info->domain) ? STATUS_OK
                                                         : STATUS_DENIED;
    }
    filter->domain = info->domain;
    return filter->is_own ? STATUS_OK : STATUS_DENIED;
}

/* A group, if it is one of a domain: those of a host (S-1-5-32-544) are the
 * host's own. */
static enum status take_sid(const struct auth_kerberos_config *config,
                            const struct sid *sid, bool is_group,
                            struct auth_evidence *evidence)
{
    char text[SID_TEXT_BYTES];
    uint32_t facts;

    sid_write(sid, text);
    facts = domain_sids_facts(config, text_of(text));
    evidence->facts |= facts;
    if (facts)
        TRY(evidence_count(evidence, "sid", text_of(text)));
    return is_group && sid_is_account(sid)
               ? evidence_add_group(evidence, text_of(text))
               : STATUS_OK;
}

static bool is_asserted(const struct sid *sid)
{
    char text[SID_TEXT_BYTES];

    sid_write(sid, text);
    return strcmp(text, SID_ASSERTED_BY_SERVICE) == 0;
}

static enum status take_user(const struct sid *user,
                             struct auth_evidence *evidence)
{
    char text[SID_TEXT_BYTES];

    sid_write(user, text);
    evidence->origin = text_dup(TEXT(GROUP_SOURCE_SID));
    if (!evidence->origin)
        return STATUS_NO_MEMORY;
    TRY(evidence_add_group(evidence, text_of(text)));
    return evidence_add_identity(evidence, IDENTITY_SID, text_of(text));
}

enum status domain_sids_take(const struct auth_kerberos_config *config,
                             struct text realm, struct text own_realm,
                             const struct logon_info *info,
                             struct auth_evidence *evidence,
                             const char **why_out)
{
    const struct auth_domain *domain = find_domain(config, realm);
    struct filter filter = {.is_own = text_equal(realm, own_realm)};

    for (size_t i = 0; i < info->n_sids; i++)
        if (is_asserted(&info->sids[i].sid))
            evidence->facts |= AUTH_FACT_DELEGATED | AUTH_FACT_PROXIED;
    if (!domain && !filter.is_own)
        return STATUS_OK;
    if (domain)
        TRY(make_filter(domain, info, &filter, why_out));
    *why_out = "kerberos-groups";
    if (domain)
        TRY(take_user(&info->user, evidence));
    for (size_t i = 0; i < info->n_sids; i++)
        if (passes(&filter, &info->sids[i]))
            TRY(take_sid(config, &info->sids[i].sid, domain != NULL, evidence));
    return STATUS_OK;
}
