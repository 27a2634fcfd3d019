#include "provider/method/table.h"

#include "provider/base/ssh_key.h"
#include "provider/call/method.h"
#include "provider/call/params.h"
#include "provider/method/methods.h"
#include "provider/object/import.h"
#include "provider/object/watch.h"
#include "provider/store/policy_version.h"
#include "provider/wql/wql.h"
#include "rbac/catalog.h"

/* ---- Parameters ---- */

enum {
    BACKUP_FROM_MAX = INT32_MAX,
    NAME_MAX_BYTES = 256,
    KEY_MAX_BYTES = 256,
    FILTER_MAX_BYTES = 16 * 1024,
    REPLAY_MAX_S = 366 * 24 * 3600,
};

#define CLASS                                                                  \
    {                                                                          \
        "class", PARAM_TEXT, true, NAME_MAX_BYTES                              \
    }
#define KEY                                                                    \
    {                                                                          \
        "key", PARAM_TEXT, true, KEY_MAX_BYTES                                 \
    }

static const struct param start_params[] = {
    {"mechanism", PARAM_TEXT, true, 64},
    {"data", PARAM_TEXT, false, 0},
    {"binding", PARAM_TEXT, false, 64},
};
static const struct param step_params[] = {{"data", PARAM_TEXT, true, 0}};
static const struct param prompt_params[] = {{"answers", PARAM_TEXTS, true, 0}};
static const struct param get_params[] = {
    CLASS, KEY, {"properties", PARAM_TEXTS, false, 0}};
static const struct param list_params[] = {
    CLASS,
    {"filter", PARAM_TEXT, false, FILTER_MAX_BYTES},
    {"properties", PARAM_TEXTS, false, 0},
    {"order", PARAM_TEXT, false, NAME_MAX_BYTES},
    {"limit", PARAM_INTEGER, false, OBJECT_LIST_MAX},
    {"after", PARAM_TEXT, false, 4096},
    {"count", PARAM_BOOLEAN, false, 0},
};
static const struct param watch_params[] = {
    CLASS,
    {"filter", PARAM_TEXT, false, FILTER_MAX_BYTES},
    {"properties", PARAM_TEXTS, false, 0},
    {"resume", PARAM_TEXT, false, 128},
    {"list", PARAM_BOOLEAN, false, 0},
    {"limit", PARAM_INTEGER, false, WATCH_EVENTS_MAX},
};
static const struct param create_params[] = {
    CLASS, {"properties", PARAM_OBJECT, true, 0}};
static const struct param update_params[] = {
    CLASS,
    KEY,
    {"properties", PARAM_OBJECT, true, 0},
    {"if_version", PARAM_INTEGER, false, 0},
};
static const struct param delete_params[] = {
    CLASS, KEY, {"if_version", PARAM_INTEGER, false, 0}};
static const struct param invoke_params[] = {
    CLASS,
    {"key", PARAM_TEXT, false, KEY_MAX_BYTES},
    {"method", PARAM_TEXT, true, NAME_MAX_BYTES},
    {"args", PARAM_OBJECT, false, 0},
};
static const struct param import_params[] = {
    CLASS,
    {"key", PARAM_TEXT, false, NAME_MAX_BYTES}, /* a property's name */
    {"rows", PARAM_OBJECTS, true, IMPORT_ROWS_MAX},
    {"dry_run", PARAM_BOOLEAN, false, 0},
    {"batch", PARAM_INTEGER, false, 0}, /* its number */
    {"after", PARAM_INTEGER, false,
     0}, /* the batch that must have gone before */
};
static const struct param run_params[] = {
    {"wql", PARAM_TEXT, false, WQL_MAX_BYTES},
    {"odata", PARAM_OBJECT, false, 0},
    {"prompts", PARAM_OBJECT, false, 0},
    {"limit_to", PARAM_TEXT, false, KEY_MAX_BYTES},
    {"limit", PARAM_INTEGER, false, OBJECT_LIST_MAX},
    {"skip", PARAM_INTEGER, false, 0},
    {"after", PARAM_TEXT, false, 4096},
};
static const struct param classes_params[] = {
    {"class", PARAM_TEXT, false, NAME_MAX_BYTES}};
