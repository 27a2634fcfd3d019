/* The server, and the caller's own session. */
#include "provider/base/datetime.h"
#include "provider/base/group_name.h"
#include "provider/base/log.h"
#include "provider/call/answer.h"
#include "provider/call/gate.h"
#include "provider/call/raise.h"
#include "provider/method/methods.h"
#include "provider/rollout/directory.h"

static void put_time(struct json_writer *w, const char *key, int64_t time_s)
{
    char text[DATETIME_BYTES];

    datetime_write(time_s, text);
    writer_put_string(w, key, text);
}

/* The highest level that each mechanism can prove here. */
static void put_levels(const struct peer *peer, struct json_writer *w)
{
    writer_key(w, "levels");
    writer_object_begin(w);
    for (int i = 0; i < AUTH_N_MECHANISMS; i++) {
        const enum auth_mechanism mechanism = (enum auth_mechanism)i;
        const enum auth_level reach = raise_reach(peer, mechanism);

        if (reach != AUTH_LEVEL_NONE)
            writer_put_string(w, auth_mechanism_name(mechanism),
                              auth_level_name(reach));
    }
    writer_object_end(w);
}

/* The token issuers and their audiences, so that clients can get a token (as
 * RFC 9728 publishes them). */
static void put_tokens(const struct peer *peer, struct json_writer *w)
{
    const struct auth_config *config = &peer->settings->config->auth;

    if (raise_reach(peer, AUTH_OAUTHBEARER) == AUTH_LEVEL_NONE)
        return;
    writer_key(w, "tokens");
    writer_array_begin(w);
    for (size_t i = 0; i < config->n_issuers; i++) {
        writer_object_begin(w);
        writer_put_string(w, "issuer", config->issuers[i].issuer);
        writer_put_string(w, "audience", config->issuers[i].audience);
        writer_object_end(w);
    }
    writer_array_end(w);
}

/* The state of the host's policy directory; policy.status has its errors. */
static void put_policy(struct call *call, struct json_writer *w)
{
    struct policy_version running;
    enum directory_state state;

    if (!call->peer->session || !call->ground->directory ||
        policy_version_newest(call->ground->store, NULL, &running) != STATUS_OK)
        return;
    state = directory_state(call->ground->directory, running.digest);
    if (state != DIRECTORY_NONE)
        writer_put_string(w, "policy", directory_state_name(state));
}

enum rpc_error run_server_info(struct call *call, struct json_writer *result)
{
    const struct peer *peer = call->peer;
    const struct site *site = call->ground->generation->site;

    writer_object_begin(result);
    writer_put_string(result, "site", peer->settings->config->site_code);
    writer_put_string(result, "version", SMS_VERSION);
    writer_key(result, "mechanisms");
    answer_mechanisms(peer, result);
    writer_put_string(result, "minimum_level",
                      auth_level_name(site->minimum_level));
    writer_put_string(result, "channel_binding",
                      peer->channel.kind != AUTH_CHANNEL_TLS ? "none"
                      : peer->channel.binding_required       ? "required"
                                                             : "preferred");
    put_levels(peer, result);
    put_tokens(peer, result);
    put_time(result, "time", call->ground->now_s);
    put_policy(call, result);
    writer_object_end(result);
    return RPC_DONE;
}

static void put_evidence(const struct session *session, int64_t now_s,
                         struct json_writer *w)
{
    const struct auth_evidence *proof = session_proof(session, now_s);

    writer_key(w, "evidence");
    writer_object_begin(w);
    writer_put_string(w, "method", auth_method_name(proof->method));
    writer_put_string(w, "detail", proof->detail);
    writer_key(w, "identities");
    writer_array_begin(w);
    for (size_t i = 0; i < proof->n_identities; i++) {
        writer_object_begin(w);
        writer_put_string(w, "kind",
                          identity_kind_name(proof->identities[i].kind));
        writer_put_string(w, "value", proof->identities[i].value);
        writer_object_end(w);
    }
    writer_array_end(w);
    put_time(w, "authenticated", proof->authenticated_at_s);
    put_time(w, "expires", proof->expires_at_s);
    if (proof->mfa_expires_at_s > 0)
        put_time(w, "mfa_expires", proof->mfa_expires_at_s);
    writer_object_end(w);
}

static void put_groups(const struct session *session, const struct site *site,
                       struct json_writer *w)
{
    struct session_groups groups;

