#include "provider/call/approval.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "provider/base/mutant.h"
#include "provider/call/method.h"
#include "provider/call/policy_right.h"
#include "provider/object/guard/approver.h"
#include "provider/object/naming.h"
#include "provider/object/question.h"

enum { HASH_CHARS = 64 };

/* ---- Acts that need approval ---- */

static bool is_about_rights(const struct call *call)
{
    const struct object_method *method = call->gate.method;
    const uint16_t type = call->gate.class ? call->gate.class->type : 0;

    if (method && (method->is_reading || method->is_about_others))
        return false;
    return type == RBAC_TYPE_ADMIN || type == RBAC_TYPE_ROLE ||
           type == RBAC_TYPE_SITE;
}

/* {"IsDisabled": true} and nothing else. */
static bool is_disabling(const struct call *call)
{
    const json_t *properties = params_value(call->params, "properties");
    const char *name;
    json_t *value;

    if (call->gate.class->type != RBAC_TYPE_ADMIN || call->gate.method ||
        json_object_size(properties) != 1)
        return false;
    json_object_foreach ((json_t *)(uintptr_t)properties, name, value)
        if (!text_equal_nocase(text_of(name), TEXT("IsDisabled")) ||
            !json_is_true(value))
            return false;
    return true;
}

/* Urgent acts that give nothing. */
static bool is_emergency(const struct call *call)
{
    const struct object_method *method = call->gate.method;

    return is_disabling(call) ||
           (method &&
            call->gate.class == object_class_find(TEXT("SMS_Admin")) &&
            (text_equal(text_of(method->name), TEXT("EndSessions")) ||
             text_equal(text_of(method->name), TEXT("RevokeCertificate"))));
}

bool approval_holds_back(struct call *call)
{
    if (!call->peer->settings->config->policy_approval ||
        !is_about_rights(call) || is_emergency(call) ||
        MUTANT("a5-other-doors"))
        return false;
    call->message = "Changes of rights need a second person here. Change them "
                    "in the policy files (smsctl policy apply).";
    return true;
}

/* ---- The second person ---- */

static enum status hash(const struct auth_identity *identity,
                        char out[HASH_CHARS + 1])
{
    SCOPED(buf_free) struct buf said = buf_make(2 * IDENTITY_MAX_BYTES);
    unsigned char digest[32];

    buf_append_format(&said, "%s %s", identity_kind_name(identity->kind),
                      identity->value);
    TRY(buf_status(&said));
    if (EVP_Digest(buf_text(&said).data, said.size, digest, NULL, EVP_sha256(),
                   NULL) != 1)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < sizeof(digest); i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
    return STATUS_OK;
}

enum status approval_evidence(const struct session *session,
                              char out[POLICY_EVIDENCE_BYTES])
{
    size_t size = 0;

    _Static_assert(SESSION_PROOFS_MAX * AUTH_IDENTITIES_MAX * (HASH_CHARS + 1) +
                           1 <=
                       POLICY_EVIDENCE_BYTES,
                   "the hashes of a session fit");
    for (size_t i = 0; i < session->n_proofs; i++)
        for (size_t j = 0; j < session->proofs[i].n_identities; j++) {
            TRY(hash(&session->proofs[i].identities[j], out + size));
            size += HASH_CHARS;
            out[size++] = ' ';
        }
    out[size] = '\0';
    return STATUS_OK;
}

static bool may_change_at(const struct call *call, int64_t now_s)
{
    const struct question q = {
        .subject = call->rights->subject,
        .level = call->gate.level,
        .now_s = now_s,
    };

    return policy_right_decide(call->ground->store,
                               call->ground->generation->site, &q,
                               POLICY_CHANGE)
               .decision.verdict == RBAC_ALLOW;
}

/* It ends when some assignment does: each end is tried, whosever it is. */
int64_t approval_until(const struct call *call)
{
    const struct rbac_estate *estate =
        rbac_engine_estate(call->ground->generation->site->engine);
    int64_t until_s = INT64_MAX;

    for (size_t i = 0; i < estate->n_admins; i++)
        for (size_t j = 0; j < estate->admins[i].n_assignments; j++) {
            const int64_t end_s = estate->admins[i].assignments[j].until_s;

            if (end_s > call->ground->now_s && end_s < until_s &&
                !may_change_at(call, end_s))
                until_s = end_s;
        }
    return until_s;
}

static bool has_common(const char *one, const char *other)
{
    for (; *one; one += HASH_CHARS + 1) {
        char word[HASH_CHARS + 1];

        snprintf(word, sizeof(word), "%.*s", HASH_CHARS, one);
        if (strstr(other, word))
            return true;
    }
    return false;
}

enum rpc_error approval_refuse(struct call *call, const char *why)
{
    const struct rbac_decision refused = {.reason = RBAC_GUARD_SECOND_PERSON};

    call->message = why;
    call->act.failure = (struct object_failure){
        .denial = denial_make(refused, call->gate.need),
    };
    return RPC_DENIED;
}

/* By the realms of now: nobody becomes another by how they were spelled. NULL:
 * as it is. */
static char *spell_author(const struct call *call,
                          const struct policy_waiting *waiting,
                          struct buf *room)
{
    return naming_read(&call->peer->settings->config->realms,
                       text_of(waiting->version.author), room) == STATUS_OK
               ? text_dup(buf_text(room))
               : NULL;
}

enum rpc_error approval_check_person(struct call *call,
                                     const struct policy_waiting *waiting)
{
    SCOPED(buf_free) struct buf name = buf_make(IDENTITY_MAX_BYTES);
    SCOPED(memory_drop) char *author = spell_author(call, waiting, &name);
    const struct approver_question question = {
        call->peer->session->user, author ? author : waiting->version.author,
        waiting->version.time_s};
    char evidence[POLICY_EVIDENCE_BYTES];
    const char *why;

    if (strcmp(question.user, question.author) == 0)
        return approval_refuse(call, "Another administrator must approve it.");
    if (approval_evidence(call->peer->session, evidence) != STATUS_OK ||
        approver_check(call->ground->store, &question, &why) != STATUS_OK)
        return RPC_UNAVAILABLE;
    if (!why && has_common(evidence, waiting->evidence))
        why = "Its author signed in with the same evidence as you. Another "
              "administrator must approve it.";
    return why ? approval_refuse(call, why) : RPC_DONE;
}
