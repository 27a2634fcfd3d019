#include "auth/token/token_claims.h"

#include "auth/evidence_make.h"
#include "auth/token/token_kind.h"

enum { TOKEN_DETAIL_MAX_BYTES = 512 };

/* Beyond it, parsers that use doubles disagree on integers. */
static const json_int_t TIME_MAX_S = (json_int_t)1 << 53;

/* A number of seconds: a non-negative integer, written as one (T38). */
static bool read_time(const json_t *claims, const char *name,
                      int64_t *time_s_out)
{
    const json_t *claim = json_object_get(claims, name);
    const json_int_t value = json_integer_value(claim);

    if (!json_is_integer(claim) || value < 0 || value > TIME_MAX_S)
        return false;
    *time_s_out = value;
    return true;
}

static enum status refuse(const char **why_out, const char *why)
{
    *why_out = why;
    return STATUS_DENIED;
}

static enum status check_times(const json_t *claims, int64_t now_s,
                               const char **why_out)
{
    int64_t expires_s, issued_s, not_before_s;

    if (!read_time(claims, "exp", &expires_s) ||
        !read_time(claims, "iat", &issued_s))
        return refuse(why_out, "token-times-malformed");
    if (expires_s <= now_s - TOKEN_SKEW_S)
        return refuse(why_out, "token-expired");
    if (issued_s > now_s + TOKEN_SKEW_S)
        return refuse(why_out, "token-from-the-future");
    if (expires_s <= issued_s || expires_s - issued_s > TOKEN_LIFETIME_MAX_S)
        return refuse(why_out, "token-lifetime");
    if (!json_object_get(claims, "nbf"))
        return STATUS_OK;
    if (!read_time(claims, "nbf", &not_before_s))
        return refuse(why_out, "token-times-malformed");
    if (not_before_s > now_s + TOKEN_SKEW_S)
        return refuse(why_out, "token-not-yet-valid");
    return STATUS_OK;
}

/* The required claims, such as tenant and client. */
static bool makes_claims(const json_t *claims,
                         const struct auth_issuer_config *issuer)
{
    for (size_t i = 0; i < issuer->n_claims; i++) {
        const struct auth_claim *claim = &issuer->claims[i];
        const struct text value = json_member_text(claims, claim->name);
        bool found = false;

        for (size_t j = 0; j < claim->n_values; j++)
            found = found || (value.data &&
                              text_equal(value, text_of(claim->values[j])));
        if (!found)
            return false;
    }
    return true;
}

enum status token_claims_check(const json_t *claims,
                               const struct auth_issuer_config *issuer,
                               int64_t now_s, const char **why_out)
{
    if (!token_is_for_us(claims, issuer))
        return refuse(why_out, "token-audience");
    if (!makes_claims(claims, issuer))
        return refuse(why_out, "token-claims");
    return check_times(claims, now_s, why_out);
}

static bool is_listed(struct text value, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text_equal(value, text_of(names[i])))
            return true;
    return false;
}

static struct text text_of_json(const json_t *value)
{
    return (struct text){json_string_value(value), json_string_length(value)};
}

/* "acr" is one text. */
static enum status count_class(const json_t *acr,
                               const struct auth_issuer_config *issuer,
                               struct auth_evidence *evidence)
{
    if (!json_is_string(acr) ||
        !is_listed(text_of_json(acr), issuer->mfa_acr, issuer->n_mfa_acr))
        return STATUS_OK;
    evidence->facts |= AUTH_FACT_MFA;
    return evidence_count(evidence, "acr", text_of_json(acr));
}

static bool is_all_texts(const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!json_is_string(json_array_get(list, i)))
            return false;
    return json_is_array(list);
}

/* "amr" is a list of texts, one of which is listed for the issuer (T39). */
static enum status count_methods(const json_t *amr,
                                 const struct auth_issuer_config *issuer,
                                 struct auth_evidence *evidence)
{
    if (!is_all_texts(amr))
        return STATUS_OK;
    for (size_t i = 0; i < json_array_size(amr); i++) {
        const struct text value = text_of_json(json_array_get(amr, i));

        if (!is_listed(value, issuer->mfa_amr, issuer->n_mfa_amr))
            continue;
        evidence->facts |= AUTH_FACT_MFA;
        TRY(evidence_count(evidence, "amr", value));
    }
    return STATUS_OK;
}

/* Present, and recent enough. */
static enum status read_mfa(const json_t *claims,
                            const struct auth_issuer_config *issuer,
                            int64_t now_s, struct auth_evidence *evidence)
{
    int64_t signed_in_s = 0;

    if (issuer->mfa_max_age_s > 0) {
        if (!read_time(claims, "auth_time", &signed_in_s) ||
            signed_in_s > now_s + TOKEN_SKEW_S ||
            now_s - signed_in_s >= issuer->mfa_max_age_s)
            return STATUS_OK;
        evidence->mfa_expires_at_s = signed_in_s + issuer->mfa_max_age_s;
    }
    TRY(count_methods(json_object_get(claims, "amr"), issuer, evidence));
    return count_class(json_object_get(claims, "acr"), issuer, evidence);
}