static const struct param check_params[] = {
    {"operation", PARAM_TEXT, false, NAME_MAX_BYTES},
    {"class", PARAM_TEXT, false, NAME_MAX_BYTES},
    {"key", PARAM_TEXT, false, KEY_MAX_BYTES},
    {"user", PARAM_TEXT, false, NAME_MAX_BYTES},
    {"level", PARAM_LEVEL, false, 0},
    {"act", PARAM_OBJECT, false, 0},
    {"checks", PARAM_OBJECTS, false, 0},
};
static const struct param explain_params[] = {
    {"operation", PARAM_TEXT, false, NAME_MAX_BYTES},
    {"class", PARAM_TEXT, false, NAME_MAX_BYTES},
    {"key", PARAM_TEXT, false, KEY_MAX_BYTES},
    {"user", PARAM_TEXT, false, NAME_MAX_BYTES},
    {"level", PARAM_LEVEL, false, 0},
    {"act", PARAM_OBJECT, false, 0},
};
static const struct param who_can_params[] = {
    {"operation", PARAM_TEXT, true, NAME_MAX_BYTES},
    CLASS,
    {"key", PARAM_TEXT, false, KEY_MAX_BYTES},
    {"level", PARAM_LEVEL, false, 0},
};
static const struct param what_can_params[] = {
    {"user", PARAM_TEXT, false, NAME_MAX_BYTES}};
static const struct param policy_params[] = {{"files", PARAM_OBJECT, true, 0}};
static const struct param plan_params[] = {
    {"files", PARAM_OBJECT, false, 0},
    {"digest", PARAM_TEXT, false, POLICY_DIGEST_BYTES - 1},
    {"replay", PARAM_INTEGER, false, REPLAY_MAX_S},
    {"force", PARAM_BOOLEAN, false, 0},
};
static const struct param test_params[] = {
    {"files", PARAM_OBJECT, false, 0},
    {"tests", PARAM_OBJECTS, false, 0},
};
static const struct param apply_params[] = {
    {"files", PARAM_OBJECT, true, 0},
    {"message", PARAM_TEXT, false, POLICY_MESSAGE_MAX_BYTES},
    {"plan_digest", PARAM_TEXT, false, POLICY_DIGEST_BYTES - 1},
    {"force", PARAM_BOOLEAN, false, 0},
};
static const struct param rollback_params[] = {
    {"version", PARAM_INTEGER, true, 0},
    {"message", PARAM_TEXT, false, POLICY_MESSAGE_MAX_BYTES},
    {"plan_digest", PARAM_TEXT, false, POLICY_DIGEST_BYTES - 1},
    {"force", PARAM_BOOLEAN, false, 0},
};
static const struct param approve_params[] = {
    {"digest", PARAM_TEXT, true, POLICY_DIGEST_BYTES - 1},
    {"force", PARAM_BOOLEAN, false, 0},
};
static const struct param reject_params[] = {
    {"digest", PARAM_TEXT, true, POLICY_DIGEST_BYTES - 1}};
