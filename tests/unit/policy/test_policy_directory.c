#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/policy.h"

static const char POLICY[] =
    "version: 1\n"
    "administrators:\n"
    "  - user: root@EXAMPLE.COM\n"
    "    assignments: [{ roles: [Full Administrator], instances: all }]\n";
static const char SCOPES[] = "version: 1\nscopes: [{ name: Web }]\n";

struct site {
    char path[64];
    int fd;
};

static int make_site(void **state)
{
    struct site *site = calloc(1, sizeof(*site));

    assert_non_null(site);
    strcpy(site->path, "/tmp/policy-XXXXXX");
    assert_non_null(mkdtemp(site->path));
    site->fd = open(site->path, O_RDONLY | O_DIRECTORY);
    assert_true(site->fd >= 0);
    *state = site;
    return 0;
}

static int drop_site(void **state)
{
    struct site *site = *state;
    static const char *const names[] = {
        "10.yaml", "20.yaml",  "link.yaml",      "fifo.yaml", "dir.yaml",
        "hard",    "a b.yaml", "10.yaml.rpmnew", ".10.yaml",  "10.yaml~",
        "x.yml",   "#1.yaml",  "X.YAML",
    };

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (unlinkat(site->fd, names[i], 0) != 0)
            (void)unlinkat(site->fd, names[i], AT_REMOVEDIR);
    close(site->fd);
    (void)rmdir(site->path);
    free(site);
    return 0;
}

