#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/object/import.h"
#include "provider/object/natural.h"

/* ---- Making a site ---- */

#define HERE                                                                   \
    {                                                                          \
        "test.yaml", 1, 1                                                      \
    }

static enum status assign(struct declare *declare, const char *user,
                          const char *role, const char *scope,
                          const char *const *collections, size_t n)
{
    const struct policy_assignment assignment = {
        .place = HERE,
        .roles = &role,
        .n_roles = 1,
        .scopes = &scope,
        .n_scopes = 1,
        .collections = collections,
        .n_collections = n,
        .from_s = INT64_MIN,
        .until_s = INT64_MAX,
    };
    const struct policy_admin admin = {.place = HERE,
                                       .name = user,
                                       .assignments = &assignment,
                                       .n_assignments = 1};

    return declare_admin(declare, &admin);
}

static enum status declare_people(struct declare *declare, bool is_first)
{
    static const char *const all[] = {"All Systems",
                                      "All Users and User Groups"};
    static const char *const servers[] = {"Servers"};

    TRY(declare_scope(declare,
                      &(struct policy_scope){HERE, "Web", "Web estate", {0}}));
    TRY(declare_scope(declare,
                      &(struct policy_scope){HERE, "Db", "Databases", {0}}));
    TRY(assign(declare, "full", "Full Administrator", "All", all, 2));
    if (is_first)
        return STATUS_OK;
    TRY(assign(declare, "author", "Application Author", "Web", NULL, 0));
    TRY(assign(declare, "deployer", "Application Deployment Manager", "Web",
               servers, 1));
    TRY(assign(declare, "security", "Security Administrator", "Web", servers,
               1));
    return assign(declare, "analyst", "Read-only Analyst", "Web", servers, 1);
}

static enum status declare_once(struct fixture *fixture, bool is_first)
{
    OWNED(declare) declare = NULL;
    bool changed;
    enum status status;

    TRY(store_write_begin(fixture->store));
    TRY(declare_begin(fixture->store, &declare));
    status = declare_people(declare, is_first);
    if (status == STATUS_OK)
        status = declare_finish(declare, &changed);
    if (status != STATUS_OK) {
        print_error("%s\n", declare_why(declare));
        store_write_rollback(fixture->store);
        return status;
    }
    TRY(store_write_commit(fixture->store));
    fixture_reload(fixture);
    return STATUS_OK;
}

void fixture_reload(struct fixture *fixture)
{
    struct site *site = NULL;

    assert_int_equal(site_load(fixture->store, &site), STATUS_OK);
    site_free(fixture->site);
    fixture->site = site;
    assert_int_equal(site_follow_classes(fixture->store, true), STATUS_OK);
}

/* What files declare is stamped by the wall clock: two sites must not differ.
 */
static enum status forget_clock(struct fixture *fixture)
{
    TRY(store_write_begin(fixture->store));
    TRY(store_run_script(
        fixture->store,
        "UPDATE scope SET CreatedDate = NULL, LastModifiedDate = NULL;"
        "UPDATE admin SET CreatedDate = NULL, LastModifiedDate = NULL;"));
    return store_write_commit(fixture->store);
}

enum status fixture_make(const char *path, struct fixture **fixture_out)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));

    fixture->text = buf_make(64 << 20);
    fixture->level = AUTH_LEVEL_MFA;
    for (size_t i = 0; i < IDENTITY_N_KINDS; i++)
        fixture->reach[i] = AUTH_LEVEL_MFA;
    fixture->now_s = 1800000000;
    TRY(store_open(path, STORE_MAKE, &fixture->store));
    TRY(site_prepare(fixture->store, "P01", "Head office"));
    TRY(declare_once(fixture, true));
    make_object(fixture, "SMS_Collection", "CollectionID",
                "{'Name':'Servers','LimitToCollectionID':'SMS00001'}");
    make_object(fixture, "SMS_Collection", "CollectionID",
                "{'Name':'Desktops','LimitToCollectionID':'SMS00001'}");
    TRY(declare_once(fixture, false));
    TRY(forget_clock(fixture));
    *fixture_out = fixture;
    return STATUS_OK;
}