static const struct param history_params[] = {
    {"limit", PARAM_INTEGER, false, POLICY_LIST_MAX},
    {"after", PARAM_INTEGER, false, 0},
};
static const struct param export_params[] = {
    {"version", PARAM_INTEGER, false, 0},
    {"all", PARAM_BOOLEAN, false, 0},
};
static const struct param diff_params[] = {
    {"from", PARAM_INTEGER, true, 0},
    {"to", PARAM_INTEGER, true, 0},
};
static const struct param login_params[] = {
    {"user", PARAM_TEXT, true, NAME_MAX_BYTES},
    {"level", PARAM_LEVEL, false, 0},
    {"key", PARAM_TEXT, false, SSH_KEY_TEXT_BYTES},
    {"certificate", PARAM_INTEGER, false, 0}, /* its serial number */
    {"operation", PARAM_TEXT, false, NAME_MAX_BYTES},
    {"service", PARAM_TEXT, false, 64},
    {"run_as", PARAM_TEXT, false, NAME_MAX_BYTES},
    {"command", PARAM_TEXT, false, 1024},
    {"sid", PARAM_TEXT, false, NAME_MAX_BYTES}, /* of the account there */
};
static const struct param used_params[] = {
    {"number", PARAM_INTEGER, true, 0},
    {"time", PARAM_INTEGER, true, 0},
    {"until", PARAM_INTEGER, true, 0},
    {"user", PARAM_TEXT, true, NAME_MAX_BYTES},
    {"level", PARAM_TEXT, true, 16},
    {"operation", PARAM_TEXT, true, NAME_MAX_BYTES},
    {"service", PARAM_TEXT, false, 64},
    {"run_as", PARAM_TEXT, false, NAME_MAX_BYTES},
    {"command", PARAM_TEXT, false, 1024},
};
static const struct param certificate_params[] = {
    {"key", PARAM_TEXT, true, SSH_KEY_TEXT_BYTES},
    {"validity", PARAM_INTEGER, false, 24 * 3600},
    {"source_address", PARAM_TEXT, false, 255},
};
/* Columns of the audit by which records are selected. */
#define AUDIT_SELECTORS                                                        \
    {"user", PARAM_TEXT, false, NAME_MAX_BYTES},                               \
        {"outcome", PARAM_TEXT, false, NAME_MAX_BYTES},                        \
        {"event", PARAM_TEXT, false, NAME_MAX_BYTES},                          \
        {"class", PARAM_TEXT, false, NAME_MAX_BYTES},                          \
        {"key", PARAM_TEXT, false, NAME_MAX_BYTES},                            \
        {"operation", PARAM_TEXT, false, NAME_MAX_BYTES},                      \
        {"level", PARAM_TEXT, false, NAME_MAX_BYTES},                          \
        {"method", PARAM_TEXT, false, NAME_MAX_BYTES},                         \
        {"peer", PARAM_TEXT, false, NAME_MAX_BYTES},                           \
        {"reason", PARAM_TEXT, false, NAME_MAX_BYTES},                         \
        {"session", PARAM_INTEGER, false, 0},                                  \
        {"request", PARAM_TEXT, false, NAME_MAX_BYTES},                        \
    {                                                                          \
        "trace", PARAM_TEXT, false, NAME_MAX_BYTES                             \
    }

static const struct param query_params[] = {
    {"since", PARAM_INTEGER, false, 0},
    {"until", PARAM_INTEGER, false, 0},
    AUDIT_SELECTORS,
    {"after", PARAM_INTEGER, false, 0},
    {"limit", PARAM_INTEGER, false, OBJECT_LIST_MAX},
};
static const struct param follow_params[] = {
    {"newer", PARAM_INTEGER, false, 0},
    {"acknowledged", PARAM_INTEGER, false, 0},
    {"taken", PARAM_INTEGER, false, 0},
    {"hash", PARAM_TEXT, false, NAME_MAX_BYTES},
    {"since", PARAM_INTEGER, false, 0},
    AUDIT_SELECTORS,
    {"limit", PARAM_INTEGER, false, OBJECT_LIST_MAX},
};

static const struct param backup_params[] = {
    {"from", PARAM_INTEGER, true, BACKUP_FROM_MAX}};

/* ---- Needs ---- */

#define NOTHING                                                                \
    {                                                                          \
        NEEDS_NOTHING                                                          \
    }
#define HOST                                                                   \
    {                                                                          \
        NEEDS_HOST                                                             \
    }
