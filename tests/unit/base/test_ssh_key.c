/*
 * Keys of OpenSSH as ssh-keygen makes them: what it makes is read, what it
 * would not read is not.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/base/base64.h"
#include "provider/base/identity.h"
#include "provider/base/ssh_key.h"

#define KEY                                                                    \
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEJeRyt0c9+dR5LSfh4PrixsOqt9kNlboNVn" \
    "pkMGunWr"

static enum status read_key(struct text line)
{
    SCOPED(buf_free) struct buf blob = buf_make(SSH_BLOB_BYTES);
    struct ssh_key key;
    const char *why = NULL;
    const enum status status = ssh_key_read(line, &blob, &key, &why);

    assert_true(status == STATUS_OK || why);
    return status;
}

/* ---- As ssh-keygen makes them ---- */

static char folder[] = "/tmp/sms-ssh-key-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int drop_folder(void **state)
{
    char path[64];

    (void)state;
    for (const char *const *end = (const char *const[]){"key", "key.pub", NULL};
         *end; end++) {
        snprintf(path, sizeof(path), "%s/%s", folder, *end);
        unlink(path);
    }
    return rmdir(folder);
}

/* The line of the public key; false: ssh-keygen makes none of that kind. */
static bool make_key(const char *kind, const char *bits, char *line,
                     size_t size)
{
    char command[256];
    FILE *file;
    bool is_made;

    snprintf(command, sizeof(command),
             "cd %s && rm -f key key.pub && ssh-keygen -q -t %s -b %s -N '' "
             "-C 'a comment' -f key 2>/dev/null",
             folder, kind, bits);
    if (system(command) != 0)
        return false;
    snprintf(command, sizeof(command), "%s/key.pub", folder);
    file = fopen(command, "r");
    is_made = file && fgets(line, (int)size, file);
    if (file)
        fclose(file);
    line[strcspn(line, "\n")] = '\0';
    return is_made;
}

static void what_ssh_keygen_makes_is_read(void **state)
{
    static const struct {
        const char *kind, *bits;
        bool is_good;
    } table[] = {
        {"ed25519", "256", true}, {"ecdsa", "256", true},
        {"ecdsa", "384", true},   {"ecdsa", "521", true},
        {"rsa", "2048", true},    {"rsa", "2047", false},
        {"rsa", "1024", false},   {"dsa", "1024", false},
        {"rsa", "4160", false},
    };
    char line[4096];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        if (!make_key(table[i].kind, table[i].bits, line, sizeof(line))) {
            assert_false(table[i].is_good);
            continue;
        }
        if ((read_key(text_of(line)) == STATUS_OK) != table[i].is_good)
            fail_msg("%s %s", table[i].kind, table[i].bits);
    }
}

/* ---- Blobs by hand ---- */

static void put_string(struct buf *out, const char *data, size_t size)
{
    const char length[] = {0, 0, (char)(size >> 8), (char)size};

    buf_append(out, length, sizeof(length));
    buf_append(out, data, size);
}

static enum status read_blob(const char *type, const struct buf *blob)
{
    SCOPED(buf_free) struct buf line = buf_make(4096);

    buf_append_format(&line, "%s ", type);
    base64_append(&line, BASE64_PLAIN, buf_text(blob));
    assert_int_equal(buf_status(&line), STATUS_OK);
    return read_key(buf_text(&line));
}

static void keys_on_tokens_have_their_application(void **state)
{
    static const char type[] = "sk-ssh-ed25519@openssh.com";
    SCOPED(buf_free) struct buf blob = buf_make(4096);
    const char point[32] = {1};

    (void)state;
    put_string(&blob, type, sizeof(type) - 1);
    put_string(&blob, point, sizeof(point));
    assert_int_equal(read_blob(type, &blob), STATUS_INVALID);
    put_string(&blob, "ssh:", 4);
    assert_int_equal(read_blob(type, &blob), STATUS_OK);
    assert_int_equal(read_blob("ssh-ed25519", &blob), STATUS_INVALID);
    put_string(&blob, "", 0);
    assert_int_equal(read_blob(type, &blob), STATUS_INVALID);
}

