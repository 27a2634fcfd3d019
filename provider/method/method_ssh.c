/*
 * SSH certificates: short-lived ones for the key of whoever asks, for nobody
 * else, and what hosts must know of them.
 */
#include <inttypes.h>
#include <stdio.h>

#include "auth/signer/ssh_authority.h"
#include "provider/base/base64.h"
#include "provider/base/datetime.h"
#include "provider/call/params.h"
#include "provider/call/request_id.h"
#include "provider/method/krl.h"
#include "provider/method/login_proof.h"
#include "provider/method/methods.h"
#include "provider/object/ssh_login.h"
#include "rbac/query.h"

enum {
    KEY_ID_BYTES = 1024,
    PRINCIPAL_BYTES = 64, /* of a collection */
    PRINCIPALS_MAX = 48,
    EARLY_S = 60, /* for clocks of hosts that are late */
    ADDRESSES_BYTES = 256,
    TEXT_MAX_BYTES = 8192,
    REVOKED_BYTES = 1024 * 1024,
};

_Static_assert((int)SSH_LOGIN_MAX_S == (int)SSH_CERTIFICATE_MAX_S,
               "what is withdrawn is kept as long as it is valid");

#define COLLECTION_PREFIX "sms:"

/* One that is being made. */
struct making {
    struct call *call;
    enum auth_level level;
    struct ssh_certificate certificate;
    struct buf blob; /* owned: of the key */
    char fingerprint[LOGIN_FINGERPRINT_BYTES];
    char key_id[KEY_ID_BYTES];
    char addresses[ADDRESSES_BYTES];
    const char *principals[PRINCIPALS_MAX + 1];
    char collections[PRINCIPALS_MAX][PRINCIPAL_BYTES];
    size_t n_collections;
    uint32_t operation; /* a bit */
};

static void making_clear(struct making *making)
{
    buf_free(&making->blob);
}

static const struct settings *settings_of(const struct call *call)
{
    return call->peer->settings;
}

static enum rpc_error deny(struct call *call, const char *why)
{
    call->message = why;
    return RPC_DENIED;
}

static enum rpc_error refuse_without_authority(struct call *call)
{
    call->message = "This provider makes no SSH certificates: it has no "
                    "ssh: authority in its configuration.";
    return RPC_UNAVAILABLE;
}

/* ---- Who may have one ---- */

static enum rpc_error check_level(struct making *making)
{
    struct call *call = making->call;
    const enum auth_level needed = settings_of(call)->config->ssh.level;

    making->level = session_level(call->peer->session, call->ground->now_s);
    if (making->level >= needed)
        return RPC_DONE;
    call->denial = denial_make(
        (struct rbac_decision){RBAC_ALLOW_AT_LEVEL, RBAC_LEVEL_TOO_LOW, needed},
        (struct object_need){0});
    return RPC_DENIED;
}

/* Whoever makes administrators could call one like a collection's principal, or
 * like the account that every host has. */
static bool says_more(const char *user)
{
    return strncmp(user, COLLECTION_PREFIX, strlen(COLLECTION_PREFIX)) == 0 ||
           strcmp(user, "root") == 0;
}

/* Groups that only a ticket or token shows are none: a host could not ask. */
static uint64_t serial_for(const struct call *call)
{
    const struct session *session = call->peer->session;
    const struct site *site = call->ground->generation->site;
    struct session_groups groups;

    session_groups_of_host(session, site, &groups);
    return ssh_login_serial(
        site, (struct site_member){session->user, groups.names, groups.n},
        call->ground->now_s);
}

static enum rpc_error check_caller(struct making *making)
{
    struct call *call = making->call;
    const struct session *session = call->peer->session;

    if (!settings_of(call)->ssh)
        return refuse_without_authority(call);
    if (session_is_break_glass(session))
        return deny(call, "The break-glass administrator gets no certificate.");
    if (says_more(session->user))
        return deny(call, "Your name would say more to a host than that you "
                          "are this user.");
    making->certificate.serial = serial_for(call);
    if (making->certificate.serial == 0)
        return deny(call, "Only an administrator with a record of their own, "
                          "or in a group that the site or its host knows "
                          "without a ticket or token, gets a certificate.");
    return check_level(making);
}

/* ---- What it says ---- */

static enum rpc_error fail(struct call *call, const char *name, const char *why)
{
    call->problem = (struct rpc_problem){.why = why};
    snprintf(call->problem.at, sizeof(call->problem.at), "%s", name);
    return RPC_INVALID_PARAMS;
}

