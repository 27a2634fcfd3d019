#include "auth/kerberos_peer.h"

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>

#include "auth/evidence_make.h"
#include "auth/gss_said.h"
#include "auth/pac/domain_sids.h"
#include "auth/pac/pac.h"

#define INDICATORS "auth-indicators"

enum {
    INDICATORS_MAX = 16,
    INDICATOR_MAX_BYTES = 64,
    DETAIL_MAX_BYTES = INDICATORS_MAX * (INDICATOR_MAX_BYTES + 1) + 2048,
};

static void gss_buffer_drop(gss_buffer_desc *buffer)
{
    OM_uint32 minor;

    gss_release_buffer(&minor, buffer);
}

static enum status refuse(const char **why_out, const char *why)
{
    *why_out = why;
    return STATUS_DENIED;
}

static struct text text_of_buffer(const gss_buffer_desc *buffer)
{
    return (struct text){buffer->value, buffer->length};
}

/* A user of a listed realm, with a name of one component (T5, T55), in the one
 * spelling of it; or a machine, by its host service. An anonymous ticket
 * authenticates like any other; only its name type shows it. */
static enum status read_name(const struct auth_kerberos_config *config,
                             gss_name_t name, struct auth_evidence *evidence,
                             const char **why_out)
{
    SCOPED(gss_buffer_drop) gss_buffer_desc shown = GSS_C_EMPTY_BUFFER;
    SCOPED(buf_free) struct buf identity = buf_make(IDENTITY_MAX_BYTES);
    gss_OID type = GSS_C_NO_OID;
    struct text said;
    OM_uint32 minor;

    if (gss_display_name(&minor, name, &shown, &type) != GSS_S_COMPLETE)
        return refuse(why_out, "kerberos-name");
    if (gss_oid_equal(type, GSS_C_NT_ANONYMOUS))
        return refuse(why_out, "kerberos-anonymous");
    said = text_of_buffer(&shown);
    if (realm_is_enterprise(said) && realm_of(&config->realms, said))
        return refuse(why_out, "kerberos-enterprise");
    if (!realm_of(&config->realms, said))
        return refuse(why_out, "kerberos-realm");
    if (realm_machine(&config->realms, said, &identity) != STATUS_OK &&
        realm_principal_of_ticket(&config->realms, said, &identity) !=
            REALM_LISTED)
        return refuse(why_out, "kerberos-name");
    return evidence_add_identity(evidence, IDENTITY_KERBEROS,
                                 buf_text(&identity));
}

/* One value of an attribute; false at the end, or if it is not authenticated.
 * more is -1 before the first value and 0 after the last. */
static bool next_value(gss_name_t name, const char *attribute, int *more,
                       gss_buffer_desc *value_out)
{
    SCOPED(gss_buffer_drop) gss_buffer_desc display = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc wanted = {strlen(attribute), strdupa(attribute)};
    int authenticated = 0, complete = 0;
    OM_uint32 minor;

    if (*more == 0)
        return false;
    if (gss_get_name_attribute(&minor, name, &wanted, &authenticated, &complete,
                               value_out, &display, more) != GSS_S_COMPLETE)
        return false;
    return authenticated && complete;
}

static enum auth_level level_of(const struct auth_kerberos_config *config,
                                struct text indicator)
{
    for (size_t i = 0; i < config->n_indicators; i++)
        if (text_equal(indicator, text_of(config->indicators[i].name)))
            return config->indicators[i].level;
    return AUTH_LEVEL_NONE;
}

uint32_t kerberos_peer_facts(const struct auth_kerberos_config *config,
                             struct text indicator)
{
    return evidence_level_facts(level_of(config, indicator));
}

static _Atomic bool has_seen_indicator;

bool kerberos_peer_has_seen_indicator(void)
{
    return has_seen_indicator;
}

/* The KDC's statement on how its client signed in (T6). */
static enum status read_indicators(const struct auth_kerberos_config *config,
                                   const struct gss_said *said,
                                   struct auth_evidence *evidence,
                                   struct buf *detail)
{
    const char *before = "indicators=";
    int more = gss_said_may_have(said, INDICATORS) ? -1 : 0;