/* The token says it lists only some groups (T56: then they are unknown). */
static bool has_overage(const json_t *claims, const char *groups_claim)
{
    const json_t *elsewhere = json_object_get(claims, "_claim_names");

    const json_t *mark = json_object_get(claims, "hasgroups");

    return json_object_get(elsewhere, groups_claim) ||
           (elsewhere && !json_is_object(elsewhere)) ||
           (mark && !json_is_false(mark));
}

/* Some of them are unknown: then none of them counts. */
static enum status forget_groups(struct auth_evidence *evidence)
{
    evidence_forget_groups(evidence);
    evidence->groups_unknown = true;
    return STATUS_OK;
}

static enum status read_groups(const json_t *claims, const char *groups_claim,
                               struct auth_evidence *evidence)
{
    const json_t *groups = json_object_get(claims, groups_claim);

    if (has_overage(claims, groups_claim) ||
        (groups && !json_is_array(groups)) ||
        json_array_size(groups) > AUTH_GROUPS_MAX)
        return forget_groups(evidence);
    for (size_t i = 0; i < json_array_size(groups); i++) {
        const json_t *group = json_array_get(groups, i);
        const struct text name = {json_string_value(group),
                                  json_string_length(group)};

        if (!name.data || !text_is_name(name, IDENTITY_MAX_BYTES))
            return forget_groups(evidence);
        TRY(evidence_add_group(evidence, name));
    }
    return STATUS_OK;
}

struct text token_subject(const json_t *claims,
                          const struct auth_issuer_config *issuer)
{
    return json_member_text(
        claims, issuer->subject_claim ? issuer->subject_claim : "sub");
}

static enum status read_subject(const json_t *claims,
                                const struct auth_issuer_config *issuer,
                                struct auth_evidence *evidence,
                                const char **why_out)
{
    SCOPED(buf_free) struct buf identity = buf_make(IDENTITY_MAX_BYTES);
    const struct text subject = token_subject(claims, issuer);

    if (identity_of_token(text_of(issuer->issuer), subject, &identity) !=
        STATUS_OK)
        return refuse(why_out, "token-subject");
    return evidence_add_identity(evidence, IDENTITY_TOKEN, buf_text(&identity));
}

/* "amr=pwd,mfa" for the audit: all values, whether they count or not. */
static enum status write_detail(const json_t *claims,
                                struct auth_evidence *evidence)
{
    SCOPED(buf_free) struct buf detail = buf_make(TOKEN_DETAIL_MAX_BYTES);
    const json_t *amr = json_object_get(claims, "amr");
    const char *before = "amr=";

    if (token_is_delegated(claims)) {
        buf_append_string(&detail, "delegated");
        before = " amr=";
    }
    for (size_t i = 0; i < json_array_size(amr); i++) {
        const json_t *value = json_array_get(amr, i);
        const struct text word = {json_string_value(value),
                                  json_string_length(value)};

        if (!text_is_name(word, 32) ||
            detail.size + word.size + 8 > TOKEN_DETAIL_MAX_BYTES)
            continue;
        buf_append_string(&detail, before);
        buf_append_text(&detail, word);
        before = ",";
    }
    evidence->detail = text_dup(buf_text(&detail));
    return evidence->detail ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status token_claims_read(const json_t *claims,
                              const struct auth_issuer_config *issuer,
                              int64_t now_s, struct auth_evidence *evidence_out,
                              const char **why_out)
{
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};
    int64_t expires_s = 0;

    if (!read_time(claims, "exp", &expires_s))
        return refuse(why_out, "token-times-malformed");
    evidence.method = AUTH_METHOD_TOKEN;
    evidence.facts = AUTH_FACT_IDENTITY;
    if (token_is_delegated(claims))
        evidence.facts |= AUTH_FACT_DELEGATED;
    evidence.authenticated_at_s = now_s;
    evidence.expires_at_s = expires_s + TOKEN_SKEW_S;
    evidence.origin = text_dup(text_of(issuer->issuer));
    if (!evidence.origin)
        return STATUS_NO_MEMORY;
    TRY(read_mfa(claims, issuer, now_s, &evidence));
    TRY(read_subject(claims, issuer, &evidence, why_out));
    if (issuer->groups_claim)
        TRY(read_groups(claims, issuer->groups_claim, &evidence));
    TRY(write_detail(claims, &evidence));
    *evidence_out = evidence;
    evidence = (struct auth_evidence){0};
    return STATUS_OK;
}
