/* Values that the store keeps and does not show. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "provider/store/conceal.h"
#include "provider/store/seal.h"
#include "provider/store/store_copy.h"

struct site {
    char top[64];
    char path[96];
    char key[96];
    char anchor[96];
    struct seal_place place;
    struct store *store;
};

static int setup(void **state)
{
    struct site *site = calloc(1, sizeof(*site));

    snprintf(site->top, sizeof(site->top), "/tmp/test_conceal.XXXXXX");
    assert_non_null(mkdtemp(site->top));
    snprintf(site->path, sizeof(site->path), "%s/site.db", site->top);
    snprintf(site->key, sizeof(site->key), "%s/store.key", site->top);
    snprintf(site->anchor, sizeof(site->anchor), "%s/anchor", site->top);
    site->place = (struct seal_place){site->key, site->anchor};
    assert_int_equal(store_open(site->path, STORE_MAKE, &site->store),
                     STATUS_OK);
    assert_int_equal(seal_make(site->store, &site->place), STATUS_OK);
    *state = site;
    return 0;
}

static int teardown(void **state)
{
    struct site *site = *state;
    char command[96];

    store_free(site->store);
    snprintf(command, sizeof(command), "rm -rf %s", site->top);
    assert_int_equal(system(command), 0);
    free(site);
    return 0;
}

static enum status conceal(struct store *store, const char *place,
                           const char *value, struct buf *out)
{
    enum status status;

    assert_int_equal(store_write_begin(store), STATUS_OK);
    status = conceal_value(store, text_of(place), text_of(value), out);
    assert_int_equal(store_write_commit(store), STATUS_OK);
    return status;
}

static enum status reveal(struct store *store, const char *place,
                          struct text concealed, char *out, size_t size)
{
    SCOPED(secret_wipe) struct secret value = {0};
    const enum status status =
        conceal_reveal(store, text_of(place), concealed, &value);

    if (status == STATUS_OK)
        snprintf(out, size, "%.*s", (int)value.size, value.data);
    return status;
}

static void a_value_is_read_where_it_was_put(void **state)
{
    struct site *site = *state;
    SCOPED(buf_free) struct buf one = buf_make(256);
    SCOPED(buf_free) struct buf other = buf_make(256);
    char out[32];

    assert_int_equal(conceal(site->store, "a", "pa55word", &one), STATUS_OK);
    assert_int_equal(one.size, 8 + CONCEAL_MORE_BYTES);
    assert_null(memmem(buf_text(&one).data, one.size, "pa55", 4));
    assert_int_equal(conceal(site->store, "a", "pa55word", &other), STATUS_OK);
    assert_memory_not_equal(buf_text(&one).data, buf_text(&other).data,
                            one.size);
    assert_int_equal(reveal(site->store, "a", buf_text(&one), out, sizeof(out)),
                     STATUS_OK);
    assert_string_equal(out, "pa55word");
    assert_int_equal(reveal(site->store, "b", buf_text(&one), out, sizeof(out)),
                     STATUS_INVALID);
    ((char *)(uintptr_t)buf_text(&one).data)[14] ^= 1;
    assert_int_equal(reveal(site->store, "a", buf_text(&one), out, sizeof(out)),
                     STATUS_INVALID);
    assert_int_equal(reveal(site->store, "a", TEXT("short"), out, sizeof(out)),
                     STATUS_INVALID);
}

static void a_rotated_key_opens_what_the_old_one_did(void **state)
{
    struct site *site = *state;
    SCOPED(buf_free) struct buf one = buf_make(256);
    char out[32];

    assert_int_equal(conceal(site->store, "a", "pa55word", &one), STATUS_OK);
    assert_int_equal(seal_rotate(site->store, &site->place), STATUS_OK);
    assert_int_equal(reveal(site->store, "a", buf_text(&one), out, sizeof(out)),
                     STATUS_OK);
    assert_string_equal(out, "pa55word");
}

static void an_unsealed_store_keeps_nothing(void **state)
{
    OWNED(store) store = NULL;
    SCOPED(buf_free) struct buf one = buf_make(256);

    (void)state;
    assert_int_equal(store_open(":memory:", STORE_WRITE, &store), STATUS_OK);
    assert_int_equal(conceal(store, "a", "pa55word", &one), STATUS_UNAVAILABLE);
}

/* Under a key of its own, not under none: parts of it may be in a file. */
static void a_copy_keeps_what_cannot_be_read(void **state)
{
    struct site *site = *state;
    OWNED(store) copy = NULL;
    SCOPED(buf_free) struct buf one = buf_make(256);
    char out[32];

    assert_int_equal(store_read_begin(site->store), STATUS_OK);
    assert_int_equal(store_copy(site->store, &copy), STATUS_OK);
    store_read_end(site->store);
    assert_int_equal(conceal(copy, "a", "pa55word", &one), STATUS_OK);
    assert_null(memmem(buf_text(&one).data, one.size, "pa55", 4));
    assert_int_equal(reveal(copy, "a", buf_text(&one), out, sizeof(out)),
                     STATUS_INVALID);
    assert_int_equal(reveal(site->store, "a", buf_text(&one), out, sizeof(out)),
                     STATUS_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_value_is_read_where_it_was_put, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            a_rotated_key_opens_what_the_old_one_did, setup, teardown),
        cmocka_unit_test_setup_teardown(a_copy_keeps_what_cannot_be_read, setup,
                                        teardown),
        cmocka_unit_test(an_unsealed_store_keeps_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
