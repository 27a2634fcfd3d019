#include "provider/daemon/apply.h"

#include <stdio.h>
#include <stdlib.h>

#include "policy/policy.h"
#include "provider/base/log.h"
#include "provider/object/declare.h"
#include "provider/store/audit.h"

enum { PLACE_MAX_BYTES = 512 };

struct apply {
    struct policy_set *set;      /* owned */
    const struct policy *policy; /* borrowed from the set */
};

/* ---- Reading ---- */

static void put_messages(const struct policy_set *set, struct buf *out)
{
    size_t n;
    const struct policy_message *messages = policy_set_messages(set, &n);

    for (size_t i = 0; i < n; i++)
        policy_message_write(&messages[i], out);
}

enum status apply_read(const char *directory, struct apply **apply_out,
                       struct buf *messages_out)
{
    OWNED(apply) apply = calloc(1, sizeof(*apply));
    enum status status;

    if (!apply)
        return STATUS_NO_MEMORY;
    TRY(policy_set_new(&apply->set));
    status = policy_set_add_directory(apply->set, directory);
    if (status != STATUS_OK) {
        buf_append_format(messages_out, "%s:1:1: error: cannot be read: %s\n",
                          directory, status_name(status));
        return status;
    }
    status = policy_set_compile(apply->set, &apply->policy);
    put_messages(apply->set, messages_out);
    TRY(status);
    *apply_out = TAKE(apply);
    return STATUS_OK;
}

void apply_free(struct apply *apply)
{
    if (!apply)
        return;
    policy_set_free(apply->set);
    free(apply);
}

/* ---- Declaring: the policy's data in the words of the object room ---- */

struct place {
    char text[PLACE_MAX_BYTES];
};

static struct place place_of(struct policy_place place)
{
    struct place written;

    snprintf(written.text, sizeof(written.text), "%s:%u", place.file,
             place.line);
    return written;
}

static enum status put_site(struct declare *declare,
                            const struct policy *policy)
{
    if (policy->minimum_level != AUTH_LEVEL_NONE)
        TRY(declare_level(declare, place_of(policy->minimum_level_place).text,
                          policy->minimum_level));
    for (size_t i = 0; i < policy->n_exclusions; i++) {
        const struct policy_exclusion *from = &policy->exclusions[i];
        const struct site_exclusion exclusion = {
            .user = from->user,
            .is_group = from->is_group,
            .reason = from->reason,
            .owner = from->owner,
            .until_s = from->until_s,
        };

        TRY(declare_exclusion(declare, place_of(from->place).text, &exclusion));
    }
    return STATUS_OK;
}

static enum status put_scopes(struct declare *declare,
                              const struct policy *policy)
{
    for (size_t i = 0; i < policy->n_scopes; i++)
        TRY(declare_scope(declare, place_of(policy->scopes[i].place).text,
                          policy->scopes[i].name,
                          policy->scopes[i].description));
    return STATUS_OK;
}

static enum status put_role(struct declare *declare,
                            const struct policy_role *from)
{
    SCOPED(memory_drop)
    struct rbac_right *rights = calloc(from->n_rights + 1, sizeof(*rights));
    const struct declare_role role = {
        .name = from->name,
        .description = from->description,
        .copied_from = from->copied_from,
        .rights = rights,
        .n_rights = from->n_rights,
        .level = from->level,
    };

    if (!rights)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < from->n_rights; i++)
        rights[i] = (struct rbac_right){from->rights[i].type,
                                        from->rights[i].operations,
                                        from->rights[i].level};
    return declare_role(declare, place_of(from->place).text, &role);
}

static enum status put_roles(struct declare *declare,
                             const struct policy *policy)
{
    for (size_t i = 0; i < policy->n_roles; i++)
        TRY(put_role(declare, &policy->roles[i]));
    return STATUS_OK;
}

static enum status put_groups(struct declare *declare,
                              const struct policy *policy)
{
    for (size_t i = 0; i < policy->n_groups; i++)
        TRY(declare_group(declare, place_of(policy->groups[i].place).text,
                          policy->groups[i].name, policy->groups[i].members,
                          policy->groups[i].n_members));
    return STATUS_OK;
}

/* Two arrays for all collections: rules with their places. */
struct rule_room {
    struct declare_rule *rules;
    struct place *places;
    size_t n;
};

static struct declare_collection collection_of(
    const struct policy_collection *from, const char *place,
    struct rule_room *room)
{
    static const enum declare_rule_kind kinds[] = {
        [POLICY_RULE_QUERY] = DECLARE_RULE_QUERY,
        [POLICY_RULE_DIRECT] = DECLARE_RULE_DIRECT,
        [POLICY_RULE_INCLUDE] = DECLARE_RULE_INCLUDE,
        [POLICY_RULE_EXCLUDE] = DECLARE_RULE_EXCLUDE,
    };
    const struct declare_collection collection = {
        .place = place,
        .name = from->name,
        .comment = from->comment,
        .is_user = from->is_user,
        .limiting = from->limiting,
        .rules = room->rules + room->n,
        .n_rules = from->n_rules,
    };

    for (size_t i = 0; i < from->n_rules; i++) {
        const struct policy_rule *rule = &from->rules[i];

        room->places[room->n] = place_of(rule->place);
        room->rules[room->n] =
            (struct declare_rule){room->places[room->n].text, kinds[rule->kind],
                                  rule->name, rule->value};
        room->n++;
    }
    return collection;
}

