#include "auth/evidence.h"

#include <stdlib.h>
#include <string.h>

const char *auth_method_name(enum auth_method method)
{
    switch (method) {
    case AUTH_METHOD_NONE:
        return "none";
    case AUTH_METHOD_KERBEROS:
        return "kerberos";
    case AUTH_METHOD_CERTIFICATE:
        return "certificate";
    case AUTH_METHOD_TOKEN:
        return "token";
    case AUTH_METHOD_PAM:
        return "pam";
    case AUTH_METHOD_LOCAL:
        return "local";
    }
    return "none";
}

void auth_evidence_clear(struct auth_evidence *evidence)
{
    for (size_t i = 0; i < evidence->n_identities; i++)
        free(evidence->identities[i].value);
    for (size_t i = 0; i < evidence->n_groups; i++)
        free(evidence->groups[i]);
    free(evidence->groups);
    free(evidence->origin);
    free(evidence->counted);
    free(evidence->upn);
    free(evidence->proxy);
    free(evidence->detail);
    free(evidence->acting_as);
    *evidence = (struct auth_evidence){0};
}

bool auth_evidence_acts_for(struct auth_evidence *evidence, const char *user)
{
    if (!evidence->acting_as)
        return true;
    if (strcmp(evidence->acting_as, user) != 0)
        return false;
    free(evidence->acting_as);
    evidence->acting_as = NULL;
    return true;
}

/* A multi-factor claim may be older than its maximum age. */
static bool is_mfa_fresh(const struct auth_evidence *evidence, int64_t now_s)
{
    return evidence->mfa_expires_at_s == 0 ||
           evidence->mfa_expires_at_s > now_s;
}

enum auth_level auth_level_of(const struct auth_evidence *evidence,
                              int64_t now_s)
{
    if (evidence->acting_as || evidence->expires_at_s <= now_s)
        return AUTH_LEVEL_NONE;
    if (evidence->once.is_open) /* it may have been used before */
        return AUTH_LEVEL_NONE;
    if (!(evidence->facts & AUTH_FACT_IDENTITY) || evidence->n_identities == 0)
        return AUTH_LEVEL_NONE;
    if (evidence->facts & AUTH_FACT_DELEGATED) /* no presence (T7) */
        return AUTH_LEVEL_DOMAIN;
    if (evidence->facts & AUTH_FACT_WEAK) /* the user is not certain (T27) */
        return AUTH_LEVEL_DOMAIN;
    if ((evidence->facts & AUTH_FACT_MFA) && is_mfa_fresh(evidence, now_s))
        return AUTH_LEVEL_MFA;
    if (evidence->facts & AUTH_FACT_PKI)
        return AUTH_LEVEL_CERTIFICATE;
    return AUTH_LEVEL_DOMAIN;
}

bool auth_is_break_glass(const struct auth_evidence *evidence)
{
    return evidence->method == AUTH_METHOD_LOCAL &&
           evidence->n_identities > 0 &&
           strcmp(evidence->identities[0].value, IDENTITY_ROOT) == 0;
}
