#include "auth/client_ticket.h"

#include <krb5.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/clock.h"
#include "provider/base/own.h"
#include "provider/base/text.h"

struct looking {
    krb5_context context;
    krb5_ccache cache;
    krb5_principal client;
    krb5_principal granting; /* krbtgt/REALM@REALM */
    krb5_principal service;
    struct auth_client_ticket *out;
};

static void looking_end(struct looking *looking)
{
    if (!looking->context)
        return;
    krb5_free_principal(looking->context, looking->service);
    krb5_free_principal(looking->context, looking->granting);
    krb5_free_principal(looking->context, looking->client);
    if (looking->cache)
        krb5_cc_close(looking->context, looking->cache);
    krb5_free_context(looking->context);
}

static enum auth_ticket_state state_of(krb5_error_code code)
{
    switch (code) {
    case KRB5_CC_NOTFOUND:
    case KRB5_FCC_NOFILE:
    case KRB5_CC_END:
        return AUTH_TICKET_NONE;
    case KRB5KRB_AP_ERR_TKT_EXPIRED:
        return AUTH_TICKET_EXPIRED;
    case KRB5_KDC_UNREACH:
        return AUTH_TICKET_NO_KDC;
    case KRB5_REALM_UNKNOWN:
    case KRB5_REALM_CANT_RESOLVE:
    case KRB5_CONFIG_NODEFREALM:
        return AUTH_TICKET_NO_REALM;
    case KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN:
        return AUTH_TICKET_NO_SERVICE;
    case KRB5KRB_AP_ERR_SKEW:
        return AUTH_TICKET_CLOCK;
    default:
        return AUTH_TICKET_UNKNOWN;
    }
}

/* Stores the failure; true: there was none. */
static bool went_well(struct looking *looking, krb5_error_code code)
{
    const char *text;

    if (code == 0)
        return true;
    text = krb5_get_error_message(looking->context, code);
    snprintf(looking->out->detail, sizeof(looking->out->detail), "%s", text);
    krb5_free_error_message(looking->context, text);
    looking->out->state = state_of(code);
    return false;
}

static void write_name(struct looking *looking, krb5_const_principal name,
                       char *out, size_t size)
{
    char *text = NULL;

    if (krb5_unparse_name(looking->context, name, &text) == 0)
        snprintf(out, size, "%s", text);
    krb5_free_unparsed_name(looking->context, text);
}

/* ---- The ticket-granting ticket ---- */

static bool open_cache(struct looking *looking)
{
    krb5_context context = looking->context;
    struct auth_client_ticket *out = looking->out;

    if (!went_well(looking, krb5_cc_default(context, &looking->cache)) ||
        !went_well(looking, krb5_cc_get_principal(context, looking->cache,
                                                  &looking->client)))
        return false;
    write_name(looking, looking->client, out->principal,
               sizeof(out->principal));
    snprintf(out->realm, sizeof(out->realm), "%.*s",
             (int)looking->client->realm.length, looking->client->realm.data);
    return went_well(
        looking, krb5_build_principal(context, &looking->granting,
                                      looking->client->realm.length,
                                      looking->client->realm.data,
                                      KRB5_TGS_NAME, out->realm, (char *)NULL));
}

/* Of pre-authentication (RFC 4120, 4556, 6113, 6560; SPAKE). */
static const char *method_of(long kind)
{
    switch (kind) {
    case 2:
    case 138:
    case 151:
        return "a password";
    case 16:
    case 17:
        return "a certificate (PKINIT)";
    case 141:
    case 142:
        return "a one-time code";
    default:
        return "";
    }
}

static void read_method(struct looking *looking)
{
    krb5_data data = {0};
    char number[16];

    if (krb5_cc_get_config(looking->context, looking->cache, looking->granting,
                           "pa_type", &data) != 0)
        return;
    snprintf(number, sizeof(number), "%.*s", (int)data.length, data.data);
    snprintf(looking->out->method, sizeof(looking->out->method), "%s",
             method_of(strtol(number, NULL, 10)));
    krb5_free_data_contents(looking->context, &data);
}

/* A cache without one may still have the service ticket: not a failure. */
static void read_granting(struct looking *looking)
{
    krb5_creds wanted = {.client = looking->client,
                         .server = looking->granting};
    krb5_creds found;
    krb5_int32 offset_us;

    read_method(looking);
    if (krb5_get_time_offsets(looking->context, &looking->out->clock_offset_s,
                              &offset_us) != 0)
        looking->out->clock_offset_s = 0;
    if (krb5_cc_retrieve_cred(looking->context, looking->cache, 0, &wanted,
                              &found) != 0)
        return;
    looking->out->expires_at_s = (uint32_t)found.times.endtime;
    krb5_free_cred_contents(looking->context, &found);
}

/* ---- The service ticket ---- */

static void ask_for_service(struct looking *looking)
{
    krb5_creds wanted = {.client = looking->client};
    krb5_creds *got = NULL;

    wanted.server = looking->service;
    if (went_well(looking, krb5_get_credentials(looking->context, 0,
                                                looking->cache, &wanted, &got)))
        looking->out->state = AUTH_TICKET_GOOD;
    krb5_free_creds(looking->context, got);
}

static bool name_service(struct looking *looking, const char *service,
                         const char *host)
{
    size_t size;

    if (!went_well(looking,
                   krb5_sname_to_principal(looking->context, host, service,
                                           KRB5_NT_SRV_HST, &looking->service)))
        return false;
    write_name(looking, looking->service, looking->out->service,
               sizeof(looking->out->service));
    size = strlen(looking->out->service);
    if (size && looking->out->service[size - 1] == '@') /* realm not known */
        looking->out->service[size - 1] = '\0';
    return true;
}

void auth_client_ticket_check(const char *service, const char *host,
                              struct auth_client_ticket *out)
{
    SCOPED(looking_end) struct looking looking = {.out = out};

    *out = (struct auth_client_ticket){0};
    if (krb5_init_context(&looking.context) != 0) {
        looking.context = NULL;
        out->state = AUTH_TICKET_NO_CONFIG;
        return;
    }
    if (!name_service(&looking, service, host) || !open_cache(&looking))
        return;
    read_granting(&looking);
    if (out->expires_at_s > 0 && out->expires_at_s <= clock_wall_s()) {
        out->state = AUTH_TICKET_EXPIRED;
        return;
    }
    ask_for_service(&looking);
}

void auth_client_ticket_owner(char *name_out, size_t size)
{
    struct auth_client_ticket ticket = {.state = AUTH_TICKET_UNKNOWN};
    SCOPED(looking_end) struct looking looking = {.out = &ticket};

    name_out[0] = '\0';
    if (krb5_init_context(&looking.context) != 0)
        looking.context = NULL;
    else if (open_cache(&looking))
        snprintf(name_out, size, "%s", ticket.principal);
}
