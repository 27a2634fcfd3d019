/* The token at hand, as the provider will read it; unverified here. */
#include <string.h>

#include "provider/base/base64.h"
#include "provider/base/datetime.h"
#include "provider/client/answer.h"
#include "provider/client/token_file.h"
#include "provider/smsctl/diagnosis.h"

enum { CLAIMS_MAX_BYTES = 64 * 1024, CLAIMS_DEPTH_MAX = 16 };

/* The claims, unverified, as the provider will read them. NULL: not a JWT. */
static json_t *read_claims(const struct secret *token)
{
    SCOPED(buf_wipe) struct buf json = buf_make(CLAIMS_MAX_BYTES);
    const char *end = token->data + token->size;
    const char *first = memchr(token->data, '.', token->size);
    const char *second =
        first ? memchr(first + 1, '.', (size_t)(end - first - 1)) : NULL;

    if (!second ||
        base64_read(BASE64_URL,
                    (struct text){first + 1, (size_t)(second - first - 1)},
                    &json) != STATUS_OK ||
        json.size == 0 || memchr(buf_text(&json).data, '\0', json.size) ||
        answer_is_deep(buf_text(&json), CLAIMS_DEPTH_MAX))
        return NULL;
    return json_loadb(buf_text(&json).data, json.size, JSON_REJECT_DUPLICATES,
                      NULL);
}

static bool has_audience(const json_t *claims, const char *wanted)
{
    const json_t *audience = json_object_get(claims, "aud");

    if (json_is_string(audience))
        return strcmp(json_string_value(audience), wanted) == 0;
    for (size_t i = 0; i < json_array_size(audience); i++) {
        const char *one = json_string_value(json_array_get(audience, i));

        if (one && strcmp(one, wanted) == 0)
            return true;
    }
    return false;
}

/* The provider's entry for the token's issuer; NULL: it accepts none of its
 * tokens. */
static const json_t *issuer_of(const struct diagnosis *d, const json_t *claims)
{
    const json_t *rows = json_object_get(d->info, "tokens");

    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);

        if (strcmp(answer_text(row, "issuer"), answer_text(claims, "iss")) == 0)
            return row;
    }
    return NULL;
}

static bool check_issuer_and_audience(struct diagnosis *d, const json_t *claims)
{
    const json_t *rows = json_object_get(d->info, "tokens");
    const json_t *row = issuer_of(d, claims);

    if (!json_is_array(rows))
        return true; /* the provider does not say */
    if (!row) {
        diagnosis_add(d, "OAUTHBEARER", FINDING_MISSING,
                      "Get a token from an issuer that the provider accepts.",
                      "The token's issuer is %s; the provider accepts %s%s.",
                      *answer_text(claims, "iss") ? answer_text(claims, "iss")
                                                  : "nobody",
                      answer_text(json_array_get(rows, 0), "issuer"),
                      json_array_size(rows) > 1 ? " and others" : "");
        return false;
    }
    if (has_audience(claims, answer_text(row, "audience")))
        return true;
    diagnosis_add(d, "OAUTHBEARER", FINDING_MISSING,
                  "Request a token for that audience from the issuer.",
                  "The token is not for the audience %s.",
                  answer_text(row, "audience"));
    return false;
}

static bool check_times(struct diagnosis *d, const json_t *claims)
{
    const struct diagnosis_period period = {
        .what = "token",
        .renew = "Get a new token.",
        .from_s = json_integer_value(json_object_get(claims, "nbf")),
        .until_s = json_integer_value(json_object_get(claims, "exp")),
    };

    return diagnosis_check_period(d, "OAUTHBEARER", &period);
}

static void note_factors(struct diagnosis *d, const json_t *claims)
{
    SCOPED(memory_drop)
    char *amr = json_dumps(json_object_get(claims, "amr"),
                           JSON_ENCODE_ANY | JSON_COMPACT | JSON_ENSURE_ASCII);

    if (!json_object_get(claims, "amr") && !json_object_get(claims, "acr"))
        diagnosis_add(d, "OAUTHBEARER", FINDING_NOTE,
                      d->minimum > AUTH_LEVEL_DOMAIN
                          ? "Sign in at the issuer with a second factor, and "
                            "have it put amr into its tokens."
                          : "",
                      "The token does not state a second factor (no amr, no "
                      "acr); it proves level domain.");
    else
        diagnosis_add(d, "OAUTHBEARER", FINDING_NOTE, "",
                      "The token says amr %s, acr %s.", amr ? amr : "nothing",
                      *answer_text(claims, "acr") ? answer_text(claims, "acr")
                                                  : "nothing");
    if (json_object_get(claims, "cnf") && !d->options.certificate)
        diagnosis_add(
            d, "OAUTHBEARER", FINDING_MISSING,
            "Give --cert and --key of the certificate that the token names.",
            "The token is only accepted with the certificate it is bound to.");
}

bool diagnose_token(struct diagnosis *d)
{
    SCOPED(secret_wipe) struct secret token = {0};
    SCOPED(answer_drop) json_t *claims = NULL;
    struct failure failure = {{SMSCLIENT_OK}};
    bool is_good;

    if (!d->options.token_file)
        return diagnosis_missing(d, "OAUTHBEARER",
                                 "Give --token-file with a token in it.",
                                 "No token is given.");
    if (token_file_read(d->options.token_file, &failure, &token) != STATUS_OK)
        return diagnosis_missing_file(
            d, "OAUTHBEARER", &failure,
            "Check --token-file; chmod 600 keeps it private.");
    claims = read_claims(&token);
    if (!json_is_object(claims))
        return diagnosis_missing(d, "OAUTHBEARER", "Put one JWT into the file.",
                                 "The token file does not contain a JWT.");
    is_good = check_times(d, claims);
    is_good &= check_issuer_and_audience(d, claims);
    note_factors(d, claims);
    return is_good;
}
