/*
 * The index against the plain check: whatever estate, every object, every
 * operation, both must answer alike, and a list is what is allowed.
 */
#include "tests/unit/unit.h"

#include <roaring/roaring.h>
#include <stdio.h>

#include "rbac/build.h"
#include "rbac/index.h"

enum {
    N_ROLES = 4,
    N_SCOPES = 6,
    N_COLLECTIONS = 40,
    N_OBJECTS = 150,
    LABELS_MAX_EACH = 9, /* more than a row holds */
    NOW = 100,
    ROUNDS = 40,
};

enum { CLASS_COLLECTION, CLASS_DEVICE, CLASS_PACKAGE, CLASS_ALERT, N_CLASSES };

static const struct rbac_class classes[N_CLASSES] = {
    [CLASS_COLLECTION] = {RBAC_TYPE_COLLECTION, 0},
    [CLASS_DEVICE] = {RBAC_TYPE_COLLECTION, 1},
    [CLASS_PACKAGE] = {RBAC_TYPE_PACKAGE, 2},
    [CLASS_ALERT] = {30, 3},
};

/* A fixed sequence: the same estates every time. */
static uint64_t state_of_random = 88172645463325252u;

static uint32_t below(uint32_t n)
{
    state_of_random ^= state_of_random << 13;
    state_of_random ^= state_of_random >> 7;
    state_of_random ^= state_of_random << 17;
    return (uint32_t)(state_of_random >> 33) % n;
}

/* The labels of every object of one numbering. */
struct labelled {
    uint32_t at[N_OBJECTS + 1];
    uint32_t labels[N_OBJECTS * LABELS_MAX_EACH];
};

static struct world {
    struct rbac_right rights[N_ROLES][3];
    struct rbac_role roles[N_ROLES];
    struct rbac_scope scopes[N_SCOPES];
    struct rbac_collection collections[N_COLLECTIONS];
    char names[N_COLLECTIONS][8];
    uint32_t numbers[64];
    struct rbac_assignment assignments[4];
    struct rbac_admin admin;
    struct labelled objects[N_CLASSES];
    struct rbac_objects described[N_CLASSES];
    struct rbac_engine *engine;
    struct rbac_subject *subject; /* made a little earlier, now or later */
    struct rbac_subject *plain;   /* made for no time more than another */
    struct rbac_index *index;
} world;

static void make_roles(void)
{
    static const uint16_t types[] = {RBAC_TYPE_COLLECTION, RBAC_TYPE_PACKAGE,
                                     30};

    for (size_t r = 0; r < N_ROLES; r++) {
        for (size_t t = 0; t < 3; t++) {
            const struct rbac_type *type =
                rbac_catalog_type(&rbac_catalog, types[t]);

            world.rights[r][t] = (struct rbac_right){
                type->id, (below(UINT32_MAX) | below(8)) & type->operations,
                below(4) ? AUTH_LEVEL_NONE : (enum auth_level)(1 + below(3))};
        }
        world.roles[r] = (struct rbac_role){
            world.names[r], world.names[r], world.rights[r], 3,
            below(4) ? AUTH_LEVEL_NONE : AUTH_LEVEL_CERTIFICATE};
    }
}

static void make_places(void)
{
    for (uint32_t i = 0; i < N_COLLECTIONS; i++) {
        snprintf(world.names[i], sizeof(world.names[i]), "N%u", i);
        world.collections[i] = (struct rbac_collection){
            world.names[i], world.names[i], i ? below(i) : RBAC_NONE};
    }
    for (uint32_t i = 0; i < N_SCOPES; i++)
        world.scopes[i] =
            (struct rbac_scope){world.names[i], world.names[i], i == 0, i == 1};
}

