/*
 * Every named statement can be prepared on a site's schema: a column that was
 * renamed, or a comma too many, is found here and not by its first user.
 */
#include "tests/unit/unit.h"

#include "provider/base/mutant.h"
#include "provider/object/query/visible.h"
#include "provider/object/site.h"
#include "provider/store/store.h"
#include "sql_headers.h"

struct statement {
    const char *name;
    const char *text;
    bool is_alone; /* neither a fragment nor a script */
};

static const struct statement statements[] = {
#define SQL_ROW(name, is_alone) {#name, name, is_alone},
#include "sql_rows.h"
};

static void each_is_prepared(void **state)
{
    const struct object_filter filter = {0};
    OWNED(store) store = NULL;
    struct visible visible;
    size_t n_alone = 0;

    (void)state;
    assert_int_equal(store_open(":memory:", STORE_WRITE, &store), STATUS_OK);
    assert_int_equal(site_prepare(store, "P01", "Head office"), STATUS_OK);
    assert_int_equal(visible_begin(&visible, store, &filter), STATUS_OK);
    for (size_t i = 0; i < ARRAY_SIZE(statements); i++) {
        SCOPED(store_done) struct store_stmt *stmt = NULL;

        if (!statements[i].is_alone)
            continue;
        if (store_prepare(store, statements[i].text, &stmt) != STATUS_OK)
            fail_msg("%s: %s", statements[i].name, statements[i].text);
        n_alone++;
    }
    visible_end(&visible);
    assert_true(n_alone > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_prepared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
