#include "policy/certificate/authority.h"

#include <string.h>

#include "policy/reach.h"

/* ---- Names alike ---- */

enum { PARTS_MAX = 32 };

struct parts {
    struct text of[PARTS_MAX];
    size_t n;
};

/* Canonical: separated by "," or "+" without blanks, escaped by "\". */
static bool split(struct text name, struct parts *out)
{
    size_t from = 0;

    out->n = 0;
    for (size_t at = 0; at <= name.size; at++) {
        if (at < name.size && name.data[at] == '\\') {
            at++;
            continue;
        }
        if (at < name.size && name.data[at] != ',' && name.data[at] != '+')
            continue;
        if (out->n == PARTS_MAX)
            return false;
        out->of[out->n++] = (struct text){name.data + from, at - from};
        from = at + 1;
    }
    return true;
}

static bool has(const struct parts *parts, struct text part)
{
    for (size_t i = 0; i < parts->n; i++)
        if (text_equal_nocase(parts->of[i], part))
            return true;
    return false;
}

/* In another order, or in other letters. */
static bool has_same_parts(struct text a, struct text b)
{
    struct parts one, other;

    if (!split(a, &one) || !split(b, &other) || one.n != other.n)
        return false;
    for (size_t i = 0; i < one.n; i++)
        if (!has(&other, one.of[i]))
            return false;
    return true;
}

/* The serial number has neither ";" nor any of what may be escaped. */
static struct text issuer_of(const char *identity)
{
    const char *end = strrchr(identity, ';');

    return (struct text){identity,
                         end ? (size_t)(end - identity) : strlen(identity)};
}

bool authority_is_listed(const char *const authorities[], size_t n,
                         const char *identity, const char **meant_out)
{
    const struct text issuer = issuer_of(identity);

    *meant_out = NULL;
    for (size_t i = 0; i < n; i++)
        if (text_equal(issuer, text_of(authorities[i])))
            return true;
    for (size_t i = 0; i < n && !*meant_out; i++)
        if (has_same_parts(issuer, text_of(authorities[i])))
            *meant_out = authorities[i];
    if (!*meant_out)
        *meant_out = text_nearest(issuer, authorities, n);
    return false;
}

/* ---- A policy ---- */

static void check_identity(const struct policy_identity *identity,
                           const struct policy_facts *facts,
                           struct policy_messages *messages)
{
    struct arena *arena = messages->arena;
    const char *meant;

    if (identity->kind != IDENTITY_CERTIFICATE_SERIAL ||
        authority_is_listed(facts->authorities, facts->n_authorities,
                            identity->value, &meant))
        return;
    messages_warn(messages, identity->place,
                  "no client_ca has the subject %s, so this certificate signs "
                  "nobody in%s%s%s",
                  message_quote(arena, issuer_of(identity->value)),
                  meant ? "; did you mean " : "",
                  meant ? message_quote(arena, text_of(meant)) : "",
                  meant ? "?" : "");
}

void authority_check(const struct policy *policy,
                     const struct policy_facts *facts,
                     struct policy_messages *messages)
{
    if (!reach_is_known(facts))
        return;
    for (size_t i = 0; i < policy->n_admins; i++)
        for (size_t j = 0; j < policy->admins[i].n_identities; j++)
            check_identity(&policy->admins[i].identities[j], facts, messages);
}
