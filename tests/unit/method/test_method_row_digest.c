/*
 * The digest of an import's rows: what anybody computes who has the file.
 */
#include "provider/method/row_digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "provider/base/own.h"

static void json_drop(json_t **json)
{
    json_decref(*json);
}

/* By the library's own text of each row. */
static void digest_plainly(const json_t *rows,
                           char hex_out[ROW_DIGEST_CHARS + 1])
{
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    unsigned char hash[EVP_MAX_MD_SIZE];

    assert_int_equal(EVP_DigestInit_ex(digest, EVP_sha256(), NULL), 1);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        char *text = json_dumps(json_array_get(rows, i), JSON_COMPACT);

        assert_int_equal(EVP_DigestUpdate(digest, text, strlen(text)), 1);
        assert_int_equal(EVP_DigestUpdate(digest, "\n", 1), 1);
        free(text);
    }
    assert_int_equal(EVP_DigestFinal_ex(digest, hash, NULL), 1);
    EVP_MD_CTX_free(digest);
    for (size_t i = 0; i < ROW_DIGEST_CHARS / 2; i++)
        snprintf(hex_out + 2 * i, 3, "%02x", hash[i]);
}

static void check(const json_t *rows)
{
    char want[ROW_DIGEST_CHARS + 1], got[ROW_DIGEST_CHARS + 1];

    digest_plainly(rows, want);
    assert_int_equal(row_digest(rows, json_array_size(rows), false, got),
                     STATUS_OK);
    assert_string_equal(got, want);
}

static void it_is_of_compact_json_and_a_newline(void **state)
{
    static const char *const lines[] = {
        "[]",
        "[{}]",
        "[{\"Name\": \"PC-1\", \"Client\": 1}, {\"Name\": \"PC-2\"}]",
        "[{\"a\": [\"x\", \"y\"], \"b\": [], \"c\": {\"d\": null}}]",
        "[{\"a\": true, \"b\": false, \"c\": 0, \"d\": -1}]",
        "[{\"a\": 9223372036854775807, \"b\": -9223372036854775808}]",
        "[{\"a\": \"\\\"\\\\\\/\\n\\t\\u0001\\u007f\"}]",
        "[{\"a\\\"\": 1, \"\\u00e9\": \"\\u20ac \\ud83d\\ude00\"}]",
        "[{\"a\": 1.5}, {\"a\": 1}]",
        "[{\"a\": [[[[[[[[[[1]]]]]]]]]]}]",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
        SCOPED(json_drop) json_t *rows = json_loads(lines[i], 0, NULL);

        assert_non_null(rows);
        check(rows);
    }
}

/* Beyond the room of a usual one, byte by byte. */
static void a_row_may_have_any_length(void **state)
{
    static char text[4200];

    (void)state;
    memset(text, 'x', sizeof(text));
    for (size_t n = 4060; n < sizeof(text); n++) {
        SCOPED(json_drop)
        json_t *rows = json_pack("[{s:s%}]", "Name", text, n);

        assert_non_null(rows);
        check(rows);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_of_compact_json_and_a_newline),
        cmocka_unit_test(a_row_may_have_any_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