static enum rpc_error take_key(struct making *making)
{
    struct ssh_key key;
    const char *why;

    if (ssh_key_read(params_text(making->call->params, "key"), &making->blob,
                     &key, &why) != STATUS_OK)
        return fail(making->call, "key",
                    "It is no SSH key that the site accepts.");
    making->certificate.key = buf_text(&making->blob);
    return login_fingerprint_write(making->certificate.key,
                                   making->fingerprint) == STATUS_OK
               ? RPC_DONE
               : RPC_UNAVAILABLE;
}

/* Addresses and masks, as sshd reads them; it refuses what is none. */
static enum rpc_error take_addresses(struct making *making)
{
    static const char letters[] = "0123456789abcdefABCDEF.:/,";
    const struct text said =
        params_text(making->call->params, "source_address");

    for (size_t i = 0; i < said.size; i++)
        if (!said.data[i] || !strchr(letters, said.data[i]))
            return fail(making->call, "source_address",
                        "It is a list of addresses such as 10.0.0.0/8.");
    if (said.size == 0)
        return RPC_DONE;
    snprintf(making->addresses, sizeof(making->addresses), "%.*s",
             (int)said.size, said.data);
    making->certificate.source_address = making->addresses;
    return RPC_DONE;
}

/* Not beyond the session, nor what the site allows. */
static enum rpc_error take_time(struct making *making)
{
    const struct call *call = making->call;
    const struct config *config = settings_of(call)->config;
    const int64_t most_s = config->ssh.validity_ms / 1000;
    const int64_t said_s = params_integer(call->params, "validity", most_s);
    const int64_t end_s =
        session_expires_at_s(call->peer->session, call->ground->now_ms,
                             call->ground->now_s, config->sessions.lifetime_ms);
    int64_t until_s = call->ground->now_s + (said_s < most_s ? said_s : most_s);

    if (said_s <= 0)
        return fail(making->call, "validity", "It is a number of seconds.");
    if (until_s > end_s)
        until_s = end_s;
    making->certificate.from_s = call->ground->now_s - EARLY_S;
    making->certificate.until_s = until_s;
    return RPC_DONE;
}

static bool has_collection(const struct making *making, const char *name)
{
    for (size_t i = 0; i < making->n_collections; i++)
        if (strcmp(making->collections[i], name) == 0)
            return true;
    return false;
}

static void add_collection(void *context, const struct rbac_held *held)
{
    struct making *making = context;
    const struct site *site = making->call->ground->generation->site;
    const struct rbac_estate *estate = rbac_engine_estate(site->engine);
    const int64_t now_s = making->call->ground->now_s;
    char name[PRINCIPAL_BYTES];

    if (held->type != RBAC_TYPE_COLLECTION ||
        !(held->operations & making->operation) ||
        held->level > making->level || held->from_s > now_s ||
        held->until_s <= now_s ||
        held->grant.collection >= estate->n_collections)
        return;
    snprintf(name, sizeof(name), COLLECTION_PREFIX "%s",
             estate->collections[held->grant.collection].id);
    if (making->n_collections < PRINCIPALS_MAX && !has_collection(making, name))
        memcpy(making->collections[making->n_collections++], name,
               sizeof(name));
}

/* The user's name, and the collections in which they may log in to hosts. */
static void name_principals(struct making *making)
{
    const struct rbac_type *type =
        rbac_catalog_type(&rbac_catalog, RBAC_TYPE_COLLECTION);
    const int bit = rbac_operation_bit(type, TEXT("Remote Control"));

    making->operation = bit < 0 ? 0 : 1u << bit;
    rbac_what_can(making->call->rights->subject, add_collection, making);
    making->principals[0] = making->call->peer->session->user;
    for (size_t i = 0; i < making->n_collections; i++)
        making->principals[i + 1] = making->collections[i];
    making->certificate.principals = making->principals;
    making->certificate.n_principals = making->n_collections + 1;
}

/* For the log of sshd, and for the command that hosts ask with. */
static void name_key(struct making *making)
{
    const struct call *call = making->call;
    char request[REQUEST_ID_BYTES];

    request_id_write(call->peer->number, call->request->number, request);
    snprintf(making->key_id, sizeof(making->key_id), "%s request=%s level=%s",
             call->peer->session->user, request,
             auth_level_name(making->level));
    making->certificate.key_id = making->key_id;
}

/* ---- Its answer and its record ---- */

