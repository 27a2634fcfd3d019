/* Labels of devices in blocks, against an array of lists. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "provider/object/query/label_block.h"

enum { PACKED_MAX = 65536, TRIALS = 200 };

static uint32_t random_below(uint64_t *state, uint32_t n)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)(*state >> 33) % n;
}

static struct text sql_labels(struct store *store, struct text packed,
                              int64_t resource, struct store_stmt **stmt)
{
    assert_int_equal(
        store_row_with(store, "SELECT sms_labels(?1, ?2)",
                       STORE_ARGS(STORE_BLOB(packed), STORE_INT(resource)),
                       stmt),
        STATUS_OK);
    return store_text(*stmt, 0);
}

static struct store *open_store(void)
{
    struct store *store = NULL;

    assert_int_equal(store_open(":memory:", STORE_WRITE, &store), STATUS_OK);
    assert_int_equal(label_block_register(store), STATUS_OK);
    return store;
}

/* Labels of every size that a number may have, as they are in arrays. */
enum { LIST_MAX = 4 };
struct model {
    uint32_t of[LABELS_ROWS][LIST_MAX];
    size_t n[LABELS_ROWS];
};

static const uint32_t steps[] = {1,       2,       127,       128,
                                 16383,   16384,   2097151,   2097152,
                                 1 << 28, 1 << 29, 268435455, 3};

/* Some devices without labels, some alike, some alone. */
static void make_lists(uint64_t *random, struct model *model, struct buf *bytes,
                       struct label_block *block)
{
    for (size_t i = 0; i < LABELS_ROWS; i++) {
        const size_t first = buf_text(bytes).size;
        uint32_t last = 0;

        model->n[i] = random_below(random, LIST_MAX + 1);
        for (size_t at = 0; at < model->n[i]; at++) {
            const uint32_t row = last + steps[random_below(random, 12)];

            label_list_append(bytes, last, row);
            model->of[i][at] = last = row;
        }
        block->of[i] = (struct text){NULL, buf_text(bytes).size - first};
    }
    for (size_t i = 0, at = 0; i < LABELS_ROWS; at += block->of[i++].size)
        block->of[i].data = buf_text(bytes).data + at;
}

static void assert_list(const struct model *model, size_t i, struct text list,
                        struct text answered)
{
    struct label_walk walk = {list, 0};

    for (size_t at = 0; at < model->n[i]; at++) {
        assert_int_equal(label_walk_next(&walk), STATUS_OK);
        assert_int_equal(walk.row, model->of[i][at]);
        assert_int_equal(label_at(answered, at), model->of[i][at]);
    }
    assert_int_equal(label_walk_next(&walk), STATUS_END);
    assert_int_equal(answered.size, model->n[i] * LABEL_BYTES);
}

static void what_is_written_is_read(void **state)
{
    OWNED(store) store = open_store();
    uint64_t random = 7;

    (void)state;
    for (int trial = 0; trial < TRIALS; trial++) {
        SCOPED(buf_free) struct buf bytes = buf_make(PACKED_MAX);
        SCOPED(buf_free) struct buf packed = buf_make(PACKED_MAX);
        struct label_block block, again;
        struct model model;

        make_lists(&random, &model, &bytes, &block);
        assert_int_equal(label_block_write(&block, &packed), STATUS_OK);
        assert_int_equal(label_block_read(buf_text(&packed), &again),
                         STATUS_OK);
        for (size_t i = 0; i < LABELS_ROWS; i++) {
            SCOPED(store_done) struct store_stmt *stmt = NULL;

            assert_list(&model, i, again.of[i],
                        sql_labels(store, buf_text(&packed),
                                   16777216 + (int64_t)i, &stmt));
        }
    }
}

static void no_labels_need_no_block(void **state)
{
    SCOPED(buf_free) struct buf packed = buf_make(PACKED_MAX);
    struct label_block block = {0};

    (void)state;
    assert_int_equal(label_block_write(&block, &packed), STATUS_OK);
    assert_int_equal(buf_text(&packed).size, 0);
    assert_int_equal(label_block_read((struct text){0}, &block), STATUS_OK);
    for (size_t i = 0; i < LABELS_ROWS; i++)
        assert_int_equal(block.of[i].size, 0);
}

/* A part of a block, or other bytes in it: lists inside of it, or none. */
static void broken_blocks_give_nothing_else(void **state)
{
    OWNED(store) store = open_store();
    SCOPED(buf_free) struct buf bytes = buf_make(PACKED_MAX);
    SCOPED(buf_free) struct buf packed = buf_make(PACKED_MAX);
    struct label_block block, again;
    struct model model;
    uint64_t random = 11;

    (void)state;
    make_lists(&random, &model, &bytes, &block);
    assert_int_equal(label_block_write(&block, &packed), STATUS_OK);
    for (size_t size = 1; size < buf_text(&packed).size; size++) {
        char *part = malloc(size);
        const struct text cut = {part, size};
        SCOPED(store_done) struct store_stmt *stmt = NULL;

        memcpy(part, buf_text(&packed).data, size);
        if (size < LABELS_ROWS)
            assert_int_equal(label_block_read(cut, &again), STATUS_INVALID);
        assert_true(sql_labels(store, cut, (int64_t)size, &stmt).size <=
                    LABEL_BYTES * size);
        store_done(&stmt);
        part[random_below(&random, (uint32_t)size)] ^=
            (char)(1 + random_below(&random, 255));
        if (label_block_read(cut, &again) == STATUS_OK)
            for (size_t i = 0; i < LABELS_ROWS; i++)
                assert_true(again.of[i].size <= size);
        assert_true(sql_labels(store, cut, (int64_t)size, &stmt).size <=
                    LABEL_BYTES * size);
        free(part);
    }
}

/* Numbers that are too long, too large, or do not ascend. */
static void other_numbers_are_refused(void **state)
{
    static const char *const lists[] = {
        "\x80",     "\x80\x80\x80\x80\x80\x01", "\xff\xff\xff\xff\x1f",
        "\x05\x81", "\xff\xff\xff\xff\x0f\x01", "\x81\x80\x80"};
    const struct text zeros[] = {{"\x00", 1}, {"\x01\x00", 2}, {"\x81\x00", 2}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(lists) + ARRAY_SIZE(zeros); i++) {
        struct label_walk walk = {i < ARRAY_SIZE(lists)
                                      ? text_of(lists[i])
                                      : zeros[i - ARRAY_SIZE(lists)],
                                  0};
        enum status found;

        while ((found = label_walk_next(&walk)) == STATUS_OK)
            continue;
        assert_int_equal(found, STATUS_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(no_labels_need_no_block),
        cmocka_unit_test(broken_blocks_give_nothing_else),
        cmocka_unit_test(other_numbers_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
