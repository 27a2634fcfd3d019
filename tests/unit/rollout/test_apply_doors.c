/*
 * Two doors, one rule: what an administrator may change over RPC they may have
 * declared, and the other way round. Each random act is tried by a file and by
 * the object's own verb, on the same site.
 */
#include "tests/unit/rollout/thief_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ARENA_BYTES = 1 << 24, JSON_BYTES = 16384, TRIES = 6 };

static uint64_t seed = 1;
static uint64_t first_round;
static uint64_t n_rounds = 400;

/* One act on one thing, in a model and as a call. */
struct act {
    const char *class_name;
    const char *verb; /* "create", "update", "delete" */
    char name[16];
    bool is_group;
    char json[JSON_BYTES];
};

/* ---- Keys by name ---- */

static const char *key_of(struct fixture *f, const char *sql, const char *name)
{
    static char keys[4][32];
    static int next;
    char *key = keys[next++ % 4];
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    assert_int_equal(store_prepare(f->store, sql, &stmt), STATUS_OK);
    store_bind_text(stmt, 1, text_of(name));
    if (store_step(stmt) != STATUS_OK)
        return "";
    snprintf(key, sizeof(keys[0]), "%.*s", (int)store_text(stmt, 0).size,
             store_text(stmt, 0).data);
    return key;
}

static const char *role_key(struct fixture *f, int i)
{
    return key_of(f, "SELECT RoleID FROM role WHERE RoleName = ?1",
                  thief_name('r', i));
}

static const char *scope_key(struct fixture *f, int i)
{
    return i == 8   ? "SMS00ALL"
           : i == 9 ? "SMS00UNA"
                    : key_of(f,
                             "SELECT CategoryID FROM scope"
                             " WHERE CategoryName = ?1",
                             thief_name('s', i));
}

static const char *collection_key(struct fixture *f, int i)
{
    return i == 8 || i < 0
               ? "SMS00001"
               : key_of(f,
                        "SELECT CollectionID FROM collection WHERE Name = ?1",
                        thief_name('c', i));
}

/* ---- JSON, with ' for " ---- */

