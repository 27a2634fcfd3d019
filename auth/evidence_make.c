#include "auth/evidence_make.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/own.h"

enum status evidence_add_identity(struct auth_evidence *evidence,
                                  enum identity_kind kind, struct text value)
{
    char *copy;

    if (evidence->n_identities == AUTH_IDENTITIES_MAX)
        return STATUS_LIMIT;
    copy = text_dup(value);
    if (!copy)
        return STATUS_NO_MEMORY;
    evidence->identities[evidence->n_identities++] =
        (struct auth_identity){kind, copy};
    return STATUS_OK;
}

enum status evidence_add_group(struct auth_evidence *evidence,
                               struct text group)
{
    char *copy;

    if (evidence->n_groups == AUTH_GROUPS_MAX)
        return STATUS_LIMIT;
    if (!evidence->groups) {
        evidence->groups = calloc(AUTH_GROUPS_MAX, sizeof(char *));
        if (!evidence->groups)
            return STATUS_NO_MEMORY;
    }
    copy = text_dup(group);
    if (!copy)
        return STATUS_NO_MEMORY;
    evidence->groups[evidence->n_groups++] = copy;
    return STATUS_OK;
}

void evidence_forget_groups(struct auth_evidence *evidence)
{
    for (size_t i = 0; i < evidence->n_groups; i++)
        free(evidence->groups[i]);
    evidence->n_groups = 0;
}

bool auth_evidence_expire(struct auth_evidence *evidence, int64_t now_s)
{
    if (evidence->expires_at_s > now_s ||
        !(evidence->facts & AUTH_FACT_IDENTITY))
        return false;
    /* It must still be the same user: a proof of another ends the session. */
    evidence->facts &= AUTH_FACT_WEAK;
    evidence_forget_groups(evidence);
    evidence->groups_unknown = false; /* regardless of the rest */
    return true;
}

enum status evidence_count(struct auth_evidence *evidence, const char *kind,
                           struct text name)
{
    const char *before = evidence->counted ? evidence->counted : "";
    char *counted;

    if (asprintf(&counted, "%s%s %.*s\n", before, kind, (int)name.size,
                 name.data) < 0)
        return STATUS_NO_MEMORY;
    free(evidence->counted);
    evidence->counted = counted;
    return STATUS_OK;
}

/* NULL stays NULL. */
static enum status copy_text(const char *from, char **out)
{
    *out = from ? text_dup(text_of(from)) : NULL;
    return *out || !from ? STATUS_OK : STATUS_NO_MEMORY;
}

/* Facts and times; owned members are copied one by one. */
static struct auth_evidence plain_copy(const struct auth_evidence *evidence)
{
    struct auth_evidence copy = *evidence;

    copy.n_identities = 0;
    copy.n_groups = 0;
    copy.groups = NULL;
    copy.origin = NULL;
    copy.counted = NULL;
    copy.upn = NULL;
    copy.proxy = NULL;
    copy.detail = NULL;
    copy.acting_as = NULL;
    return copy;
}

enum status evidence_copy(const struct auth_evidence *evidence,
                          struct auth_evidence *evidence_out)
{
    SCOPED(auth_evidence_clear)
    struct auth_evidence copy = plain_copy(evidence);

    for (size_t i = 0; i < evidence->n_identities; i++)
        TRY(evidence_add_identity(&copy, evidence->identities[i].kind,
                                  text_of(evidence->identities[i].value)));
    for (size_t i = 0; i < evidence->n_groups; i++)
        TRY(evidence_add_group(&copy, text_of(evidence->groups[i])));
    TRY(copy_text(evidence->origin, &copy.origin));
    TRY(copy_text(evidence->counted, &copy.counted));
    TRY(copy_text(evidence->upn, &copy.upn));
    TRY(copy_text(evidence->proxy, &copy.proxy));
    TRY(copy_text(evidence->detail, &copy.detail));
    TRY(copy_text(evidence->acting_as, &copy.acting_as));
    *evidence_out = copy;
    copy = (struct auth_evidence){0};
    return STATUS_OK;
}

uint32_t evidence_level_facts(enum auth_level level)
{
    switch (level) {
    case AUTH_LEVEL_NONE:
    case AUTH_LEVEL_DOMAIN:
        return 0;
    case AUTH_LEVEL_CERTIFICATE:
        return AUTH_FACT_PKI;
    case AUTH_LEVEL_MFA:
        return AUTH_FACT_MFA;
    }
    return 0;
}
