/*
 * host.login: may somebody log in to the host that asks, or become root there?
 *
 * After a sign-in at a level, or with an SSH key that is shown to it.
 *
 * The caller is the machine identity of one device (gate.h). It is told about
 * that device, and no other: the question has no key. What it is told is what
 * is missing, not what else there is (T125).
 *
 * The user is not signed in here, so what their groups give is counted only as
 * far as it is known without: of groups of the provider's host the name service
 * tells, as at a sign-in. It is asked only if the rest does not suffice: groups
 * give rights and take none, so that whoever has their own gets in while it
 * hangs. Groups of a domain's tickets and of tokens are known from these alone.
 */
#include <stdio.h>
#include <string.h>

#include "provider/base/group_name.h"
#include "provider/call/access.h"
#include "provider/call/method.h"
#include "provider/method/login_account.h"
#include "provider/method/login_proof.h"
#include "provider/method/methods.h"
#include "provider/method/offline_answer.h"
#include "provider/object/site.h"
#include "rbac/explain.h"

enum {
    KEY_BYTES = 24,
    TEXT_MAX_BYTES = 512,
    DOUBT_MAX_BYTES = 128, /* behind that */
};

struct login {
    struct access access;
    const char *operation; /* as it was asked for */
    int64_t host;          /* its ResourceID */
    char key[KEY_BYTES];   /* the same */
    bool is_known;         /* the user is an administrator of the site */
    const char *unknown;   /* why groups of the host are not known; NULL */
    bool lacks_account;    /* the name service has none of the user's */
    struct login_account account;
    struct login_proof proof;
    struct rbac_decision decision;
    int64_t offline_until_s; /* 0: it may not go by this later */
};

static void login_clear(struct login *login)
{
    access_clear(&login->access);
}

/* ---- The question ---- */

static enum rpc_error read_operation(struct call *call, struct login *login)
{
    struct access *access = &login->access;

    login->operation =
        json_string_value(params_value(call->params, "operation"));
    if (!login->operation)
        login->operation = "Remote Control";
    access->class = object_class_find(TEXT("SMS_R_System"));
    if (access->class && question_need(access->class, text_of(login->operation),
                                       &access->question.need))
        return RPC_DONE;
    call->problem = (struct rpc_problem){
        "operation", "Devices have no operation of this name."};
    return RPC_INVALID_PARAMS;
}

/* A host that is deleted is denied everybody. */
static enum rpc_error read_host(struct call *call, struct login *login)
{
    struct access *access = &login->access;
    const struct site *site = call->ground->generation->site;
    enum status status;

    login->host = site_user_host(site, call->peer->session->user);
    snprintf(login->key, sizeof(login->key), "%lld", (long long)login->host);
    status = object_target_read(call->ground->store, site->map, access->class,
                                text_of(login->key), &access->target);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return RPC_UNAVAILABLE;
    access->is_hidden = status != STATUS_OK;
    access->question.target = &access->target;
    return RPC_DONE;
}

/* Would a certificate count, if the user is in a group of its record's? */
static bool rests_on_group(const struct login *login)
{
    return login->proof.record != RBAC_NONE && !login->proof.counts;
}

/* Was something shown that is not the user's, or not any more? */
static bool is_unproved(const struct login *login)
{
    return login->proof.is_there && !login->proof.counts &&
           !(rests_on_group(login) && login->unknown);
}

/* Is there nothing to decide, whatever the user may? */
static bool is_barred(const struct login *login)
{
    return login->access.is_hidden || login->account.code || is_unproved(login);
}

/* Somebody who is disabled is known: nobody else answers for them. */
static void decide(struct login *login, char *const *groups, size_t n)
{
    const struct access *access = &login->access;
    uint32_t records[SESSION_ADMINS_MAX], own;
    const size_t n_records =
        site_admins_of(access->call->ground->generation->site,
                       (struct site_member){access->user, groups, n}, records,
                       ARRAY_SIZE(records), &own);

    login->is_known = n_records > 0;
    login_proof_settle(&login->proof, records,
                       n_records <= ARRAY_SIZE(records) ? n_records : 0);
    if (!is_barred(login))
        login->decision = access_decide(access);
}

static enum rpc_error count(struct login *login,
                            const struct account_groups *groups)
{
    char **names = group_names_from(TEXT(GROUP_SOURCE_HOST), groups->names,
                                    groups->n_names);
    enum rpc_error error;

    if (!names)
        return RPC_UNAVAILABLE;
    login->lacks_account = groups->is_missing;
    error = access_count_groups(&login->access, names, groups->n_names);
    if (error == RPC_DONE)
        decide(login, names, groups->n_names);
    group_names_free(names, groups->n_names);
    return error;
}

/* Somebody who could never sign in is in no group either; and the name service
 * knows those of whoever has the name now. */
static bool has_groups(const struct login *login)
{
    const struct access *access = &login->access;

    return access->call->peer->settings->groups && !access->is_nobody &&
           (!is_barred(login) || rests_on_group(login)) &&
           !login->access.is_hidden && !login->account.code &&
           !login->account.is_renamed && login->decision.verdict != RBAC_ALLOW;
}