    for (size_t i = 0; i < INDICATORS_MAX; i++) {
        SCOPED(gss_buffer_drop) gss_buffer_desc value = GSS_C_EMPTY_BUFFER;

        uint32_t facts;

        if (!next_value(said->name, INDICATORS, &more, &value))
            return STATUS_OK;
        if (!text_is_name(text_of_buffer(&value), INDICATOR_MAX_BYTES))
            continue;
        has_seen_indicator = true;
        facts = kerberos_peer_facts(config, text_of_buffer(&value));
        evidence->facts |= facts;
        if (facts)
            TRY(evidence_count(evidence, "indicator", text_of_buffer(&value)));
        buf_append_string(detail, before);
        buf_append_text(detail, text_of_buffer(&value));
        before = ",";
    }
    return STATUS_OK;
}

/* Forwarded and proxied tickets prove no presence (T7). */
static bool is_forwarded(gss_ctx_id_t context)
{
    krb5_flags flags = 0;
    OM_uint32 minor;

    if (gss_krb5_get_tkt_flags(&minor, context, &flags) != GSS_S_COMPLETE)
        return true; /* unknown is no presence either */
    return flags & (TKT_FLG_FORWARDED | TKT_FLG_PROXY);
}

static bool read_sign_in_time(gss_ctx_id_t context, int64_t *at_s_out)
{
    krb5_timestamp at = 0;
    OM_uint32 minor;

    if (gsskrb5_extract_authtime_from_sec_context(&minor, context, &at) !=
        GSS_S_COMPLETE)
        return false;
    *at_s_out = (int64_t)(uint32_t)at; /* beyond 2038 as an unsigned number */
    return true;
}

static struct text realm_part(const char *principal)
{
    const char *at = strrchr(principal, '@');

    return text_of(at ? at + 1 : "");
}

static enum status read_pac(const struct auth_kerberos_config *config,
                            const struct kerberos_peer *peer, int64_t now_s,
                            const struct gss_said *said,
                            struct auth_evidence *evidence,
                            const char **why_out)
{
    const struct pac_setting setting = {
        .config = config,
        .realm = realm_part(evidence->identities[0].value),
        .own_realm = peer->own_realm,
    };

    TRY(pac_read(&setting, said, evidence, why_out));
    if (realm_is_machine(text_of(evidence->identities[0].value)))
        evidence_forget_groups(evidence); /* it is itself, and no more */
    else if (domain_sids_age(config, now_s, evidence) != STATUS_OK)
        return refuse(why_out, "kerberos-old");
    return STATUS_OK;
}

static void write_delegation(const struct auth_evidence *evidence,
                             struct buf *detail)
{
    if (!(evidence->facts & AUTH_FACT_DELEGATED))
        return;
    buf_append_string(detail, detail->size ? " delegated" : "delegated");
    if (evidence->proxy)
        buf_append_format(detail, " by=%s", evidence->proxy);
}

enum status kerberos_peer_read(const struct auth_kerberos_config *config,
                               const struct kerberos_peer *peer, int64_t now_s,
                               struct auth_evidence *evidence_out,
                               const char **why_out)
{
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};
    SCOPED(buf_free) struct buf detail = buf_make(DETAIL_MAX_BYTES);
    SCOPED(gss_said_clear) struct gss_said said = {0};

    if (peer->lifetime_s == 0 || peer->lifetime_s == GSS_C_INDEFINITE)
        return refuse(why_out, "kerberos-expired");
    evidence.method = AUTH_METHOD_KERBEROS;
    evidence.facts = AUTH_FACT_IDENTITY;
    /* One that does not say since when is as old as any. */
    if (!read_sign_in_time(peer->context, &evidence.authenticated_at_s))
        return refuse(why_out, "kerberos-expired");
    evidence.expires_at_s = now_s + (int64_t)peer->lifetime_s;
    TRY(read_name(config, peer->name, &evidence, why_out));
    said = gss_said_of(peer->name);
    TRY(read_indicators(config, &said, &evidence, &detail));
    TRY(read_pac(config, peer, now_s, &said, &evidence, why_out));
    if (is_forwarded(peer->context))
        evidence.facts |= AUTH_FACT_DELEGATED;
    write_delegation(&evidence, &detail);
    evidence.detail = text_dup(buf_text(&detail));
    if (!evidence.detail)
        return STATUS_NO_MEMORY;
    *evidence_out = evidence;
    evidence = (struct auth_evidence){0};
    return STATUS_OK;
}