static void put_time(struct json_writer *w, const char *name, int64_t time_s)
{
    char text[DATETIME_BYTES];

    datetime_write(time_s, text);
    writer_put_string(w, name, text);
}

static void put_facts(const struct making *making, struct json_writer *w)
{
    const struct ssh_certificate *certificate = &making->certificate;

    writer_put_int(w, "serial", (int64_t)certificate->serial);
    writer_put_string(w, "key", making->fingerprint);
    writer_put_string(w, "level", auth_level_name(making->level));
    put_time(w, "until", certificate->until_s);
    if (certificate->source_address)
        writer_put_string(w, "source_address", certificate->source_address);
    writer_key(w, "principals");
    writer_array_begin(w);
    for (size_t i = 0; i < certificate->n_principals; i++)
        writer_string(w, certificate->principals[i]);
    writer_array_end(w);
}

static void note(const struct making *making)
{
    struct json_writer w = json_writer_make(&making->call->note);

    making->call->note_name = "certificate";
    writer_object_begin(&w);
    put_facts(making, &w);
    writer_object_end(&w);
}

static enum rpc_error certify(struct making *making, struct json_writer *result)
{
    SCOPED(buf_free) struct buf made = buf_make(TEXT_MAX_BYTES);
    const enum status status = ssh_authority_certify(
        settings_of(making->call)->ssh, &making->certificate, &made);

    if (status == STATUS_INVALID)
        return fail(making->call, "validity",
                    "The session ends too soon for a certificate.");
    if (status != STATUS_OK)
        return RPC_UNAVAILABLE;
    note(making);
    writer_object_begin(result);
    writer_put_text(result, "certificate", buf_text(&made));
    writer_put_string(result, "key_id", making->key_id);
    put_facts(making, result);
    writer_object_end(result);
    return RPC_DONE;
}

enum rpc_error run_ssh_certificate(struct call *call,
                                   struct json_writer *result)
{
    SCOPED(making_clear)
    struct making making = {.call = call, .blob = buf_make(SSH_BLOB_BYTES)};
    enum rpc_error error = check_caller(&making);

    if (error == RPC_DONE)
        error = take_key(&making);
    if (error == RPC_DONE)
        error = take_addresses(&making);
    if (error == RPC_DONE)
        error = take_time(&making);
    if (error != RPC_DONE)
        return error;
    name_principals(&making);
    name_key(&making);
    return certify(&making, result);
}

/* ---- What hosts must know ---- */

static void put_range(void *context, uint64_t first, uint64_t last)
{
    krl_put_range(context, first, last);
}

enum rpc_error run_ssh_authority(struct call *call, struct json_writer *result)
{
    SCOPED(buf_free) struct buf line = buf_make(SSH_KEY_TEXT_BYTES);
    const struct settings *settings = settings_of(call);

    if (!settings->ssh)
        return refuse_without_authority(call);
    ssh_authority_write(settings->ssh, &line);
    writer_object_begin(result);
    writer_put_text(result, "authority", buf_text(&line));
    writer_put_string(
        result, "level",
        settings->config->ssh.level
            ? auth_level_name(settings->config->ssh.level)
            : auth_level_name(call->ground->generation->site->minimum_level));
    writer_put_int(result, "validity",
                   settings->config->ssh.validity_ms / 1000);
    writer_object_end(result);
    return RPC_DONE;
}

static enum status write_revoked(struct call *call, struct krl *krl)
{
    TRY(ssh_login_revoked(call->ground->store, call->ground->generation->site,
                          call->ground->now_s, put_range, krl));
    return krl_end(krl);
}

/* Its ranges tell which administrators there are: for whoever may read those.
 */
enum rpc_error run_ssh_revoked(struct call *call, struct json_writer *result)
{
    SCOPED(buf_free) struct buf encoded = buf_make(REVOKED_BYTES);
    const struct settings *settings = settings_of(call);
    struct krl krl;
    enum status status;

    if (!settings->ssh)
        return refuse_without_authority(call);
    krl = krl_begin(ssh_authority_blob(settings->ssh), call->ground->now_s);
    status = write_revoked(call, &krl);
    if (status == STATUS_OK) {
        base64_append(&encoded, BASE64_PLAIN, buf_text(&krl.out));
        status = buf_status(&encoded);
    }
    krl_free(&krl);
    if (status != STATUS_OK)
        return RPC_UNAVAILABLE;
    writer_object_begin(result);
    writer_put_text(result, "revoked", buf_text(&encoded));
    writer_object_end(result);
    return RPC_DONE;
}