int fixture_open(void **state)
{
    struct fixture *fixture = NULL;

    if (fixture_make(":memory:", &fixture) != STATUS_OK)
        return -1;
    *state = fixture;
    return 0;
}

int fixture_close(void **state)
{
    struct fixture *fixture = *state;

    json_decref(fixture->result);
    buf_free(&fixture->text);
    site_free(fixture->site);
    store_free(fixture->store);
    free(fixture);
    return 0;
}

/* ---- The gate ---- */

/* A test may have its own: they stand around what the object room does. */
__attribute__((weak)) void room_entered(void)
{
}

__attribute__((weak)) void room_left(void)
{
}

#define IN_ROOM(call)                                                          \
    do {                                                                       \
        room_entered();                                                        \
        status = (call);                                                       \
        room_left();                                                           \
    } while (0)

enum { ADMINS_MAX = 32 };

static struct object_call begin(struct fixture *fixture, const char *user,
                                const char *class_name,
                                struct rbac_subject **subject)
{
    uint32_t admins[ADMINS_MAX];
    uint32_t own;
    const size_t n =
        site_admins_of(fixture->site, (struct site_member){.user = user},
                       admins, ADMINS_MAX, &own);

    assert_true(n <= ADMINS_MAX);
    assert_int_equal(
        rbac_subject_new(fixture->site->engine, admins, n, subject), STATUS_OK);
    buf_clear(&fixture->text);
    json_decref(fixture->result);
    fixture->result = NULL;
    return (struct object_call){
        .store = fixture->store,
        .actor = {.user = user,
                  .engine = fixture->site->engine,
                  .map = fixture->site->map,
                  .subject = *subject,
                  .site = fixture->site,
                  .reach = fixture->reach,
                  .level = fixture->level,
                  .own_admin = own,
                  .now_s = fixture->now_s},
        .class = object_class_find(text_of(class_name)),
    };
}

static struct question question_of(const struct object_call *call,
                                   struct object_need need)
{
    return (struct question){.subject = call->actor.subject,
                             .level = call->actor.level,
                             .now_s = call->actor.now_s,
                             .need = need};
}

static enum status tell(struct object_call *call, struct question_answer answer)
{
    if (answer.decision.verdict == RBAC_ALLOW)
        return STATUS_OK;
    call->failure.denial = denial_make(answer.decision, answer.need);
    return STATUS_DENIED;
}

static enum status ask_type(struct object_call *call, struct object_need need)
{
    const struct question q = question_of(call, need);

    return tell(call, question_answer(&q));
}

static enum status ask_object(struct object_call *call, const char *key,
                              struct object_need need,
                              struct object_target *target)
{
    struct question q = question_of(call, need);
    struct question_answer answer;
    enum status status;

    IN_ROOM(natural_act_on(call->store, call->actor.site,
                           (struct question_object){call->class, text_of(key)},
                           &q, target, &answer));
    TRY(status);
    call->target = target;
    return tell(call, answer);
}

static enum status ask_method(struct fixture *fixture, struct object_call *call,
                              const struct object_method *method,
                              const char *key, struct object_target *target)
{
    const struct rbac_decision refused = {
        .reason = question_method(method, call->actor.subject,
                                  fixture->is_excepted, call->actor.now_s)};

    if (refused.reason != RBAC_ALLOWED)
        return tell(call, (struct question_answer){refused, method->need});
    if (method->is_for_all)
        return STATUS_OK;
    return method->is_static ? ask_type(call, method->need)
                             : ask_object(call, key, method->need, target);
}