/* Numbers have one spelling, or two keys would be one. */
static void numbers_of_rsa_are_positive_and_shortest(void **state)
{
    static const struct {
        char exponent[4];
        size_t exponent_size;
        size_t zeros; /* before the modulus */
        bool is_good;
    } table[] = {
        {{1, 0, 1}, 3, 1, true},     {{1, 0, 1}, 3, 0, false}, /* negative */
        {{1, 0, 1}, 3, 2, false}, /* longer than needed */
        {{0, 1, 0, 1}, 4, 1, false}, {{1}, 1, 1, false},
        {{0}, 1, 1, false},          {{0}, 0, 1, false},
    };
    char modulus[258] = {0};

    (void)state;
    memset(modulus + 2, 0x81, 256);
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        SCOPED(buf_free) struct buf blob = buf_make(4096);

        put_string(&blob, "ssh-rsa", 7);
        put_string(&blob, table[i].exponent, table[i].exponent_size);
        put_string(&blob, modulus + 2 - table[i].zeros, 256 + table[i].zeros);
        if ((read_blob("ssh-rsa", &blob) == STATUS_OK) != table[i].is_good)
            fail_msg("row %zu", i);
    }
}

static void every_cut_and_longer_key_is_none(void **state)
{
    SCOPED(buf_free) struct buf blob = buf_make(SSH_BLOB_BYTES);
    struct ssh_key key;
    const char *why;

    (void)state;
    assert_int_equal(ssh_key_read(TEXT(KEY), &blob, &key, &why), STATUS_OK);
    assert_text_equal(key.whole, KEY);
    for (size_t i = 0; i < sizeof(KEY) - 1; i++)
        assert_int_equal(read_key((struct text){KEY, i}), STATUS_INVALID);
    for (size_t i = blob.size; i-- > 0;) {
        buf_truncate(&blob, i);
        assert_int_equal(read_blob("ssh-ed25519", &blob), STATUS_INVALID);
    }
    assert_int_equal(read_key(TEXT(KEY "A")), STATUS_INVALID);
    assert_int_equal(read_key(TEXT("ssh-ed25519  " KEY)), STATUS_INVALID);
    assert_int_equal(read_key(TEXT("no-pty " KEY)), STATUS_INVALID);
    assert_int_equal(read_key(TEXT(KEY " me@work")), STATUS_OK);
}

/* ---- Terms ---- */

static void terms_have_one_spelling(void **state)
{
    static const struct {
        const char *said;
        const char *written; /* NULL: refused */
    } table[] = {
        {KEY, KEY},
        {KEY " level=domain", KEY},
        {KEY " level=windows", KEY},
        {KEY " level=mfa", KEY " level=mfa"},
        {KEY " until=2027-01-01", KEY " until=2027-01-01T00:00:00Z"},
        {KEY " level=hello until=2027-01-01T00:00:00Z",
         KEY " level=mfa until=2027-01-01T00:00:00Z"},
        {KEY " until=2027-01-01 level=mfa", NULL},
        {KEY " level=none", NULL},
        {KEY " level=", NULL},
        {KEY " until=tomorrow", NULL},
        {KEY " a comment", NULL},
        {KEY " level=mfa level=mfa", NULL},
        {"ssh-dss AAAA", NULL},
        {"", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        SCOPED(buf_free) struct buf out = buf_make(IDENTITY_MAX_BYTES);
        const enum status status =
            identity_of_ssh_key(text_of(table[i].said), &out);

        if ((status == STATUS_OK) != (table[i].written != NULL))
            fail_msg("%s", table[i].said);
        if (status == STATUS_OK)
            assert_text_equal(buf_text(&out), table[i].written);
    }
    assert_text_equal(identity_core(IDENTITY_SSH_KEY, TEXT(KEY " level=mfa")),
                      KEY);
    assert_text_equal(identity_core(IDENTITY_TOKEN, TEXT("a b c")), "a b c");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_ssh_keygen_makes_is_read),
        cmocka_unit_test(keys_on_tokens_have_their_application),
        cmocka_unit_test(numbers_of_rsa_are_positive_and_shortest),
        cmocka_unit_test(every_cut_and_longer_key_is_none),
        cmocka_unit_test(terms_have_one_spelling),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