/* Groups that cannot be told now are not none: the user may be known by them,
 * and is not left to others (T56). */
static enum rpc_error decide_with_groups(struct login *login)
{
    struct call *call = login->access.call;
    const struct groups_list *list;

    if (!has_groups(login))
        return RPC_DONE;
    list = peer_ask_groups(call->peer, call->request->number,
                           login->access.user, &login->unknown);
    if (list)
        return count(login, &list->groups);
    call->wants_groups = !login->unknown;
    login->is_known = true;
    return call->wants_groups ? RPC_UNAVAILABLE : RPC_DONE;
}

/* ---- The answer ---- */

/* What they have by themselves does not suffice. */
static bool is_undecided(const struct login *login)
{
    return login->unknown && login->decision.verdict == RBAC_DENY;
}

static const char *no_proof(const struct login *login)
{
    return login->proof.certificate ? "ssh-certificate-unknown"
                                    : "ssh-key-unknown";
}

static const char *code_of(const struct login *login)
{
    if (is_unproved(login))
        return no_proof(login);
    if (login->access.is_hidden)
        return "not-found";
    if (login->account.code)
        return login->account.code;
    return is_undecided(login) ? "groups-unknown"
                               : rbac_reason_name(login->decision.reason);
}

static void write_reason(const struct login *login, char *out, size_t size)
{
    const char *operation = login->operation;

    switch (login->decision.reason) {
    case RBAC_NO_ADMINISTRATOR:
        snprintf(out, size, "You are not an administrator of the site.");
        return;
    case RBAC_ROLE_LACKS_OPERATION:
        snprintf(out, size, "None of your roles has %s.", operation);
        return;
    case RBAC_OUT_OF_COLLECTION:
    case RBAC_OUT_OF_SCOPE:
        snprintf(out, size,
                 "This host is in none of the collections in which you have "
                 "%s.",
                 operation);
        return;
    case RBAC_NOT_YET_VALID:
        snprintf(out, size, "The time in which you have %s has not begun.",
                 operation);
        return;
    case RBAC_NO_LONGER_VALID:
        snprintf(out, size, "The time in which you had %s has ended.",
                 operation);
        return;
    case RBAC_LEVEL_TOO_LOW:
        snprintf(out, size, "%s on this host needs a sign-in at level %s.",
                 operation, auth_level_name(login->decision.level_required));
        return;
    default:
        snprintf(out, size, "%s", rbac_reason_text(login->decision.reason));
        return;
    }
}

/* Are the user's groups in what only a ticket of theirs would show? */
static bool has_domain_groups(const struct login *login)
{
    const struct auth_kerberos_config *kerberos =
        &login->access.call->peer->settings->config->auth.kerberos;
    const struct realm *realm =
        realm_of(&kerberos->realms, text_of(login->access.user));

    for (size_t i = 0; realm && i < kerberos->n_domains; i++)
        if (strcmp(kerberos->domains[i].realm, realm->name) == 0)
            return true;
    return false;
}

/* Where a group could have been what is missing. */
static const char *doubt_of(const struct login *login)
{
    if (login->decision.verdict != RBAC_DENY)
        return "";
    if (login->lacks_account)
        return " You have no account where the site looks your groups up.";
    return has_domain_groups(login)
               ? " Groups of your domain are known from Kerberos tickets "
                 "alone, and do not count here."
               : "";
}

/* What is missing, for whoever stands before the host. */
static void write_text(const struct login *login, char *out, size_t size)
{
    char reason[TEXT_MAX_BYTES];

    if (login->access.is_hidden) {
        snprintf(out, size, "This host is no device of the site any more.");
    } else if (is_unproved(login)) {
        snprintf(out, size, "This key or certificate does not count here.");
    } else if (login->account.code) {
        snprintf(out, size, "%s", login->account.text);
    } else if (is_undecided(login)) {
        snprintf(out, size,
                 "Your groups cannot be looked up now, so it is not known "
                 "whether you may. Try again later.");
    } else {
        write_reason(login, reason, sizeof(reason));
        snprintf(out, size, "%s%s", reason, doubt_of(login));
    }
}

/* Not whose a SID is: whoever stole a host's key could ask about each. */
static void put_user(const struct login *login, struct json_writer *w)
{
    if (login->account.is_renamed)
        writer_put_text(w, "user",
                        params_text(login->access.call->params, "user"));
    else
        writer_put_string(w, "user", login->access.user);
}

