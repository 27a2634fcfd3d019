#include "provider/host/device_grant.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/client/file.h"

enum {
    STEP_MS = 5 * 1000, /* for each answer of the issuer */
    FORM_MAX_BYTES = 16 * 1024,
    AUTHORITIES_MAX_BYTES = 1024 * 1024,
};

static const char discovery[] = "/.well-known/openid-configuration";
static const char grant_type[] = "urn:ietf:params:oauth:grant-type:device_code";

void device_grant_close(struct device_grant *grant)
{
    https_fetcher_free(grant->fetcher);
    grant->fetcher = NULL;
    buf_free(&grant->authorities);
    device_offer_clear(&grant->offer);
}

/* ---- Asking ---- */

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || (c && strchr("-._~", c));
}

/* Nothing for an empty value. */
static void put_field(struct buf *form, const char *name, const char *value)
{
    if (!*value)
        return;
    buf_append_format(form, "%s%s=", form->size ? "&" : "", name);
    for (; *value; value++)
        if (is_unreserved(*value))
            buf_append_char(form, *value);
        else
            buf_append_format(form, "%%%02X", (unsigned)(unsigned char)*value);
}

/* form NULL: nothing is posted. */
static enum status ask(struct device_grant *grant, const char *address,
                       const struct buf *form, struct buf *answer,
                       long *code_out)
{
    struct https_request request = {
        .address = address,
        .authorities = buf_text(&grant->authorities),
        .timeout_ms = STEP_MS,
        .leash = grant->leash,
    };

    if (form) {
        TRY(buf_status(form));
        request.form = buf_text(form);
    }
    return https_ask(grant->fetcher, &request, answer, code_out);
}

static enum status refuse(const struct device_grant *grant, const char *what)
{
    log_warn("host.issuer issuer=%s why=%s", grant->config->issuer, what);
    return STATUS_INVALID;
}

/* ---- Opening ---- */

static enum status find_places(struct device_grant *grant)
{
    SCOPED(buf_free) struct buf answer = buf_make(DEVICE_DOCUMENT_MAX_BYTES);
    char address[HOST_VALUE_BYTES + sizeof(discovery)];
    size_t size = strlen(grant->config->issuer);
    long code;

    while (size && grant->config->issuer[size - 1] == '/')
        size--;
    snprintf(address, sizeof(address), "%.*s%s", (int)size,
             grant->config->issuer, discovery);
    TRY(ask(grant, address, NULL, &answer, &code));
    if (code == 200 &&
        device_places_read(buf_text(&answer), grant->config->issuer,
                           &grant->places) == STATUS_OK)
        return STATUS_OK;
    return refuse(grant, "it describes no device authorization of its own");
}

static enum status ask_offer(struct device_grant *grant)
{
    SCOPED(buf_wipe) struct buf answer = buf_make(DEVICE_DOCUMENT_MAX_BYTES);
    SCOPED(buf_free) struct buf form = buf_make(FORM_MAX_BYTES);
    long code;

    put_field(&form, "client_id", grant->config->client_id);
    put_field(&form, "scope", grant->config->scopes);
    put_field(&form, "resource", grant->config->resource);
    TRY(ask(grant, grant->places.start, &form, &answer, &code));
    if (code == 200 &&
        device_offer_read(buf_text(&answer), &grant->offer) == STATUS_OK)
        return STATUS_OK;
    return refuse(grant, "it gives no code");
}

static enum status open_grant(struct device_grant *grant)
{
    const int64_t begun_ms = clock_mono_ms();

    if (file_read(grant->config->issuer_ca, &grant->authorities) != STATUS_OK)
        return refuse(grant, "issuer_ca cannot be read");
    TRY(https_fetcher_new(&grant->fetcher));
    TRY(find_places(grant));
    TRY(ask_offer(grant));
    grant->interval_ms = grant->offer.interval_s * 1000;
    grant->next_ms = begun_ms;
    grant->ends_ms = begun_ms + grant->offer.expires_in_s * 1000;
    return STATUS_OK;
}

enum status device_grant_open(const struct host_config *config, int leash,
                              struct device_grant *grant_out)
{
    enum status opened;

    *grant_out = (struct device_grant){
        .config = config,
        .authorities = buf_make(AUTHORITIES_MAX_BYTES),
        .leash = leash,
    };
    opened = open_grant(grant_out);
    if (opened != STATUS_OK)
        device_grant_close(grant_out);
    return opened;
}

/* ---- Waiting ---- */

static enum device_answer ask_token(struct device_grant *grant,
                                    struct secret *token_out)
{
    SCOPED(buf_wipe) struct buf answer = buf_make(DEVICE_DOCUMENT_MAX_BYTES);
    SCOPED(buf_wipe) struct buf form = buf_make(FORM_MAX_BYTES);
    enum status asked;
    long code;

    put_field(&form, "grant_type", grant_type);
    put_field(&form, "device_code", grant->offer.code.data);
    put_field(&form, "client_id", grant->config->client_id);
    asked = ask(grant, grant->places.token, &form, &answer, &code);
    if (asked == STATUS_UNAVAILABLE) {
        grant->interval_ms *= 2; /* RFC 8628, 3.5: on a time-out */
        return DEVICE_PENDING;
    }
    if (asked == STATUS_END)
        return DEVICE_PENDING;
    return asked == STATUS_OK
               ? device_token_read(code, buf_text(&answer), token_out)
               : DEVICE_GARBAGE;
}

/* False: it is too late for another question, or the leash was pulled. */
static bool wait_for_turn(const struct device_grant *grant, int64_t until_ms)
{
    struct pollfd leash = {.fd = grant->leash, .events = POLLIN};
    const int64_t left_ms = grant->next_ms - clock_mono_ms();

    if (grant->next_ms >= until_ms)
        return false;
    return poll(&leash, 1, left_ms > 0 ? (int)left_ms : 0) == 0;
}

enum device_answer device_grant_wait(struct device_grant *grant,
                                     int64_t until_ms, struct secret *token_out)
{
    while (grant->next_ms < grant->ends_ms) {
        enum device_answer answer;

        if (!wait_for_turn(grant, until_ms))
            return DEVICE_PENDING;
        answer = ask_token(grant, token_out);
        if (answer == DEVICE_SLOW_DOWN)
            grant->interval_ms += DEVICE_INTERVAL_S * 1000;
        else if (answer != DEVICE_PENDING)
            return answer;
        grant->next_ms = clock_mono_ms() + grant->interval_ms;
    }
    return DEVICE_EXPIRED;
}
