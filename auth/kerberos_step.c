#include "auth/kerberos.h"

#include <com_err.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <krb5/krb5.h>
#include <stdlib.h>

#include "auth/gss_oid.h"
#include "auth/gss_token.h"
#include "auth/kerberos_credential.h"
#include "auth/kerberos_peer.h"
#include "provider/base/log.h"
#include "provider/base/mutant.h"

enum {
    EXPORTER_BYTES = sizeof(((struct auth_channel *)0)->exporter),
    LAYER_NONE = 1,      /* RFC 4752: the bit of "no security layer" */
    LAYER_MAX_BYTES = 4, /* one octet of layers, three of buffer size */
    AUTHZID_MAX_BYTES = 1024,
    BINDING_MAX_BYTES = 96,
};

struct kerberos {
    struct auth_kerberos_config config; /* strings borrowed */
    struct kerberos_credential credential;
    struct kerberos_credential web; /* of clients of HTTP, if it is served */
};

static void gss_buffer_drop(gss_buffer_desc *buffer)
{
    OM_uint32 minor;

    /* An empty message is unwrapped into a byte that the library leaks. */
    if (buffer->length == 0 && !MUTANT("t10-empty-message")) {
        free(buffer->value);
        buffer->value = NULL;
    }
    gss_release_buffer(&minor, buffer);
}

static void name_drop(gss_name_t *name)
{
    OM_uint32 minor;

    gss_release_name(&minor, name);
}

/* Clients of HTTP ask for tickets of another principal of the keytab. */
static enum status open_web(const struct auth_kerberos_config *config,
                            struct kerberos *kerberos, const char **why_out)
{
    struct auth_kerberos_config web = *config;

    if (!config->web_service)
        return STATUS_OK;
    web.service = config->web_service;
    return kerberos_credential_open(&web, &kerberos->web, why_out);
}

enum status kerberos_open(const struct auth_kerberos_config *config,
                          struct kerberos **kerberos_out, const char **why_out)
{
    OWNED(kerberos) kerberos = calloc(1, sizeof(*kerberos));

    *why_out = "no memory";
    if (!kerberos)
        return STATUS_NO_MEMORY;
    *why_out = "Kerberos needs service, host, keytab, replay cache and realms";
    if (!config->service || !config->host || !config->keytab ||
        !config->replay_cache || config->realms.n_items == 0)
        return STATUS_INVALID;
    kerberos->config = *config;
    if (config->keytab_from != AUTH_FROM_UNSEEN) {
        TRY(kerberos_credential_open(config, &kerberos->credential, why_out));
        TRY(open_web(config, kerberos, why_out));
    }
    *kerberos_out = TAKE(kerberos);
    return STATUS_OK;
}

void kerberos_free(struct kerberos *kerberos)
{
    if (!kerberos)
        return;
    kerberos_credential_close(&kerberos->credential);
    kerberos_credential_close(&kerberos->web);
    free(kerberos);
}

/* KDCs of Windows domains send none: where all realms are such, only a ticket
 * that had one shows that they count. */
bool kerberos_has_indicators(const struct kerberos *kerberos)
{
    return kerberos->config.n_domains < kerberos->config.realms.n_items ||
           kerberos_peer_has_seen_indicator();
}

static enum auth_level best_of(const struct auth_indicator *marks, size_t n,
                               enum auth_level best)
{
    for (size_t i = 0; i < n; i++)
        best = marks[i].level > best ? marks[i].level : best;
    return best;
}

enum auth_level kerberos_reach(const struct kerberos *kerberos)
{
    const struct auth_kerberos_config *config = &kerberos->config;
    const enum auth_level best =
        best_of(config->sids, config->n_sids, AUTH_LEVEL_DOMAIN);

    return kerberos_has_indicators(kerberos)
               ? best_of(config->indicators, config->n_indicators, best)
               : best;
}

struct text kerberos_realm(const struct kerberos *kerberos)
{
    const char *at = strrchr(kerberos->credential.principal, '@');

    return text_of(at ? at + 1 : "");
}

const char *kerberos_warning(const struct kerberos *kerberos)
{
    return kerberos->credential.warning;
}

static enum auth_progress refuse(struct kerberos_exchange *x, const char *why)
{
    x->stage = KERBEROS_OVER;
    x->why = why;
    return AUTH_REFUSED;
}

/* SPNEGO renumbers the causes of its mechanisms; their messages are kept. */
static bool is_replay(const gss_buffer_desc *cause)
{
    return text_equal(
        (struct text){cause->value, cause->value ? cause->length : 0},
        text_of(error_message(KRB5KRB_AP_ERR_REPEAT)));
}

/* "Encryption type arcfour-hmac not permitted" (T8) */
static bool is_weak(const gss_buffer_desc *cause)
{
    static const char end[] = " not permitted";

    return cause->value &&
           memmem(cause->value, cause->length, end, strlen(end)) != NULL;
}