static void write_answer(struct login *login, struct json_writer *w)
{
    char text[TEXT_MAX_BYTES + DOUBT_MAX_BYTES];

    write_text(login, text, sizeof(text));
    writer_object_begin(w);
    writer_put_text(w, "asked",
                    params_text(login->access.call->params, "user"));
    put_user(login, w);
    writer_put_int(w, "host", login->host);
    writer_put_string(w, "operation", login->operation);
    writer_put_bool(w, "known", login->is_known);
    writer_put_bool(w, "allowed", login->decision.verdict == RBAC_ALLOW);
    writer_put_string(w, "code", code_of(login));
    writer_put_string(w, "text", text);
    if (login->proof.counts)
        writer_put_string(w, "level",
                          auth_level_name(login->access.question.level));
    if (login->decision.verdict == RBAC_ALLOW && !login->proof.is_there &&
        !login->account.is_renamed)
        login->offline_until_s =
            offline_answer_put(&login->access, login->operation, login->key, w);
    if (login->decision.verdict == RBAC_ALLOW_AT_LEVEL)
        writer_put_string(w, "level_required",
                          auth_level_name(login->decision.level_required));
    writer_object_end(w);
}

/* ---- The record ---- */

static void put_grant(const struct login *login, struct json_writer *w)
{
    const struct rbac_request request = access_request(&login->access);
    struct rbac_explanation why;

    if (login->decision.verdict != RBAC_ALLOW)
        return;
    rbac_explain(login->access.subject, &request, &why);
    if (why.n_findings == 0 || why.findings[0].reason != RBAC_ALLOWED)
        return;
    writer_key(w, "grant");
    writer_object_begin(w);
    access_put_grant(&login->access, &why.findings[0].grant, w);
    writer_object_end(w);
}

/* What the host says of the login besides, for whoever reads the record. */
static void put_circumstances(const struct call *call, struct json_writer *w)
{
    static const char *const names[] = {"service", "run_as", "command", "sid"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        const struct text text = params_text(call->params, names[i]);

        if (text.size)
            writer_put_text(w, names[i], text);
    }
}

/* Before anything is proved: strangers show any number of keys. */
static const char *often(const struct login *login)
{
    if (!login->proof.is_there)
        return NULL;
    if (is_unproved(login))
        return login->proof.has_ended ? "ssh-key-ended" : no_proof(login);
    return login->decision.verdict == RBAC_ALLOW ? "ssh-key-shown"
                                                 : code_of(login);
}

static void put_proof(const struct login_proof *proof, struct json_writer *w)
{
    if (proof->certificate)
        writer_put_int(w, "certificate", proof->certificate);
    else if (proof->is_there)
        writer_put_string(w, "key", proof->fingerprint);
}

/* The caller is the host; whom it asked about stands in the detail. */
static void note(struct call *call, const struct login *login)
{
    struct json_writer w = json_writer_make(&call->note);

    call->note_name = "login";
    call->often = often(login);
    call->answered = denial_make(login->decision, login->access.question.need);
    denial_name_object(&call->answered, login->access.class->name, login->key);
    writer_object_begin(&w);
    writer_put_string(&w, "user", login->access.user);
    writer_put_string(&w, "level",
                      auth_level_name(login->access.question.level));
    put_proof(&login->proof, &w);
    put_circumstances(call, &w);
    if (login->account.code)
        writer_put_string(&w, "account", login->account.code);
    if (login->unknown)
        writer_put_string(&w, "groups_unknown", login->unknown);
    if (login->decision.verdict == RBAC_ALLOW_AT_LEVEL)
        writer_put_string(&w, "level_required",
                          auth_level_name(login->decision.level_required));
    if (login->offline_until_s)
        writer_put_int(&w, "offline_until", login->offline_until_s);
    put_grant(login, &w);
    writer_object_end(&w);
}

enum rpc_error run_host_login(struct call *call, struct json_writer *result)
{
    SCOPED(login_clear) struct login login = {.access = {.call = call}};
    enum rpc_error error =
        access_read_user(&login.access, params_value(call->params, "level"));

    if (error == RPC_DONE)
        error = login_account_read(&login.access, &login.account);
    if (error == RPC_DONE)
        error = read_operation(call, &login);
    if (error == RPC_DONE)
        error = read_host(call, &login);
    if (error == RPC_DONE)
        error = login_proof_read(&login.access, &login.proof);
    if (error != RPC_DONE)
        return error;
    decide(&login, NULL, 0);
    error = decide_with_groups(&login);
    if (error != RPC_DONE)
        return error;
    write_answer(&login, result);
    note(call, &login);
    return RPC_DONE;
}

/*
 * host.used: somebody was let in while the site could not be asked, by an
 * answer that it gave before. The host numbers them, and tells each until it is
 * answered.
 */
enum rpc_error run_host_used(struct call *call, struct json_writer *result)
{
    static const char *const texts[] = {"user",    "operation", "level",
                                        "service", "run_as",    "command"};
    static const char *const numbers[] = {"number", "time", "until"};
    struct json_writer w = json_writer_make(&call->note);

    call->note_name = "offline";
    writer_object_begin(&w);
    writer_put_int(&w, "host",
                   site_user_host(call->ground->generation->site,
                                  call->peer->session->user));
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
        writer_put_int(&w, numbers[i],
                       params_integer(call->params, numbers[i], 0));
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        writer_put_text(&w, texts[i], params_text(call->params, texts[i]));
    writer_object_end(&w);
    writer_object_begin(result);
    writer_put_int(result, "number", params_integer(call->params, "number", 0));
    writer_object_end(result);
    return RPC_DONE;
}
