#include "auth/token/token_kind.h"

#include "auth/token/json_strict.h"
#include "provider/base/mutant.h"
#include "provider/base/own.h"

/* ---- Access ---- */

/* Claims that only ID, logout and refresh tokens have. */
static bool has_foreign_sign(const json_t *claims)
{
    static const char *const signs[] = {"nonce", "at_hash", "c_hash", "s_hash",
                                        "events"};
    const json_t *use = json_object_get(claims, "token_use");
    const struct text kind = json_member_text(claims, "typ");

    for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
        if (json_object_get(claims, signs[i]))
            return true;
    if (use &&
        !text_equal(json_member_text(claims, "token_use"), TEXT("access")))
        return true;
    return json_object_get(claims, "typ") &&
           !text_equal_nocase(kind, TEXT("Bearer")) &&
           !text_equal_nocase(kind, TEXT("JWT")) &&
           !text_equal_nocase(kind, TEXT("at+jwt"));
}

/* Claims that no ID token has. */
static bool has_own_sign(const json_t *claims)
{
    static const char *const signs[] = {"scope", "scp", "client_id",
                                        "token_use"};
    const struct text kind = json_member_text(claims, "typ");

    for (size_t i = 0; i < ARRAY_SIZE(signs); i++) {
        const json_t *sign = json_object_get(claims, signs[i]);

        if (sign && !json_is_null(sign)) /* which tells nothing */
            return true;
    }
    return text_equal_nocase(kind, TEXT("Bearer")) ||
           text_equal_nocase(kind, TEXT("at+jwt"));
}

/* A claim configured by the site distinguishes them, unless ID tokens of the
 * same tenant and client have it too. */
static bool asks_for_own_sign(const struct auth_issuer_config *issuer)
{
    static const char *const common[] = {"tid", "azp", "hd", "oid", "acr"};

    for (size_t i = 0; i < issuer->n_claims; i++) {
        bool is_common = false;

        for (size_t j = 0; j < ARRAY_SIZE(common); j++)
            is_common =
                is_common || strcmp(issuer->claims[i].name, common[j]) == 0;
        if (!is_common)
            return true;
    }
    return false;
}

bool token_is_for_access(struct text type, const json_t *claims,
                         const struct auth_issuer_config *issuer)
{
    const bool is_said = has_own_sign(claims);

    if (MUTANT("c5-kind"))
        return true;
    if (has_foreign_sign(claims))
        return false;
    /* The issuer's session: in ID tokens, and in some access tokens. */
    if (json_object_get(claims, "sid") && !is_said)
        return false;
    return !text_equal_nocase(type, TEXT("JWT")) || is_said ||
           asks_for_own_sign(issuer);
}

/* ---- Audience ---- */

static struct text text_of_json(const json_t *value)
{
    return (struct text){json_string_value(value), json_string_length(value)};
}

/* The text, or a list of texts that contains it. */
static bool is_or_holds(const json_t *claim, const char *wanted)
{
    bool found = false;

    if (json_is_string(claim))
        return text_equal(text_of_json(claim), text_of(wanted));
    for (size_t i = 0; i < json_array_size(claim); i++) {
        const json_t *element = json_array_get(claim, i);

        if (!json_is_string(element))
            return false;
        found = found || text_equal(text_of_json(element), text_of(wanted));
    }
    return found;
}

/* Required claims have been checked before. */
static bool asks_for(const struct auth_issuer_config *issuer, const char *name)
{
    for (size_t i = 0; i < issuer->n_claims; i++)
        if (strcmp(issuer->claims[i].name, name) == 0)
            return true;
    return false;
}

bool token_is_for_us(const json_t *claims,
                     const struct auth_issuer_config *issuer)
{
    const json_t *audience = json_object_get(claims, "aud");
    const json_t *client = json_object_get(claims, "azp");

    if (!is_or_holds(audience, issuer->audience))
        return false;
    if (!client || MUTANT("c5-azp"))
        return true;
    if (!json_is_string(client))
        return false;
    return json_array_size(audience) < 2 || asks_for(issuer, "azp") ||
           text_equal(text_of_json(client), text_of(issuer->audience));
}

/* ---- Presence ---- */

bool token_is_delegated(const json_t *claims)
{
    return json_object_get(claims, "act") && !MUTANT("c5-act");
}