/* Categories are slices of numbers[], each any number below its limit. */
static void make_admin(void)
{
    for (size_t i = 0; i < 4; i++) {
        uint32_t *numbers = &world.numbers[i * 16];
        struct rbac_assignment *assignment = &world.assignments[i];

        for (size_t n = 0; n < 16; n++)
            numbers[n] = below(n < 2   ? N_ROLES
                               : n < 6 ? N_SCOPES
                                       : N_COLLECTIONS);
        *assignment = (struct rbac_assignment){
            numbers,     1 + below(2), numbers + 2, below(4),
            numbers + 6, below(10),    INT64_MIN,   INT64_MAX};
        if (below(2)) {
            assignment->from_s = NOW - 5 + (int)below(10);
            assignment->until_s = NOW - 5 + (int)below(10);
        }
    }
    world.admin = (struct rbac_admin){
        .name = "a", .assignments = world.assignments, .n_assignments = 4};
}

static void make_objects(size_t class)
{
    struct labelled *labelled = &world.objects[class];
    const uint32_t n = class == CLASS_COLLECTION ? N_COLLECTIONS : N_OBJECTS;
    const uint32_t limit = class == CLASS_PACKAGE ? N_SCOPES : N_COLLECTIONS;

    labelled->at[0] = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t n_labels = below(LABELS_MAX_EACH + 1);
        uint32_t *labels = &labelled->labels[labelled->at[i]];

        if (class == CLASS_COLLECTION || class == CLASS_ALERT)
            n_labels = class == CLASS_COLLECTION;
        for (uint32_t l = 0; l < n_labels; l++)
            labels[l] = class == CLASS_COLLECTION ? i
                        : class == CLASS_PACKAGE  ? 1 + below(limit - 1)
                                                  : below(limit);
        labelled->at[i + 1] = labelled->at[i] + n_labels;
    }
    world.described[class] =
        (struct rbac_objects){n, labelled->at, labelled->labels, NULL};
}

static void make_world(void)
{
    const struct rbac_estate estate = {
        &rbac_catalog, world.roles,  N_ROLES,
        world.scopes,  N_SCOPES,     world.collections,
        N_COLLECTIONS, &world.admin, 1};
    const uint32_t own = 0;
    struct rbac_problem problem;

    make_places();
    make_roles();
    make_admin();
    for (size_t class = 0; class < N_CLASSES; class ++)
        make_objects(class);
    assert_int_equal(rbac_engine_build(&estate, &world.engine, &problem),
                     STATUS_OK);
    assert_int_equal(rbac_subject_new_at(world.engine, &own, 1,
                                         NOW - 3 + (int)below(7),
                                         &world.subject),
                     STATUS_OK);
    assert_int_equal(rbac_subject_new(world.engine, &own, 1, &world.plain),
                     STATUS_OK);
    assert_int_equal(rbac_index_build(world.engine, classes, N_CLASSES,
                                      world.described, N_CLASSES, &world.index),
                     STATUS_OK);
}

static void free_world(void)
{
    rbac_index_free(world.index);
    rbac_subject_free(world.subject);
    rbac_subject_free(world.plain);
    rbac_engine_free(world.engine);
}

static struct rbac_decision plain(size_t class, uint32_t object,
                                  uint8_t operation, enum auth_level level)
{
    const struct labelled *labelled = &world.objects[class];
    const struct rbac_request request = {
        .type = classes[class].type,
        .operation = operation,
        .labels = &labelled->labels[labelled->at[object]],
        .n_labels = labelled->at[object + 1] - labelled->at[object],
        .level = level,
        .now_s = NOW,
    };

    return rbac_check(world.plain, &request);
}

static void assert_same(struct rbac_decision a, struct rbac_decision b)
{
    assert_int_equal(a.verdict, b.verdict);
    assert_string_equal(rbac_reason_name(a.reason), rbac_reason_name(b.reason));
    assert_int_equal(a.level_required, b.level_required);
}

/*
 * Deepest labels alone differ from all of them only where a directly assigned
 * collection blocks, which is asked of collections and not of devices.
 */
static bool is_comparable(size_t class, uint8_t operation)
{
    return class != CLASS_DEVICE ||
           (operation != RBAC_OP_MODIFY && operation != RBAC_OP_DELETE);
}