static void write_file(const struct site *site, const char *name,
                       const char *text, mode_t mode)
{
    const int fd = openat(site->fd, name, O_WRONLY | O_CREAT, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

/* What a reading of the directory says; the site's path is left out. */
static void expect(const struct site *site, enum status wanted,
                   const char *said)
{
    OWNED(policy_set) set = NULL;
    SCOPED(buf_free) struct buf out = buf_make(65536);
    const struct policy *policy = NULL;
    const struct policy_message *messages;
    size_t n;

    assert_int_equal(policy_set_new(&set), STATUS_OK);
    assert_int_equal(policy_set_add_directory(set, site->path), STATUS_OK);
    assert_int_equal(policy_set_compile(set, &policy), wanted);
    messages = policy_set_messages(set, &n);
    for (size_t i = 0; i < n; i++) {
        struct policy_message message = messages[i];

        if (message.place.file)
            message.place.file += strlen(site->path);
        policy_message_write(&message, &out);
    }
    buf_append_char(&out, '\0');
    assert_string_equal(out.data, said);
}

static void reads_files_in_name_order(void **state)
{
    OWNED(policy_set) set = NULL;
    const struct site *site = *state;
    const struct policy *policy = NULL;

    write_file(site, "20.yaml", SCOPES, 0644);
    write_file(site, "10.yaml", POLICY, 0640);
    expect(site, STATUS_OK, "");
    assert_int_equal(policy_set_new(&set), STATUS_OK);
    assert_int_equal(policy_set_add_directory(set, site->path), STATUS_OK);
    assert_int_equal(policy_set_compile(set, &policy), STATUS_OK);
    assert_int_equal(policy->n_admins, 1);
    assert_int_equal(policy->n_scopes, 1);
}

static void leaves_backups_and_hidden_files_out(void **state)
{
    const struct site *site = *state;

    write_file(site, "10.yaml", POLICY, 0644);
    write_file(site, "10.yaml~", "broken: [", 0644);
    write_file(site, "10.yaml.rpmnew", "broken: [", 0644);
    write_file(site, ".10.yaml", "broken: [", 0644);
    write_file(site, "#1.yaml", "broken: [", 0644);
    expect(site, STATUS_OK, "");
}

static void refuses_files_that_others_may_change(void **state)
{
    const struct site *site = *state;

    write_file(site, "10.yaml", POLICY, 0664);
    write_file(site, "20.yaml", SCOPES, 0646);
    expect(site, STATUS_INVALID,
           "/10.yaml: error: is writable by others; expected mode 0644 or "
           "stricter\n"
           "/20.yaml: error: is writable by others; expected mode 0644 or "
           "stricter\n");
}

static void refuses_what_is_not_a_plain_file(void **state)
{
    const struct site *site = *state;

    write_file(site, "10.yaml", POLICY, 0644);
    assert_int_equal(symlinkat("10.yaml", site->fd, "link.yaml"), 0);
    assert_int_equal(mkfifoat(site->fd, "fifo.yaml", 0644), 0);
    assert_int_equal(mkdirat(site->fd, "dir.yaml", 0755), 0);
    write_file(site, "a b.yaml", SCOPES, 0644);
    expect(site, STATUS_INVALID,
           "error: the name \"a b.yaml\" has more than letters, digits, '-', "
           "'_' and '.'\n"
           "/dir.yaml: error: is not a plain file\n"
           "/fifo.yaml: error: is not a plain file\n"
           "/link.yaml: error: cannot be opened: a symbolic link\n");
}

/* Somebody may think that it counts. */
static void says_which_names_are_nearly_right(void **state)
{
    OWNED(policy_set) set = NULL;
    const struct site *site = *state;
    const struct policy *policy = NULL;
    const struct policy_message *messages;
    size_t n_left_out = 0, n;

    write_file(site, "10.yaml", POLICY, 0644);
    write_file(site, "x.yml", SCOPES, 0644);
    write_file(site, "X.YAML", SCOPES, 0644);
    write_file(site, "10.yaml~", SCOPES, 0644);
    assert_int_equal(policy_set_new(&set), STATUS_OK);
    assert_int_equal(policy_set_add_directory(set, site->path), STATUS_OK);
    assert_int_equal(policy_set_compile(set, &policy), STATUS_OK);
    messages = policy_set_messages(set, &n);
    for (size_t i = 0; i < n; i++)
        n_left_out += strstr(messages[i].text, "is left out") ? 1 : 0;
    assert_int_equal(n_left_out, 2);
}

static void refuses_a_second_name_of_a_file(void **state)
{
    const struct site *site = *state;

    write_file(site, "10.yaml", POLICY, 0644);
    assert_int_equal(linkat(site->fd, "10.yaml", site->fd, "hard", 0), 0);
    expect(site, STATUS_INVALID,
           "/10.yaml: error: has more than one name (hard link)\n");
}

static void refuses_a_directory_that_others_may_change(void **state)
{
    const struct site *site = *state;

    write_file(site, "10.yaml", POLICY, 0644);
    assert_int_equal(fchmod(site->fd, 0777), 0);
    expect(site, STATUS_INVALID,
           ": error: is writable by others; expected mode 0755 or stricter\n");
}

static void refuses_an_empty_directory(void **state)
{
    expect(*state, STATUS_INVALID,
           "error: no policy file; an empty policy is never meant\n");
}

static void follows_no_link_on_the_way(void **state)
{
    OWNED(policy_set) set = NULL;
    const struct site *site = *state;
    char path[128];

    assert_int_equal(mkdirat(site->fd, "dir.yaml", 0755), 0);
    assert_int_equal(symlinkat("dir.yaml", site->fd, "link.yaml"), 0);
    assert_int_equal(policy_set_new(&set), STATUS_OK);
    snprintf(path, sizeof(path), "%s/dir.yaml", site->path);
    assert_int_equal(policy_set_add_directory(set, path), STATUS_OK);
    snprintf(path, sizeof(path), "%s/link.yaml", site->path);
    assert_int_equal(policy_set_add_directory(set, path), STATUS_UNAVAILABLE);
    snprintf(path, sizeof(path), "%s/none", site->path);
    assert_int_equal(policy_set_add_directory(set, path), STATUS_UNAVAILABLE);
}

int main(void)
{
#define ON_SITE(test)                                                          \
    cmocka_unit_test_setup_teardown(test, make_site, drop_site)
    const struct CMUnitTest tests[] = {
        ON_SITE(reads_files_in_name_order),
        ON_SITE(leaves_backups_and_hidden_files_out),
        ON_SITE(refuses_files_that_others_may_change),
        ON_SITE(refuses_what_is_not_a_plain_file),
        ON_SITE(says_which_names_are_nearly_right),
        ON_SITE(refuses_a_second_name_of_a_file),
        ON_SITE(refuses_a_directory_that_others_may_change),
        ON_SITE(refuses_an_empty_directory),
        ON_SITE(follows_no_link_on_the_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