static enum status finish(struct fixture *fixture, struct object_call *call,
                          struct rbac_subject *subject,
                          struct object_target *target, enum status status)
{
    if (status == STATUS_OK && fixture->text.size > 0) {
        fixture->result =
            json_loadb(buf_text(&fixture->text).data, fixture->text.size,
                       JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
        assert_non_null(fixture->result);
    }
    fixture->failure = call->failure;
    fixture->message_id = call->message_id;
    fixture->estate_changed = call->estate_changed;
    object_target_clear(target);
    rbac_subject_free(subject);
    buf_free(&call->keys);
    return status;
}

static void change_begin(struct fixture *fixture)
{
    assert_int_equal(store_write_begin(fixture->store), STATUS_OK);
    assert_int_equal(store_part_begin(fixture->store), STATUS_OK);
}

static void change_end(struct fixture *fixture, enum status status)
{
    if (status != STATUS_OK) {
        /* Without memory the store may have gone back all the way already. */
        if (store_part_undo(fixture->store) != STATUS_OK) {
            store_write_rollback(fixture->store);
            return;
        }
    } else {
        assert_int_equal(store_part_keep(fixture->store), STATUS_OK);
    }
    assert_int_equal(store_write_commit(fixture->store), STATUS_OK);
    if (status == STATUS_OK && fixture->estate_changed)
        fixture_reload(fixture);
}

/* ' stands for " in the tests. */
static json_t *read_json(const char *json)
{
    char *text = strdup(json ? json : "{}");
    json_t *read;

    for (char *c = text; *c; c++)
        if (*c == '\'')
            *c = '"';
    read = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(read);
    free(text);
    return read;
}

/* ---- Acts ---- */

enum status act_get(struct fixture *fixture, const char *user,
                    const char *class_name, const char *key)
{
    struct rbac_subject *subject = NULL;
    struct object_target target = {0};
    struct object_call call = begin(fixture, user, class_name, &subject);
    struct json_writer writer = json_writer_make(&fixture->text);
    enum status status = ask_object(&call, key, call.class->read, &target);

    if (status == STATUS_OK)
        IN_ROOM(object_get(&call, NULL, &writer));
    return finish(fixture, &call, subject, &target, status);
}

struct reader {
    struct object_call *call;
};

static bool may_read(void *context, uint16_t type, uint8_t operation,
                     const uint32_t *labels, size_t n_labels)
{
    const struct reader *reader = context;
    const struct rbac_request request = {
        .type = type,
        .operation = operation,
        .is_type_wide = !labels,
        .labels = labels,
        .n_labels = n_labels,
        .level = reader->call->actor.level,
        .now_s = reader->call->actor.now_s,
    };

    return rbac_check(reader->call->actor.subject, &request).verdict ==
           RBAC_ALLOW;
}

enum status act_list(struct fixture *fixture, const char *user,
                     const char *class_name, const struct object_list *list)
{
    struct rbac_subject *subject = NULL;
    struct object_target target = {0};
    struct object_call call = begin(fixture, user, class_name, &subject);
    struct json_writer writer = json_writer_make(&fixture->text);
    struct reader reader = {&call};
    const struct object_filter filter = {may_read, &reader, fixture->site->map};
    struct object_list asked = *list;
    enum status status;

    asked.collection = object_class_collection(text_of(class_name));
    IN_ROOM(object_list(&call, &asked, &filter, &writer));
    return finish(fixture, &call, subject, &target, status);
}

enum status act_query(struct fixture *fixture, const char *user,
                      const struct object_query *query)
{
    struct rbac_subject *subject = NULL;
    struct object_target target = {0};
    struct object_call call = begin(fixture, user, "SMS_Site", &subject);
    struct json_writer writer = json_writer_make(&fixture->text);
    struct reader reader = {&call};
    const struct object_filter filter = {may_read, &reader, fixture->site->map};
    enum status status;

    IN_ROOM(object_query(&call, query, &filter, &writer));
    return finish(fixture, &call, subject, &target, status);
}

enum status act_watch(struct fixture *fixture, const char *user,
                      const char *class_name, const char *filter,
                      struct watch **watch_out)
{
    struct rbac_subject *subject = NULL;
    struct object_target target = {0};
    struct object_call call = begin(fixture, user, class_name, &subject);
    struct reader reader = {&call};
    const struct object_filter sight = {may_read, &reader, fixture->site->map};
    OWNED(watch) watch = NULL;
    enum status status;

