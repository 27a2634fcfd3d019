/*
 * Every message of the policy language with its place: policy-golden/NAME.yaml
 * (or the files of NAME.d) must be told exactly what NAME.txt holds.
 * With --write the texts are made anew, to be read before they are kept.
 */
#include "tests/unit/unit.h"

#include <dirent.h>
#include <stdio.h>

#include "policy/check.h"

/* 2026-06-01: the checks of the language are made on that day. */
enum { NOW_S = 1780272000 };

static const char *directory;
static bool is_writing;

static void read_whole(const char *path, struct buf *out)
{
    FILE *file = fopen(path, "r");
    char part[4096];
    size_t n;

    *out = buf_make(1 << 20);
    if (!file)
        return;
    while ((n = fread(part, 1, sizeof(part), file)) > 0)
        buf_append(out, part, n);
    fclose(file);
}

static void add_file(struct policy_set *set, const char *path, const char *name)
{
    SCOPED(buf_free) struct buf text = buf_make(0);

    read_whole(path, &text);
    assert_int_equal(policy_set_add(set, name, buf_text(&text)), STATUS_OK);
}

static void add_directory(struct policy_set *set, const char *path)
{
    DIR *dir = opendir(path);
    char file[2048];

    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
        add_file(set, file, entry->d_name);
    }
    closedir(dir);
}

static void check(struct policy_set *set)
{
    static const char *const authorities[] = {"CN=Corp CA,O=Corp",
                                              "CN=Example Admin CA", "CN=CA"};
    const struct policy_facts facts = {
        .now_s = NOW_S,
        .reachable = AUTH_LEVEL_CERTIFICATE,
        .authorities = authorities,
        .n_authorities = ARRAY_SIZE(authorities),
        .reach = {[IDENTITY_KERBEROS] = AUTH_LEVEL_DOMAIN,
                  [IDENTITY_CERTIFICATE_SERIAL] = AUTH_LEVEL_CERTIFICATE,
                  [IDENTITY_CERTIFICATE_KEY] = AUTH_LEVEL_CERTIFICATE,
                  [IDENTITY_LOCAL] = AUTH_LEVEL_DOMAIN}};
    struct policy_test_count count;

    (void)!policy_set_check(set, &facts);
    (void)!policy_set_test(set, &facts, &count);
}

static void say(const char *path, const char *name, bool is_directory,
                struct buf *said)
{
    OWNED(policy_set) set = NULL;
    const struct policy *policy = NULL;
    const struct policy_message *messages;
    enum status status;
    size_t n;
    bool has_error = false;

    assert_int_equal(policy_set_new(&set), STATUS_OK);
    if (is_directory)
        add_directory(set, path);
    else
        add_file(set, path, name);
    status = policy_set_compile(set, &policy);
    if (status == STATUS_OK)
        check(set);
    messages = policy_set_messages(set, &n);
    for (size_t i = 0; i < n; i++) {
        policy_message_write(&messages[i], said);
        has_error |= messages[i].severity == POLICY_ERROR;
    }
    assert_true(status == STATUS_OK || has_error);
    assert_true((status == STATUS_OK) == (policy != NULL));
    buf_append_char(said, '\0');
}

static void compare(const char *path, size_t stem, struct buf *said)
{
    SCOPED(buf_free) struct buf wanted = buf_make(0);
    char expected[1024];

    snprintf(expected, sizeof(expected), "%.*s.txt", (int)stem, path);
    if (is_writing) {
        FILE *file = fopen(expected, "w");

        assert_non_null(file);
        fputs(said->data, file);
        fclose(file);
        return;
    }
    read_whole(expected, &wanted);
    buf_append_char(&wanted, '\0');
    if (strcmp(said->data, wanted.data) != 0)
        fail_msg("%s\nsaid:\n%s\nwanted:\n%s", path, said->data, wanted.data);
}

static void says_exactly_what_is_wrong_and_where(void **state)
{
    DIR *dir = opendir(directory);
    size_t n = 0;

    (void)state;
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        SCOPED(buf_free) struct buf said = buf_make(1 << 20);
        const char *dot = strrchr(entry->d_name, '.');
        char path[1024];

        if (!dot || (strcmp(dot, ".yaml") != 0 && strcmp(dot, ".d") != 0))
            continue;
        snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
        say(path, entry->d_name, strcmp(dot, ".d") == 0, &said);
        compare(path, strlen(path) - strlen(dot), &said);
        n++;
    }
    closedir(dir);
    assert_true(n >= 10);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_exactly_what_is_wrong_and_where),
    };

    if (argc < 2)
        return 2;
    directory = argv[1];
    is_writing = argc > 2 && strcmp(argv[2], "--write") == 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