static enum status put_collections(struct declare *declare,
                                   const struct policy *policy)
{
    const size_t n = policy->n_collections;
    size_t n_rules = 0;

    for (size_t i = 0; i < n; i++)
        n_rules += policy->collections[i].n_rules;
    SCOPED(memory_drop)
    struct declare_collection *collections =
        calloc(n + 1, sizeof(*collections));
    SCOPED(memory_drop) struct place *places = calloc(n + 1, sizeof(*places));
    SCOPED(memory_drop)
    struct declare_rule *rules = calloc(n_rules + 1, sizeof(*rules));
    SCOPED(memory_drop)
    struct place *rule_places = calloc(n_rules + 1, sizeof(*rule_places));
    struct rule_room room = {rules, rule_places, 0};

    if (!collections || !places || !rules || !rule_places)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        places[i] = place_of(policy->collections[i].place);
        collections[i] =
            collection_of(&policy->collections[i], places[i].text, &room);
    }
    return declare_collections(declare, collections, n);
}

static struct declare_assignment assignment_of(
    const struct policy_assignment *from, const char *place)
{
    return (struct declare_assignment){
        .place = place,
        .roles = from->roles,
        .n_roles = from->n_roles,
        .scopes = from->scopes,
        .n_scopes = from->n_scopes,
        .collections = from->collections,
        .n_collections = from->n_collections,
        .from_s = from->from_s,
        .until_s = from->until_s,
    };
}

static enum status put_admin(struct declare *declare,
                             const struct policy_admin *from)
{
    SCOPED(memory_drop)
    struct declare_identity *identities =
        calloc(from->n_identities + 1, sizeof(*identities));
    SCOPED(memory_drop)
    struct declare_assignment *assignments =
        calloc(from->n_assignments + 1, sizeof(*assignments));
    SCOPED(memory_drop)
    struct place *places = calloc(from->n_assignments + 1, sizeof(*places));
    const struct declare_admin admin = {
        .name = from->name,
        .is_group = from->is_group,
        .identities = identities,
        .n_identities = from->n_identities,
        .assignments = assignments,
        .n_assignments = from->n_assignments,
    };

    if (!identities || !assignments || !places)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < from->n_identities; i++)
        identities[i] = (struct declare_identity){from->identities[i].kind,
                                                  from->identities[i].value};
    for (size_t i = 0; i < from->n_assignments; i++) {
        places[i] = place_of(from->assignments[i].place);
        assignments[i] = assignment_of(&from->assignments[i], places[i].text);
    }
    return declare_admin(declare, place_of(from->place).text, &admin);
}

static enum status put_admins(struct declare *declare,
                              const struct policy *policy)
{
    for (size_t i = 0; i < policy->n_admins; i++)
        TRY(put_admin(declare, &policy->admins[i]));
    return STATUS_OK;
}

/* In the order in which things name each other. */
static enum status put_all(struct declare *declare, const struct policy *policy,
                           bool *changed_out)
{
    TRY(put_site(declare, policy));
    TRY(put_scopes(declare, policy));
    TRY(put_roles(declare, policy));
    TRY(put_collections(declare, policy));
    TRY(put_groups(declare, policy));
    TRY(put_admins(declare, policy));
    return declare_finish(declare, changed_out);
}

/* ---- The record ---- */

static enum status record(struct store *store, const struct policy *policy,
                          enum audit_outcome outcome, struct text why,
                          bool changed)
{
    SCOPED(buf_free) struct buf detail = buf_make(8192);
    struct json_writer w = json_writer_make(&detail);
    struct audit_record record = {
        .event = "policy.apply",
        .outcome = outcome,
        .reason = outcome == AUDIT_DONE ? (struct text){0} : TEXT("invalid"),
    };
    char digest[2 * sizeof(policy->digest) + 1];
    int64_t id;

    writer_object_begin(&w);
    if (policy) {
        for (size_t i = 0; i < sizeof(policy->digest); i++)
            snprintf(digest + 2 * i, 3, "%02x", policy->digest[i]);
        writer_put_string(&w, "sha256", digest);
        writer_put_bool(&w, "changed", changed);
    }
    if (why.size > 4000)
        why.size = 4000;
    if (why.size > 0)
        writer_put_text(&w, "why", why);
    writer_object_end(&w);
    record.detail = buf_text(&detail);
    return audit_append(store, &record, &id);
}

enum status apply_record_refusal(struct store *store, struct text why)
{
    return record(store, NULL, AUDIT_FAILED, why, false);
}

/* ---- Applying ---- */

static enum status declare_all(const struct apply *apply, struct store *store,
                               bool *changed_out, struct buf *messages_out)
{
    OWNED(declare) declare = NULL;
    enum status status;

    TRY(declare_begin(store, &declare));
    status = put_all(declare, apply->policy, changed_out);
    if (status != STATUS_OK)
        buf_append_format(messages_out, "%s\n", declare_why(declare));
    return status;
}

enum status apply_run(const struct apply *apply, struct store *store,
                      bool *changed_out, struct buf *messages_out)
{
    enum status status;

    *changed_out = false;
    TRY(store_part_begin(store));
    status = declare_all(apply, store, changed_out, messages_out);
    if (status == STATUS_OK)
        status = record(store, apply->policy, AUDIT_DONE, (struct text){0},
                        *changed_out);
    if (status == STATUS_OK)
        return store_part_keep(store);
    *changed_out = false;
    TRY(store_part_undo(store));
    TRY(record(store, apply->policy, AUDIT_FAILED, buf_text(messages_out),
               false));
    return status;
}