static void compare_class(const struct rbac_index *index, size_t class,
                          uint8_t operation, enum auth_level level)
{
    SCOPED(rbac_set_clear) struct rbac_set set = {0};
    const uint32_t n = (uint32_t)world.described[class].n;
    struct rbac_ask asks[N_OBJECTS] = {0};
    struct rbac_decision many[N_OBJECTS];
    size_t n_allowed = 0;

    for (uint32_t i = 0; i < n; i++)
        asks[i] = (struct rbac_ask){world.subject, i, (uint16_t) class,
                                    operation, (uint8_t)level};
    rbac_index_check_many(index, asks, n, NOW, many);
    assert_int_equal(rbac_index_visible(index, &asks[0], NOW, &set), STATUS_OK);
    for (uint32_t i = 0; i < n; i++) {
        const struct rbac_decision one = rbac_index_check(index, &asks[i], NOW);

        assert_same(one, plain(class, i, operation, level));
        assert_same(one, many[i]);
        assert_int_equal(rbac_set_has(&set, i), one.verdict == RBAC_ALLOW);
        n_allowed += one.verdict == RBAC_ALLOW;
    }
    assert_int_equal(set.count, n_allowed);
}

static void compare_all(const struct rbac_index *index)
{
    for (size_t class = 0; class < N_CLASSES; class ++)
        for (uint8_t operation = 0; operation < 34; operation++)
            for (int level = 0; level <= AUTH_LEVEL_MFA; level++)
                if (is_comparable(class, operation))
                    compare_class(index, class, operation,
                                  (enum auth_level)level);
}

static void index_and_list_answer_as_the_plain_check_does(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        make_world();
        compare_all(world.index);
        free_world();
    }
}

/* Other labels for an object, in the world and in a new generation. */
static struct rbac_index *move(const struct rbac_index *index, uint32_t object)
{
    struct labelled *labelled = &world.objects[CLASS_DEVICE];
    struct rbac_index *next = NULL;
    const uint32_t from = labelled->at[object];

    for (uint32_t l = from; l < labelled->at[object + 1]; l++)
        labelled->labels[l] = below(N_COLLECTIONS);
    assert_int_equal(rbac_index_set(index, CLASS_DEVICE, object,
                                    &labelled->labels[from],
                                    labelled->at[object + 1] - from, &next),
                     STATUS_OK);
    return next;
}

static void a_changed_object_is_right_in_the_next_generation(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS / 4; round++) {
        make_world();
        for (int moves = 0; moves < 30; moves++) {
            OWNED(rbac_index) before = world.index;

            world.index = move(before, below(N_OBJECTS));
        }
        compare_all(world.index);
        free_world();
    }
}

static void lists_laid_out_anew_are_the_same(void **state)
{
    (void)state;
    make_world();
    for (int moves = 0; moves < 2500; moves++) {
        OWNED(rbac_index) before = world.index;

        world.index = move(before, below(N_OBJECTS));
    }
    compare_all(world.index);
    free_world();
}

static void an_earlier_generation_stays_as_it_was(void **state)
{
    const struct rbac_ask ask = {NULL, 7, CLASS_DEVICE, RBAC_OP_READ_RESOURCE,
                                 AUTH_LEVEL_MFA};
    struct rbac_ask asked = ask;
    OWNED(rbac_index) next = NULL;
    struct rbac_decision before;

    (void)state;
    make_world();
    asked.subject = world.subject;
    before = rbac_index_check(world.index, &asked, NOW);
    assert_int_equal(
        rbac_index_set(world.index, CLASS_DEVICE, 7, NULL, 0, &next),
        STATUS_OK);
    assert_same(rbac_index_check(world.index, &asked, NOW), before);
    assert_int_equal(rbac_index_check(next, &asked, NOW).verdict, RBAC_DENY);
    free_world();
}