    status = watch_new(&call, text_of(filter), &watch);
    if (status == STATUS_OK)
        IN_ROOM(watch_begin(watch, &call, &sight));
    if (status == STATUS_OK)
        *watch_out = TAKE(watch);
    return finish(fixture, &call, subject, &target, status);
}

enum status act_look(struct fixture *fixture, const char *user,
                     const char *class_name, struct watch *watch,
                     struct watch_look *look)
{
    struct rbac_subject *subject = NULL;
    struct object_target target = {0};
    struct object_call call = begin(fixture, user, class_name, &subject);
    struct json_writer writer = json_writer_make(&fixture->text);
    struct reader reader = {&call};
    const struct object_filter sight = {may_read, &reader, fixture->site->map};
    enum status status;

    IN_ROOM(watch_look(watch, &call, &sight, look, &writer));
    return finish(fixture, &call, subject, &target, status);
}

enum status act_create(struct fixture *fixture, const char *user,
                       const char *class_name, const char *json)
{
    struct rbac_subject *subject = NULL;
    struct object_target target = {0};
    struct object_call call = begin(fixture, user, class_name, &subject);
    struct json_writer writer = json_writer_make(&fixture->text);
    json_t *properties = read_json(json);
    enum status status = ask_type(&call, call.class->create);

    change_begin(fixture);
    if (status == STATUS_OK)
        IN_ROOM(object_create(&call, properties, &writer));
    status = finish(fixture, &call, subject, &target, status);
    change_end(fixture, status);
    json_decref(properties);
    return status;
}

enum status act_update_if(struct fixture *fixture, const char *user,
                          const char *class_name, const char *key,
                          const char *json, int64_t version)
{
    struct rbac_subject *subject = NULL;
    struct object_target target = {0};
    struct object_call call = begin(fixture, user, class_name, &subject);
    struct json_writer writer = json_writer_make(&fixture->text);
    json_t *properties = read_json(json);
    enum status status;

    change_begin(fixture);
    status = ask_object(&call, key, call.class->modify, &target);
    if (status == STATUS_OK)
        IN_ROOM(object_update(&call, properties, version, &writer));
    status = finish(fixture, &call, subject, &target, status);
    change_end(fixture, status);
    json_decref(properties);
    return status;
}

enum status act_update(struct fixture *fixture, const char *user,
                       const char *class_name, const char *key,
                       const char *json)
{
    return act_update_if(fixture, user, class_name, key, json, -1);
}

/* Each row is asked for in the act. */
enum status act_import(struct fixture *fixture, const char *user,
                       const char *class_name, const char *by, const char *json)
{
    SCOPED(object_imported_clear) struct object_imported imported = {0};
    struct rbac_subject *subject = NULL;
    struct object_target target = {0};
    struct object_call call = begin(fixture, user, class_name, &subject);
    struct json_writer writer = json_writer_make(&fixture->text);
    json_t *rows = read_json(json);
    const struct object_import import = {.rows = rows,
                                         .by = text_of(by ? by : ""),
                                         .until_us = INT64_MAX,
                                         .latest_us = INT64_MAX,
                                         .keys_max_bytes = 4096};
    enum status status = STATUS_OK;

    change_begin(fixture);
    IN_ROOM(object_import(&call, &import, &imported, &writer));
    if (status == STATUS_OK)
        snprintf(fixture->import, sizeof(fixture->import), "%.*s|%.*s|%.*s|%zu",
                 (int)imported.created.size,
                 imported.created.size ? buf_text(&imported.created).data : "",
                 (int)imported.updated.size,
                 imported.updated.size ? buf_text(&imported.updated).data : "",
                 (int)imported.denied.size,
                 imported.denied.size ? buf_text(&imported.denied).data : "",
                 imported.n_denied);
    status = finish(fixture, &call, subject, &target, status);
    change_end(fixture, status);
    json_decref(rows);
    return status;
}

enum status act_delete(struct fixture *fixture, const char *user,
                       const char *class_name, const char *key)
{
    struct rbac_subject *subject = NULL;
    struct object_target target = {0};
    struct object_call call = begin(fixture, user, class_name, &subject);
    enum status status;

    change_begin(fixture);
    status = ask_object(&call, key, call.class->remove, &target);
    if (status == STATUS_OK)
        IN_ROOM(object_delete(&call, -1));
    status = finish(fixture, &call, subject, &target, status);
    change_end(fixture, status);
    return status;
}

enum status act_invoke(struct fixture *fixture, const char *user,
                       const char *class_name, const char *key,
                       const char *method_name, const char *json)
{
    struct rbac_subject *subject = NULL;
    struct object_target target = {0};
    struct object_call call = begin(fixture, user, class_name, &subject);
    struct json_writer writer = json_writer_make(&fixture->text);
    const struct object_method *method =
        object_method_find(call.class, text_of(method_name));
    json_t *args = read_json(json);
    enum status status;

    assert_non_null(method);
    change_begin(fixture);
    status = ask_method(fixture, &call, method, key, &target);
    if (status == STATUS_OK)
        IN_ROOM(object_invoke(&call, method, args, &writer));
    status = finish(fixture, &call, subject, &target, status);
    change_end(fixture, status);
    json_decref(args);
    return status;
}

/* ---- Looking at answers ---- */

const char *text_in(const struct fixture *fixture, const char *property)
{
    return json_string_value(json_object_get(fixture->result, property));
}

int64_t number_in(const struct fixture *fixture, const char *property)
{
    const json_t *value = json_object_get(fixture->result, property);

    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

size_t n_items(const struct fixture *fixture)
{
    return json_array_size(json_object_get(fixture->result, "items"));
}

const char *item_text(const struct fixture *fixture, size_t i,
                      const char *property)
{
    return json_string_value(json_object_get(
        json_array_get(json_object_get(fixture->result, "items"), i),
        property));
}

/* ---- Making things ---- */

const char *make_object(struct fixture *fixture, const char *class_name,
                        const char *key_property, const char *json)
{
    static char key[64];
    const json_t *value;

    if (act_create(fixture, "full", class_name, json) != STATUS_OK)
        fail_msg("create %s %s: %s %s", class_name, json,
                 fixture->failure.property, fixture->failure.why);
    value = json_object_get(fixture->result, key_property);
    if (json_is_integer(value))
        snprintf(key, sizeof(key), "%lld",
                 (long long)json_integer_value(value));
    else
        snprintf(key, sizeof(key), "%s", json_string_value(value));
    return key;
}

void put_in_scope(struct fixture *fixture, int type, const char *key,
                  const char *scope_id)
{
    char json[256];

    snprintf(json, sizeof(json),
             "{'ObjectIDs':['%s'],'ObjectTypeIDs':[%d],'CategoryIDs':['%s']}",
             key, type, scope_id);
    assert_int_equal(act_invoke(fixture, "full",
                                "SMS_SecuredCategoryMembership", NULL,
                                "AddMemberships", json),
                     STATUS_OK);
    snprintf(json, sizeof(json),
             "{'ObjectIDs':['%s'],'ObjectTypeIDs':[%d],'CategoryIDs':"
             "['SMS00UNA']}",
             key, type);
    assert_int_equal(act_invoke(fixture, "full",
                                "SMS_SecuredCategoryMembership", NULL,
                                "RemoveMemberships", json),
                     STATUS_OK);
}

const char *make_member(struct fixture *fixture, const char *name,
                        const char *collection)
{
    static char key[64];
    char json[256];

    snprintf(json, sizeof(json), "{'Name':'%s'}", name);
    snprintf(key, sizeof(key), "%s",
             make_object(fixture, "SMS_R_System", "ResourceID", json));
    snprintf(json, sizeof(json), "{'CollectionRule':{'ResourceID':%s}}", key);
    assert_int_equal(act_invoke(fixture, "full", "SMS_Collection", collection,
                                "AddMembershipRule", json),
                     STATUS_OK);
    return key;
}