static enum auth_progress accept_failed(struct kerberos_exchange *x,
                                        OM_uint32 major, OM_uint32 minor)
{
    SCOPED(gss_buffer_drop) gss_buffer_desc cause = GSS_C_EMPTY_BUFFER;
    OM_uint32 ignored, more = 0;

    gss_display_status(&ignored, minor, GSS_C_MECH_CODE,
                       x->is_spnego ? gss_oid_spnego() : (gss_OID)gss_mech_krb5,
                       &more, &cause);
    log_debug("kerberos.error major=%x why=%s", major,
              cause.value ? (const char *)cause.value : "");
    if ((major & GSS_S_DUPLICATE_TOKEN) || is_replay(&cause))
        return refuse(x, "kerberos-replayed");
    if (is_weak(&cause))
        return refuse(x, "kerberos-weak-encryption");
    switch (GSS_ERROR(major)) {
    case GSS_S_BAD_BINDINGS:
        return refuse(x, "kerberos-wrong-binding");
    case GSS_S_CREDENTIALS_EXPIRED:
        return refuse(x, "kerberos-expired");
    default:
        return refuse(x, "kerberos-refused");
    }
}

/* Checks the peer once the library is content: everything it does not insist
 * on. */
static enum auth_progress judge(struct kerberos_exchange *x, gss_OID mechanism,
                                const struct kerberos_peer *peer,
                                OM_uint32 flags, int64_t now_s)
{
    const char *why = "kerberos-refused";

    if (!gss_oid_equal(mechanism, gss_mech_krb5))
        return refuse(x, "kerberos-other-mechanism");
    if (!(flags & GSS_C_MUTUAL_FLAG))
        return refuse(x, "kerberos-not-mutual");
    if ((x->channel->binding_required || x->binding != AUTH_BINDING_UNSAID) &&
        !(flags & GSS_C_CHANNEL_BOUND_FLAG))
        return refuse(x, "kerberos-unbound");
    if (kerberos_peer_read(&x->kerberos->config, peer, now_s, x->evidence,
                           &why) != STATUS_OK)
        return refuse(x, why);
    return AUTH_DONE;
}

static enum status check_first(const struct kerberos_exchange *x,
                               struct text token)
{
    if (x->n_tokens > 0)
        return STATUS_OK;
    return x->is_spnego ? gss_token_check_spnego(token)
                        : gss_token_check_krb5(token);
}

/* GSS calls it "tls-exporter:" and the bytes (RFC 9266, RFC 5056). Clients of
 * HTTP know the end point alone (RFC 5929). */
static void write_binding(const struct kerberos_exchange *x, struct buf *out)
{
    const struct auth_channel *channel = x->channel;

    if (x->binding == AUTH_BINDING_END_POINT || channel->is_web) {
        buf_append_string(out, "tls-server-end-point:");
        buf_append(out, channel->end_point, channel->end_point_size);
    } else {
        buf_append_string(out, "tls-exporter:");
        buf_append(out, channel->exporter, EXPORTER_BYTES);
    }
}

/* Some certificates have no end point: nothing is bound to them. */
static bool has_binding(const struct kerberos_exchange *x)
{
    const struct auth_channel *channel = x->channel;

    return channel->kind == AUTH_CHANNEL_TLS &&
           (!channel->is_web || channel->end_point_size > 0);
}

static const struct kerberos_credential *credential_of(
    const struct kerberos_exchange *x)
{
    return x->channel->is_web ? &x->kerberos->web : &x->kerberos->credential;
}

static enum auth_progress accept_token(struct kerberos_exchange *x,
                                       struct text in, int64_t now_s,
                                       struct buf *out)
{
    SCOPED(gss_buffer_drop) gss_buffer_desc output = GSS_C_EMPTY_BUFFER;
    SCOPED(name_drop) gss_name_t name = GSS_C_NO_NAME;
    SCOPED(buf_free) struct buf binding = buf_make(BINDING_MAX_BYTES);
    struct gss_channel_bindings_struct bindings = {0};
    gss_buffer_desc input = {in.size, (void *)(uintptr_t)in.data};
    gss_OID mechanism = GSS_C_NO_OID;
    OM_uint32 major, minor, flags = 0, lifetime_s = 0;