static void objects_are_added_at_the_end_and_found(void **state)
{
    const uint32_t root = 0;
    OWNED(rbac_index) next = NULL;
    struct rbac_index *bad = NULL;

    (void)state;
    make_world();
    assert_int_equal(rbac_index_set(world.index, CLASS_DEVICE, N_OBJECTS + 5,
                                    &root, 1, &next),
                     STATUS_OK);
    for (uint32_t i = 0; i < 6; i++) {
        const struct rbac_ask ask = {world.subject, N_OBJECTS + i, CLASS_DEVICE,
                                     RBAC_OP_READ, AUTH_LEVEL_MFA};
        const struct rbac_request request = {.type = RBAC_TYPE_COLLECTION,
                                             .labels = &root,
                                             .n_labels = i == 5,
                                             .level = AUTH_LEVEL_MFA,
                                             .now_s = NOW};

        assert_same(rbac_index_check(next, &ask, NOW),
                    rbac_check(world.subject, &request));
    }
    assert_int_equal(
        rbac_index_set(next, CLASS_DEVICE, 1000000, &root, 1, &bad),
        STATUS_INVALID);
    free_world();
}

static void labels_out_of_range_are_refused(void **state)
{
    const uint32_t far = N_COLLECTIONS, all = 0;
    struct rbac_index *next = NULL;

    (void)state;
    make_world();
    assert_int_equal(
        rbac_index_set(world.index, CLASS_DEVICE, 0, &far, 1, &next),
        STATUS_INVALID);
    assert_int_equal(
        rbac_index_set(world.index, CLASS_PACKAGE, 0, &all, 1, &next),
        STATUS_INVALID);
    assert_int_equal(rbac_index_set(world.index, N_CLASSES, 0, &far, 1, &next),
                     STATUS_INVALID);
    assert_null(next);
    free_world();
}

/* ---- Sets ---- */

static void sets_are_read_in_order_by_pages_of_any_size(void **state)
{
    SCOPED(rbac_set_clear) struct rbac_set set = {0};
    uint32_t numbers[97], from, last;

    (void)state;
    assert_int_equal(rbac_set_begin(&set, 1000), STATUS_OK);
    for (uint32_t i = 0; i < 1000; i++)
        if (i % 3 == 0 || (i >= 128 && i < 320))
            rbac_set_put(&set, i);
    rbac_set_end(&set);
    for (size_t page = 1; page <= 97; page++) {
        size_t n_read = 0, n;

        from = last = 0;
        while ((n = rbac_set_read(&set, &from, numbers, page)) > 0) {
            for (size_t i = 0; i < n; i++) {
                assert_true(rbac_set_has(&set, numbers[i]));
                assert_true(n_read + i == 0 || numbers[i] > last);
                last = numbers[i];
            }
            n_read += n;
            assert_int_equal(rbac_set_rank(&set, from), n_read);
        }
        assert_int_equal(n_read, set.count);
    }
}

static void the_compressed_form_holds_the_same(void **state)
{
    SCOPED(rbac_set_clear) struct rbac_set set = {0};
    roaring_bitmap_t *roaring = NULL;

    (void)state;
    assert_int_equal(rbac_set_begin(&set, 300000), STATUS_OK);
    for (uint32_t i = 0; i < 300000; i++)
        if ((i > 65536 && i < 131072) || i % 1000 == 7)
            rbac_set_put(&set, i);
    rbac_set_end(&set);
    assert_int_equal(rbac_set_compress(&set, &roaring), STATUS_OK);
    assert_int_equal(roaring_bitmap_get_cardinality(roaring), set.count);
    for (uint32_t i = 0; i < 300000; i++)
        assert_int_equal(roaring_bitmap_contains(roaring, i),
                         rbac_set_has(&set, i));
    roaring_bitmap_free(roaring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(index_and_list_answer_as_the_plain_check_does),
        cmocka_unit_test(a_changed_object_is_right_in_the_next_generation),
        cmocka_unit_test(lists_laid_out_anew_are_the_same),
        cmocka_unit_test(an_earlier_generation_stays_as_it_was),
        cmocka_unit_test(objects_are_added_at_the_end_and_found),
        cmocka_unit_test(labels_out_of_range_are_refused),
        cmocka_unit_test(sets_are_read_in_order_by_pages_of_any_size),
        cmocka_unit_test(the_compressed_form_holds_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
