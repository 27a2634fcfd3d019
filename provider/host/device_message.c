#include "provider/host/device_message.h"

#include <jansson.h>
#include <string.h>

#include "provider/base/own.h"
#include "provider/client/answer.h"

enum {
    DEPTH_MAX = 16,
    INTERVAL_MAX_S = 60,
    LIFE_MAX_S = 24 * 3600,
    CODE_MAX_BYTES = 4096,
};

void device_offer_clear(struct device_offer *offer)
{
    secret_wipe(&offer->code);
    explicit_bzero(offer, sizeof(*offer));
}

/* ---- Parts ---- */

static json_t *read_document(struct text document)
{
    json_t *root = NULL;

    if (document.size <= DEVICE_DOCUMENT_MAX_BYTES &&
        !answer_is_deep(document, DEPTH_MAX))
        root = json_loadb(document.data, document.size, JSON_REJECT_DUPLICATES,
                          NULL);
    if (json_is_object(root))
        return root;
    json_decref(root);
    return NULL;
}

/* Nothing that a terminal or a form could take for something else. */
static bool is_visible(const char *text)
{
    for (; *text; text++)
        if (*text <= ' ' || *text > '~')
            return false;
    return true;
}

static bool take_text(const json_t *root, const char *name, char *out,
                      size_t size)
{
    const char *text = answer_text(root, name);
    const size_t length = strlen(text);

    if (!length || length >= size || !is_visible(text))
        return false;
    memcpy(out, text, length + 1);
    return true;
}

static bool take_address(const json_t *root, const char *name,
                         char out[DEVICE_ADDRESS_BYTES])
{
    static const char scheme[] = "https://";

    return take_text(root, name, out, DEVICE_ADDRESS_BYTES) &&
           strncmp(out, scheme, strlen(scheme)) == 0;
}

/* usual: where it is not named; 0: it must be. */
static bool take_seconds(const json_t *root, const char *name, int64_t usual,
                         int64_t max, int64_t *out)
{
    const json_t *said = json_object_get(root, name);

    *out = said ? json_integer_value(said) : usual;
    return (!said || json_is_integer(said)) && *out > 0 && *out <= max;
}

static enum status take_secret(const json_t *root, const char *name,
                               size_t max_bytes, struct secret *out)
{
    const char *text = answer_text(root, name);

    if (!*text || strlen(text) > max_bytes || !is_visible(text))
        return STATUS_INVALID;
    return secret_set(out, text_of(text));
}

/* ---- Documents ---- */

enum status device_places_read(struct text document, const char *issuer,
                               struct device_places *places_out)
{
    SCOPED(answer_drop) json_t *root = read_document(document);

    return strcmp(answer_text(root, "issuer"), issuer) == 0 &&
                   take_address(root, "device_authorization_endpoint",
                                places_out->start) &&
                   take_address(root, "token_endpoint", places_out->token)
               ? STATUS_OK
               : STATUS_INVALID;
}

enum status device_offer_read(struct text document,
                              struct device_offer *offer_out)
{
    SCOPED(device_offer_clear) struct device_offer offer = {.interval_s = 0};
    SCOPED(answer_drop) json_t *root = read_document(document);

    if (!take_text(root, "user_code", offer.user_code,
                   sizeof(offer.user_code)) ||
        !take_address(root, "verification_uri", offer.address) ||
        !take_seconds(root, "interval", DEVICE_INTERVAL_S, INTERVAL_MAX_S,
                      &offer.interval_s) ||
        !take_seconds(root, "expires_in", 0, LIFE_MAX_S, &offer.expires_in_s))
        return STATUS_INVALID;
    TRY(take_secret(root, "device_code", CODE_MAX_BYTES, &offer.code));
    *offer_out = offer;
    explicit_bzero(&offer, sizeof(offer)); /* the code has moved on */
    return STATUS_OK;
}

/* ---- The token ---- */

static enum device_answer read_error(const json_t *root)
{
    static const struct {
        const char *error;
        enum device_answer answer;
    } errors[] = {
        {"authorization_pending", DEVICE_PENDING},
        {"slow_down", DEVICE_SLOW_DOWN},
        {"access_denied", DEVICE_REFUSED},
        {"expired_token", DEVICE_EXPIRED},
    };
    const char *said = answer_text(root, "error");

    for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
        if (strcmp(said, errors[i].error) == 0)
            return errors[i].answer;
    return DEVICE_GARBAGE;
}

enum device_answer device_token_read(long http_code, struct text document,
                                     struct secret *token_out)
{
    SCOPED(answer_drop) json_t *root = read_document(document);

    if (!root)
        return DEVICE_GARBAGE;
    if (http_code != 200)
        return http_code >= 400 && http_code < 500 ? read_error(root)
                                                   : DEVICE_GARBAGE;
    if (json_object_get(root, "error") ||
        strcasecmp(answer_text(root, "token_type"), "Bearer") != 0 ||
        take_secret(root, "access_token", DEVICE_TOKEN_MAX_BYTES, token_out) !=
            STATUS_OK)
        return DEVICE_GARBAGE;
    return DEVICE_GRANTED;
}