    session_groups(session, site, &groups);
    writer_key(w, "groups");
    writer_array_begin(w);
    for (size_t i = 0; i < groups.n; i++)
        writer_string(w, group_name_plain(groups.names[i]));
    writer_array_end(w);
    writer_put_bool(w, "groups_known", session_groups_known(session));
    if (session_lacks_account(session))
        writer_put_bool(w, "has_account", false);
}

/* Names of an assignment's roles, scopes or collections. */
#define PUT_NAMES(w, key, estate, kind, list, n_list)                          \
    do {                                                                       \
        writer_key(w, key);                                                    \
        writer_array_begin(w);                                                 \
        for (size_t i_ = 0; i_ < (n_list); i_++)                               \
            writer_string(w, (estate)->kind[(list)[i_]].name);                 \
        writer_array_end(w);                                                   \
    } while (0)

static void put_assignment(const struct rbac_estate *estate,
                           const struct rbac_admin *admin,
                           const struct rbac_assignment *assignment,
                           struct json_writer *w)
{
    writer_object_begin(w);
    writer_put_string(w, "administrator", admin->name);
    PUT_NAMES(w, "roles", estate, roles, assignment->roles,
              assignment->n_roles);
    PUT_NAMES(w, "scopes", estate, scopes, assignment->scopes,
              assignment->n_scopes);
    PUT_NAMES(w, "collections", estate, collections, assignment->collections,
              assignment->n_collections);
    if (assignment->from_s != INT64_MIN)
        put_time(w, "from", assignment->from_s);
    if (assignment->until_s != INT64_MAX)
        put_time(w, "until", assignment->until_s);
    writer_object_end(w);
}

static void put_administrators(struct call *call, struct json_writer *w)
{
    const struct site *site = call->ground->generation->site;
    const struct rbac_estate *estate = rbac_engine_estate(site->engine);
    struct session_groups groups;
    uint32_t admins[SESSION_ADMINS_MAX];
    uint32_t own;
    size_t n;

    session_groups(call->peer->session, site, &groups);
    n = site_admins_of(
        site,
        (struct site_member){call->peer->session->user, groups.names, groups.n},
        admins, ARRAY_SIZE(admins), &own);
    n = n > ARRAY_SIZE(admins) ? 0 : n;
    writer_key(w, "administrators");
    writer_array_begin(w);
    for (size_t i = 0; i < n; i++)
        writer_string(w, estate->admins[admins[i]].name);
    writer_array_end(w);
    writer_key(w, "assignments");
    writer_array_begin(w);
    for (size_t i = 0; i < n; i++) {
        const struct rbac_admin *admin = &estate->admins[admins[i]];

        for (size_t a = 0; a < admin->n_assignments; a++)
            put_assignment(estate, admin, &admin->assignments[a], w);
    }
    writer_array_end(w);
}

/* The device whose machine identity it is. */
static void put_host(const struct call *call, struct json_writer *w)
{
    const int64_t host = site_user_host(call->ground->generation->site,
                                        call->peer->session->user);

    if (host > 0)
        writer_put_int(w, "host", host);
}

enum rpc_error run_session_whoami(struct call *call, struct json_writer *result)
{
    const struct session *session = call->peer->session;
    const struct config *config = call->peer->settings->config;

    writer_object_begin(result);
    writer_put_string(result, "user", session->user);
    put_host(call, result);
    writer_put_string(result, "level", auth_level_name(call->gate.level));
    writer_put_string(
        result, "minimum_level",
        auth_level_name(call->ground->generation->site->minimum_level));
    writer_put_bool(result, "excluded", gate_exclusion_of(call) != NULL);
    put_evidence(session, call->ground->now_s, result);
    if (session_is_break_glass(session))
        writer_put_bool(result, "break_glass", true);
    if (session_proxy(session))
        writer_put_string(result, "delegated_by", session_proxy(session));
    put_groups(session, call->ground->generation->site, result);
    put_time(result, "expires",
             session_expires_at_s(session, call->ground->now_ms,
                                  call->ground->now_s,
                                  config->sessions.lifetime_ms));
    put_administrators(call, result);
    writer_key(result, "raise");
    raise_write(call->peer, call->gate.level, result);
    writer_object_end(result);
    return RPC_DONE;
}

enum rpc_error run_session_end(struct call *call, struct json_writer *result)
{
    log_info("session.ended session=%llu user=%s",
             (unsigned long long)call->peer->session->number,
             call->peer->session->user);
    call->peer->is_over = true;
    writer_null(result);
    return RPC_DONE;
}