static void put(char *json, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put(char *json, const char *format, ...)
{
    va_list args;
    const size_t size = strlen(json);

    va_start(args, format);
    vsnprintf(json + size, JSON_BYTES - size, format, args);
    va_end(args);
}

static void put_time(char *json, const char *name, int index)
{
    char text[32];
    struct tm tm;
    const time_t time = index < 0 ? 0 : (time_t)thief_times[index];

    if (index < 0)
        return;
    gmtime_r(&time, &tm);
    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
    put(json, ",'%s':'%s'", name, text);
}

static void put_permission(char *json, const struct thief_given *given,
                           const char *role, const char *category, int type)
{
    put(json, "%s{'RoleID':'%s','CategoryID':'%s','CategoryTypeID':%d",
        json[strlen(json) - 1] == '[' ? "" : ",", role, category, type);
    put_time(json, "ValidFrom", given->from);
    put_time(json, "ValidUntil", given->until);
    put(json, "}");
}

static void put_permissions(struct fixture *f, const struct thief_model *model,
                            const struct thief_admin *admin, char *json)
{
    put(json, "'Permissions':[");
    for (size_t g = 0; g < admin->n_given; g++)
        for (int r = 0; r < THIEF_ROLES; r++) {
            const struct thief_given *given = &admin->given[g];

            if (!(given->roles >> r & 1) || !model->roles[r].is_there)
                continue;
            for (int i = 0; i < 10; i++)
                if (given->scopes >> i & 1)
                    put_permission(json, given, role_key(f, r), scope_key(f, i),
                                   29);
            for (int i = 0; i < 9; i++)
                if (given->collections >> i & 1)
                    put_permission(json, given, role_key(f, r),
                                   collection_key(f, i), 1);
        }
    put(json, "]");
}

static void put_identities(const struct thief_admin *admin, char *json)
{
    put(json, "'Identities':[");
    for (int i = 0; i < THIEF_IDENTITIES; i++)
        if (admin->identities >> i & 1)
            put(json, "%s{'Kind':'local','Value':'100%d'}",
                json[strlen(json) - 1] == '[' ? "" : ",", i);
    if (admin->kerberos >= 0)
        put(json, "%s{'Kind':'kerberos','Value':'%s'}",
            json[strlen(json) - 1] == '[' ? "" : ",",
            thief_name('u', admin->kerberos));
    put(json, "]");
}

static void put_role(const struct thief_role *role, char *json)
{
    static const int numbers[] = {0, 0, 10, 20};

    put(json, "'RequiredLevel':%d,'Operations':[", numbers[role->level]);
    for (size_t t = 0; t < THIEF_TYPES; t++)
        if (role->masks[t])
            put(json,
                "%s{'ObjectTypeID':%u,'GrantedOperations':%u,"
                "'RequiredLevel':%d}",
                json[strlen(json) - 1] == '[' ? "" : ",", thief_types[t],
                role->masks[t], numbers[role->levels[t]]);
    put(json, "]");
}

/* ---- Random acts: the model after it, and the call ---- */

static bool act_on_admin(struct fixture *f, struct random *random,
                         struct thief_model *model, struct act *act)
{
    struct thief_model other = thief_random(random);
    const int i = (int)random_below(random, THIEF_ADMINS);
    struct thief_admin *admin = &model->admins[i];
    const bool is_group = i >= THIEF_USERS;
    const size_t dice = random_below(random, 4);

    act->class_name = "SMS_Admin";
    act->is_group = is_group;
    snprintf(act->name, sizeof(act->name), "%s",
             is_group ? thief_name('g', i - THIEF_USERS) : thief_name('u', i));
    if (admin->is_there && dice == 0) {
        admin->is_there = false;
        act->verb = "delete";
        return true;
    }
    act->verb = admin->is_there ? "update" : "create";
    put(act->json, "{");
    if (!admin->is_there)
        put(act->json, "'LogonName':'%s','IsGroup':%s,", act->name,
            is_group ? "true" : "false");
    if (admin->is_there && dice == 1 && !is_group) {
        admin->identities ^= 1U << random_below(random, THIEF_IDENTITIES);
        put_identities(admin, act->json);
    } else {
        for (size_t g = 0; g < THIEF_GIVEN; g++) { /* of what is there */
            struct thief_given *given = &admin->given[g];

            *given = other.admins[0].given[g];
            given->scopes &=
                random_chance(random, 50) ? ~0U : ~(unsigned)SCOPE_ALL;
            given->collections &= random_chance(random, 50) ? ~0U : 255U;
            for (int s = 0; s < THIEF_SCOPES; s++)
                given->scopes &= model->scopes[s] ? ~0U : ~(1U << s);
            for (int c = 0; c < THIEF_TREE; c++)
                given->collections &= model->tree[c] ? ~0U : ~(1U << c);
            given->roles &= (1U << (THIEF_ROLES - 1)) - 1;
            if (!given->roles)
                given->roles = 2;
            if (!given->scopes)
                given->scopes = SCOPE_DEFAULT;
        }
        admin->n_given = other.admins[0].n_given;
        if (!admin->is_there)
            admin->kerberos = -1;
        if (!admin->is_there)
            admin->identities = 0;
        put_permissions(f, model, admin, act->json);
    }
    admin->is_there = true;
    put(act->json, "}");
    return true;
}

static bool is_given(const struct thief_model *model, unsigned roles,
                     unsigned scopes, unsigned collections)
{
    for (int a = 0; a < THIEF_ADMINS; a++)
        for (size_t g = 0;
             model->admins[a].is_there && g < model->admins[a].n_given; g++) {
            const struct thief_given *given = &model->admins[a].given[g];

            if (given->roles & roles || given->scopes & scopes ||
                given->collections & collections)
                return true;
        }
    return false;
}

static bool act_on_role(struct random *random, struct thief_model *model,
                        struct act *act)
{
    struct thief_model other = thief_random(random);
    const int i = (int)random_below(random, THIEF_ROLES);
    struct thief_role *role = &model->roles[i];

    act->class_name = "SMS_Role";
    snprintf(act->name, sizeof(act->name), "%s", thief_name('r', i));
    if (role->is_there && random_chance(random, 25)) {
        if (is_given(model, 1U << i, 0, 0))
            return false;
        role->is_there = false;
        act->verb = "delete";
        return true;
    }
    act->verb = role->is_there ? "update" : "create";
    if (role->is_there && random_chance(random, 70)) {
        const size_t t = random_below(random, THIEF_TYPES);

        role->masks[t] = other.roles[1].masks[t];
    } else {
        *role = other.roles[1];
    }
    role->is_there = true;
    put(act->json, "{%s%s%s", act->verb[0] == 'c' ? "'RoleName':'" : "",
        act->verb[0] == 'c' ? act->name : "", act->verb[0] == 'c' ? "'," : "");
    put_role(role, act->json);
    put(act->json, "}");
    return true;
}

static bool act_on_scope(struct random *random, struct thief_model *model,
                         struct act *act)
{
    const int i = (int)random_below(random, THIEF_SCOPES);

    act->class_name = "SMS_SecuredCategory";
    snprintf(act->name, sizeof(act->name), "%s", thief_name('s', i));
    act->verb = model->scopes[i] ? "delete" : "create";
    if (model->scopes[i] && is_given(model, 0, 1U << i, 0))
        return false;
    put(act->json, "{'CategoryName':'%s'}", act->name);
    model->scopes[i] = !model->scopes[i];
    return true;
}

static bool is_above(const struct thief_model *model, int at, int above)
{
    for (; at >= 0; at = model->limits[at])
        if (at == above)
            return true;
    return false;
}

static bool act_on_collection(struct fixture *f, struct random *random,
                              struct thief_model *model, struct act *act)
{
    const int i = (int)random_below(random, THIEF_TREE);
    const int limit = (int)random_below(random, THIEF_TREE + 1) - 1;

    act->class_name = "SMS_Collection";
    snprintf(act->name, sizeof(act->name), "%s", thief_name('c', i));
    if (model->tree[i] && random_chance(random, 25)) {
        for (int c = 0; c < THIEF_TREE; c++)
            if (model->tree[c] && model->limits[c] == i)
                return false;
        model->tree[i] = false;
        act->verb = "delete";
        return !is_given(model, 0, 0, 1U << i);
    }
    act->verb = model->tree[i] ? "update" : "create";
    if (model->tree[i] && random_chance(random, 30)) {
        model->is_commented[i] = !model->is_commented[i];
        put(act->json, "{'Comment':'%s'}",
            model->is_commented[i] ? "said" : "");
        return true;
    }
    if (limit >= 0 && (!model->tree[limit] || is_above(model, limit, i)))
        return false;
    put(act->json, "{'LimitToCollectionID':'%s'%s%s%s}",
        collection_key(f, limit), model->tree[i] ? "" : ",'Name':'",
        model->tree[i] ? "" : act->name, model->tree[i] ? "" : "'");
    model->is_commented[i] = model->tree[i] && model->is_commented[i];
    model->limits[i] = limit;
    model->tree[i] = true;
    return true;
}

static bool act_random(struct fixture *f, struct random *random,
                       struct thief_model *model, struct act *act)
{
    const size_t dice = random_below(random, 100);

    *act = (struct act){.json = ""};
    return dice < 45   ? act_on_admin(f, random, model, act)
           : dice < 65 ? act_on_role(random, model, act)
           : dice < 75 ? act_on_scope(random, model, act)
                       : act_on_collection(f, random, model, act);
}

/* ---- The doors ---- */

/* What a step on behalf of the caller would end with; nothing is kept.
 * STATUS_END: it would do nothing. */
static enum status by_file(struct fixture *f, const struct thief_model *model,
                           const char *user, char *why, size_t size)
{
    const struct declare_caller caller = {
        .user = user, .level = f->level, .now_s = f->now_s};
    OWNED(arena) arena = NULL;
    struct policy policy;
    struct applied applied;
    enum status status;

    assert_int_equal(arena_new(ARENA_BYTES, &arena), STATUS_OK);
    policy = thief_policy(model, arena);
    status = try_policy(f, &policy, &caller, &applied);
    snprintf(why, size, "%s", applied.why);
    return status == STATUS_OK && !applied.changed ? STATUS_END : status;
}

static const char *target_of(struct fixture *f, const struct act *act)
{
    if (strcmp(act->class_name, "SMS_Admin") == 0)
        return act->is_group ? key_of(f,
                                      "SELECT CAST(row AS TEXT) FROM admin"
                                      " WHERE LogonName = ?1 AND IsGroup",
                                      act->name)
                             : key_of(f,
                                      "SELECT CAST(row AS TEXT) FROM admin"
                                      " WHERE LogonName = ?1 AND NOT IsGroup",
                                      act->name);
    if (strcmp(act->class_name, "SMS_Role") == 0)
        return key_of(f, "SELECT RoleID FROM role WHERE RoleName = ?1",
                      act->name);
    if (strcmp(act->class_name, "SMS_Collection") == 0)
        return key_of(f, "SELECT CollectionID FROM collection WHERE Name = ?1",
                      act->name);
    return key_of(f, "SELECT CategoryID FROM scope WHERE CategoryName = ?1",
                  act->name);
}

static enum status by_rpc(struct fixture *f, const struct act *act,
                          const char *user)
{
    if (act->verb[0] == 'c')
        return act_create(f, user, act->class_name, act->json);
    if (act->verb[0] == 'u')
        return act_update(f, user, act->class_name, target_of(f, act),
                          act->json);
    return act_delete(f, user, act->class_name, target_of(f, act));
}

/* Everything as if the console had made it. */
static void give_to_console(struct fixture *f)
{
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(
        store_run_script(f->store,
                         "UPDATE scope SET place = NULL, declared = NULL;"
                         "UPDATE role SET place = NULL, declared = NULL;"
                         "UPDATE collection SET place = NULL, declared = NULL;"
                         "UPDATE admin SET place = NULL, declared = NULL;"),
        STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
}

struct tally {
    size_t n_both;
    size_t n_neither;
};

static void try_round(struct fixture *f, uint64_t round, struct tally *tally)
{
    struct random random = random_make(seed, round);
    struct thief_model model;
    struct thief_model after;
    struct applied applied;
    struct act act;
    char why[700];
    char rpc_why[512];
    enum status file;
    enum status rpc;

    wipe_site(f);
    model = thief_random(&random);
    f->now_s = thief_times[0];
    f->level = (enum auth_level)(1 + random_below(&random, 3));
    {
        OWNED(arena) arena = NULL;
        struct policy policy;

        assert_int_equal(arena_new(ARENA_BYTES, &arena), STATUS_OK);
        policy = thief_policy(&model, arena);
        assert_int_equal(apply_policy(f, &policy, NULL, &applied), STATUS_OK);
    }
    after = model;
    for (int tries = 0;; tries++) {
        if (tries == TRIES)
            return;
        after = model;
        if (act_random(f, &random, &after, &act) &&
            by_file(f, &after, ROOT_USER, why, sizeof(why)) == STATUS_OK)
            break;
    }
    file = by_file(f, &after, "u0@X", why, sizeof(why));
    give_to_console(f);
    rpc = by_rpc(f, &act, "u0@X");
    snprintf(rpc_why, sizeof(rpc_why), "%s", f->failure.why);
    if ((file == STATUS_OK) != (rpc == STATUS_OK)) {
        if (rpc == STATUS_OK || by_rpc(f, &act, ROOT_USER) == STATUS_OK)
            fail_msg("round %llu at level %d: %s %s %s: file %s (%s), rpc %s "
                     "(%s): %s",
                     (unsigned long long)round, (int)f->level, act.verb,
                     act.class_name, act.name, status_name(file), why,
                     status_name(rpc), rpc_why, act.json);
        return; /* no such act at all */
    }
    *(file == STATUS_OK ? &tally->n_both : &tally->n_neither) += 1;
}

static void both_doors_open_for_the_same(void **state)
{
    struct tally tally = {0};

    for (uint64_t round = first_round; round < first_round + n_rounds; round++)
        try_round(*state, round, &tally);
    print_message("%zu by both, %zu by neither\n", tally.n_both,
                  tally.n_neither);
    if (n_rounds >= 40) {
        assert_true(tally.n_both > n_rounds / 10);
        assert_true(tally.n_neither > n_rounds / 10);
    }
}

/* test_apply_doors [ROUNDS [SEED [FIRST]]] */
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        WITH_APPLIED(both_doors_open_for_the_same),
    };

    n_rounds = rounds_of(n_rounds);
    if (argc > 1)
        n_rounds = strtoull(argv[1], NULL, 10);
    if (argc > 2)
        seed = strtoull(argv[2], NULL, 10);
    if (argc > 3)
        first_round = strtoull(argv[3], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