    /* None is not any: the library would take what the keytab has. */
    if (!credential_of(x)->principal)
        return refuse(x, "kerberos-no-service");
    if (check_first(x, in) != STATUS_OK)
        return refuse(x, "kerberos-token");
    x->n_tokens++;
    write_binding(x, &binding);
    bindings.application_data =
        (gss_buffer_desc){binding.size, binding.data + binding.start};
    major = gss_accept_sec_context(
        &minor, &x->context,
        x->is_spnego ? credential_of(x)->spnego : credential_of(x)->krb5,
        &input, has_binding(x) ? &bindings : GSS_C_NO_CHANNEL_BINDINGS, &name,
        &mechanism, &output, &flags, &lifetime_s,
        NULL); /* a delegated credential is not accepted either (T7) */
    /* Exactly these two: a replay, for one, is not an "error" by GSS_ERROR. */
    if (major != GSS_S_COMPLETE && major != GSS_S_CONTINUE_NEEDED)
        return accept_failed(x, major, minor);
    buf_append(out, output.value, output.length);
    if (major == GSS_S_CONTINUE_NEEDED)
        /* An error token, requested as "continue" without an answer: a context
         * that will never be finished. */
        return output.length ? AUTH_CONTINUE : refuse(x, "kerberos-token");
    return judge(x, mechanism,
                 &(struct kerberos_peer){x->context, name, lifetime_s,
                                         kerberos_realm(x->kerberos)},
                 flags, now_s);
}

/* The offered security layers: none. */
static enum auth_progress offer_no_layer(struct kerberos_exchange *x,
                                         struct text in, struct buf *out)
{
    SCOPED(gss_buffer_drop) gss_buffer_desc wrapped = GSS_C_EMPTY_BUFFER;
    unsigned char offer[LAYER_MAX_BYTES] = {LAYER_NONE, 0, 0, 0};
    gss_buffer_desc plain = {sizeof(offer), offer};
    OM_uint32 minor;

    if (in.size != 0)
        return refuse(x, "kerberos-token");
    if (gss_wrap(&minor, x->context, 0, GSS_C_QOP_DEFAULT, &plain, NULL,
                 &wrapped) != GSS_S_COMPLETE)
        return refuse(x, "kerberos-refused");
    buf_append(out, wrapped.value, wrapped.length);
    x->stage = KERBEROS_OFFERED;
    return AUTH_CONTINUE;
}

static enum auth_progress read_choice(struct kerberos_exchange *x,
                                      struct text in)
{
    SCOPED(gss_buffer_drop) gss_buffer_desc plain = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc wrapped = {in.size, (void *)(uintptr_t)in.data};
    const unsigned char *bytes;
    OM_uint32 minor;

    if (gss_unwrap(&minor, x->context, &wrapped, &plain, NULL, NULL) !=
        GSS_S_COMPLETE)
        return refuse(x, "kerberos-token");
    bytes = plain.value;
    if (plain.length < LAYER_MAX_BYTES || bytes[0] != LAYER_NONE ||
        plain.length - LAYER_MAX_BYTES > AUTHZID_MAX_BYTES)
        return refuse(x, "kerberos-token");
    buf_append(&x->authzid, bytes + LAYER_MAX_BYTES,
               plain.length - LAYER_MAX_BYTES);
    if (buf_status(&x->authzid) != STATUS_OK)
        return refuse(x, "kerberos-token");
    x->stage = KERBEROS_OVER;
    return AUTH_DONE;
}

/* HTTP's Negotiate is SPNEGO, but many clients send the ticket of Kerberos
 * without it. */
static void choose_form(struct kerberos_exchange *x, struct text in)
{
    if (x->channel->is_web && x->n_tokens == 0 &&
        gss_token_check_krb5(in) == STATUS_OK)
        x->is_spnego = false;
}

/* GSSAPI continues after the accept; SPNEGO and HTTP are finished by it. */
static enum auth_progress accept_step(struct kerberos_exchange *x,
                                      struct text in, int64_t now_s,
                                      struct buf *out)
{
    enum auth_progress progress;

    choose_form(x, in);
    progress = accept_token(x, in, now_s, out);
    if (progress != AUTH_DONE || x->is_spnego || x->channel->is_web)
        return progress;
    x->stage = KERBEROS_ACCEPTED;
    return AUTH_CONTINUE;
}

enum auth_progress kerberos_step(struct kerberos_exchange *exchange,
                                 struct text in, int64_t now_s, struct buf *out)
{
    if (exchange->authzid.max_bytes == 0)
        exchange->authzid = buf_make(AUTHZID_MAX_BYTES);
    switch (exchange->stage) {
    case KERBEROS_ACCEPTING:
        return accept_step(exchange, in, now_s, out);
    case KERBEROS_ACCEPTED:
        return offer_no_layer(exchange, in, out);
    case KERBEROS_OFFERED:
        return read_choice(exchange, in);
    case KERBEROS_OVER:
        break;
    }
    return refuse(exchange, "kerberos-token");
}

void kerberos_exchange_clear(struct kerberos_exchange *exchange)
{
    OM_uint32 minor;

    if (exchange->context != GSS_C_NO_CONTEXT)
        gss_delete_sec_context(&minor, &exchange->context, GSS_C_NO_BUFFER);
    buf_free(&exchange->authzid);
    exchange->kerberos = NULL;
}