#define SESSION                                                                \
    {                                                                          \
        NEEDS_SESSION                                                          \
    }
#define LEVEL                                                                  \
    {                                                                          \
        NEEDS_LEVEL                                                            \
    }
#define VERB(verb)                                                             \
    {                                                                          \
        NEEDS_VERB, VERB_##verb                                                \
    }
#define OF_METHOD                                                              \
    {                                                                          \
        NEEDS_METHOD                                                           \
    }
#define TYPE(of, operation)                                                    \
    {                                                                          \
        NEEDS_TYPE, .type = { RBAC_TYPE_##of, RBAC_OP_##operation }            \
    }
#define SELF_OR(of, operation)                                                 \
    {                                                                          \
        NEEDS_SELF_OR_TYPE, .type = { RBAC_TYPE_##of, RBAC_OP_##operation }    \
    }

#define POLICY(verb)                                                           \
    {                                                                          \
        NEEDS_POLICY, VERB_##verb                                              \
    }

#define MACHINE                                                                \
    {                                                                          \
        NEEDS_MACHINE                                                          \
    }

#define PARAMS(table) table, ARRAY_SIZE(table)
#define NO_PARAMS     NULL, 0

#define METHOD(name, needs, flags, params, run)                                \
    {                                                                          \
        name, needs, flags, params, run, NULL                                  \
    }

/* A sign-in: run begins it, in a loop. */
static const struct method_again sign_in = {resume_auth, finish_auth};

#define SIGN_IN(name, needs, params, run)                                      \
    {                                                                          \
        name, needs, METHOD_READS, params, run, &sign_in                       \
    }

static const struct method methods[] = {
    METHOD("object.get", VERB(READ), METHOD_READS, PARAMS(get_params),
           run_object_get),
    METHOD("object.list", VERB(LIST), METHOD_LONG, PARAMS(list_params),
           run_object_list),
    METHOD("object.watch", VERB(LIST), METHOD_LONG, PARAMS(watch_params),
           run_object_watch),
    METHOD("object.create", VERB(CREATE), METHOD_WRITES, PARAMS(create_params),
           run_object_create),
    METHOD("object.update", VERB(MODIFY), METHOD_WRITES, PARAMS(update_params),
           run_object_update),
    METHOD("object.delete", VERB(REMOVE), METHOD_WRITES, PARAMS(delete_params),
           run_object_delete),
    METHOD("object.invoke", OF_METHOD, METHOD_WRITES, PARAMS(invoke_params),
           run_object_invoke),
    METHOD("object.import", VERB(IMPORT), METHOD_WRITES, PARAMS(import_params),
           run_object_import),
    METHOD("object.classes", LEVEL, METHOD_READS, PARAMS(classes_params),
           run_object_classes),
    METHOD("query.run", LEVEL, METHOD_LONG, PARAMS(run_params), run_query_run),
    METHOD("access.check", SELF_OR(ADMIN, READ), METHOD_TRIES,
           PARAMS(check_params), run_access_check),
    METHOD("access.explain", SELF_OR(ADMIN, READ), METHOD_TRIES,
           PARAMS(explain_params), run_access_explain),
    METHOD("access.who_can", TYPE(ADMIN, READ), METHOD_LONG,
           PARAMS(who_can_params), run_access_who_can),
    METHOD("access.what_can", SELF_OR(ADMIN, READ), METHOD_LONG,
           PARAMS(what_can_params), run_access_what_can),
    METHOD("audit.query", TYPE(STATUS_MESSAGE, READ),
           METHOD_LONG | METHOD_RECORDED, PARAMS(query_params),
           run_audit_query),
    METHOD("audit.follow", TYPE(STATUS_MESSAGE, READ),
           METHOD_LONG | METHOD_ONCE, PARAMS(follow_params), run_audit_follow),
    METHOD("audit.verify", TYPE(STATUS_MESSAGE, READ),
           METHOD_LONG | METHOD_RECORDED, NO_PARAMS, run_audit_verify),
    METHOD("policy.check", LEVEL, METHOD_LONG, PARAMS(policy_params),
           run_policy_check),
    METHOD("policy.plan", POLICY(LIST), METHOD_LONG | METHOD_RECORDED,
           PARAMS(plan_params), run_policy_plan),
    METHOD("policy.test", POLICY(LIST), METHOD_LONG | METHOD_RECORDED,
           PARAMS(test_params), run_policy_test),
    METHOD("policy.apply", POLICY(MODIFY), METHOD_WRITES, PARAMS(apply_params),
           run_policy_apply),
    METHOD("policy.rollback", POLICY(MODIFY), METHOD_WRITES,
           PARAMS(rollback_params), run_policy_rollback),
    METHOD("policy.approve", POLICY(MODIFY), METHOD_WRITES,
           PARAMS(approve_params), run_policy_approve),
    METHOD("policy.reject", POLICY(MODIFY), METHOD_WRITES,
           PARAMS(reject_params), run_policy_reject),
    METHOD("policy.history", POLICY(READ), METHOD_LONG, PARAMS(history_params),
           run_policy_history),
    METHOD("policy.export", POLICY(READ), METHOD_LONG, PARAMS(export_params),
           run_policy_export),
    METHOD("policy.status", POLICY(READ), METHOD_LONG, NO_PARAMS,
           run_policy_status),
    METHOD("policy.diff", POLICY(LIST), METHOD_LONG | METHOD_RECORDED,
           PARAMS(diff_params), run_policy_diff),
    METHOD("host.login", MACHINE, METHOD_RECORDED, PARAMS(login_params),
           run_host_login),
    METHOD("host.used", MACHINE, METHOD_RECORDED, PARAMS(used_params),
           run_host_used),
    METHOD("host.settings", MACHINE, METHOD_READS, NO_PARAMS,
           run_host_settings),
    METHOD("ssh.certificate", LEVEL, METHOD_RECORDED,
           PARAMS(certificate_params), run_ssh_certificate),
    METHOD("ssh.authority", LEVEL, METHOD_READS, NO_PARAMS, run_ssh_authority),
    METHOD("ssh.revoked", TYPE(ADMIN, READ), METHOD_READS, NO_PARAMS,
           run_ssh_revoked),
    METHOD("session.whoami", SESSION, METHOD_READS, NO_PARAMS,
           run_session_whoami),
    METHOD("session.end", SESSION, METHOD_WRITES, NO_PARAMS, run_session_end),
    SIGN_IN("auth.start", NOTHING, PARAMS(start_params), run_auth_start),
    SIGN_IN("auth.step", NOTHING, PARAMS(step_params), run_auth_step),
    SIGN_IN("auth.prompt", NOTHING, PARAMS(prompt_params), run_auth_prompt),
    SIGN_IN("auth.step_up", SESSION, PARAMS(start_params), run_auth_step_up),
    METHOD("server.metrics", TYPE(SITE, READ), METHOD_READS, NO_PARAMS,
           run_server_metrics),
    METHOD("server.status", HOST, METHOD_READS, NO_PARAMS, run_server_status),
    METHOD("backup.begin", HOST, METHOD_RECORDED, NO_PARAMS, run_backup_begin),
    METHOD("backup.read", HOST, METHOD_READS, PARAMS(backup_params),
           run_backup_read),
    METHOD("backup.end", HOST, METHOD_READS, NO_PARAMS, run_backup_end),
    METHOD("server.info", NOTHING, METHOD_READS, NO_PARAMS, run_server_info),
};

_Static_assert(ARRAY_SIZE(methods) <= METRICS_METHODS_MAX,
               "each method's latency is counted");

const struct method_table method_table = {methods, ARRAY_SIZE(methods)};
