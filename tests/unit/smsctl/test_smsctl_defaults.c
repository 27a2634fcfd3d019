#include "tests/unit/unit.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/smsctl/defaults.h"

static char directory[] = "/tmp/test_smsctl_defaults.XXXXXX";
static char path[128];
static char site_path[128];
static struct arguments arguments;

static int make_directory(void **state)
{
    (void)state;
    if (!mkdtemp(directory))
        return -1;
    snprintf(path, sizeof(path), "%s/smsctl.yaml", directory);
    snprintf(site_path, sizeof(site_path), "%s/site.yaml", directory);
    setenv("HOME", directory, 1);
    for (size_t i = 0; i < OPTION_N_GLOBAL; i++) {
        if (option_rows[i].variable)
            unsetenv(option_rows[i].variable);
    }
    return 0;
}

static int remove_directory(void **state)
{
    (void)state;
    unlink(path);
    unlink(site_path);
    return rmdir(directory);
}

static void write_at(const char *where, const char *text, mode_t mode)
{
    FILE *file = fopen(where, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(where, mode), 0);
}

static void write_file(const char *text, mode_t mode)
{
    write_at(path, text, mode);
}

static enum status read_back(struct defaults *defaults, struct buf *why)
{
    defaults_clear(defaults);
    return defaults_read(&arguments, path, site_path, defaults, why);
}

static void the_command_line_comes_before_variables_before_the_file(
    void **state)
{
    SCOPED(defaults_clear) struct defaults defaults = {{NULL}};
    SCOPED(buf_free) struct buf why = buf_make(4096);

    (void)state;
    write_file("server: unix:/file\noutput: tsv\nca: ~/ca.pem\n", 0600);
    assert_int_equal(read_back(&defaults, &why), STATUS_OK);
    assert_string_equal(defaults.values[OPTION_SERVER], "unix:/file");
    assert_memory_equal(defaults.values[OPTION_CA], directory,
                        strlen(directory));

    setenv("SMSCTL_SERVER", "unix:/variable", 1);
    assert_int_equal(read_back(&defaults, &why), STATUS_OK);
    assert_string_equal(defaults.values[OPTION_SERVER], "unix:/variable");
    assert_string_equal(defaults.values[OPTION_OUTPUT], "tsv");

    arguments.values[OPTION_SERVER] = "unix:/argument";
    assert_int_equal(read_back(&defaults, &why), STATUS_OK);
    assert_string_equal(defaults.values[OPTION_SERVER], "unix:/argument");
    arguments.values[OPTION_SERVER] = NULL;
    unsetenv("SMSCTL_SERVER");
}

static void no_file_is_no_error(void **state)
{
    SCOPED(defaults_clear) struct defaults defaults = {{NULL}};
    SCOPED(buf_free) struct buf why = buf_make(4096);

    (void)state;
    unlink(path);
    assert_int_equal(read_back(&defaults, &why), STATUS_OK);
    assert_null(defaults.values[OPTION_SERVER]);
}

static void a_file_that_others_may_write_is_refused(void **state)
{
    SCOPED(defaults_clear) struct defaults defaults = {{NULL}};
    SCOPED(buf_free) struct buf why = buf_make(4096);

    (void)state;
    write_file("server: unix:/file\n", 0622);
    assert_int_equal(read_back(&defaults, &why), STATUS_INVALID);
    assert_true(why.size > 0);
}

static void an_unknown_key_is_told_with_its_place(void **state)
{
    SCOPED(defaults_clear) struct defaults defaults = {{NULL}};
    SCOPED(buf_free) struct buf why = buf_make(4096);

    (void)state;
    write_file("output: tsv\ntoken: secret\n", 0600);
    assert_int_equal(read_back(&defaults, &why), STATUS_INVALID);
    buf_append_char(&why, '\0');
    assert_non_null(strstr(buf_text(&why).data, "smsctl.yaml:2:1: error"));
}

#define CONTEXTS                                                               \
    "server: unix:/flat\n"                                                     \
    "token-file: ~/flat.jwt\n"                                                 \
    "output: tsv\n"                                                            \
    "contexts:\n"                                                              \
    "  prod: { server: 'tls:prod:7443', ca: ~/prod.pem }\n"                    \
    "  test: { server: 'tls:test:7443', output: json }\n"

static void a_context_takes_no_evidence_of_another(void **state)
{
    SCOPED(defaults_clear) struct defaults defaults = {{NULL}};
    SCOPED(buf_free) struct buf why = buf_make(4096);

    (void)state;
    write_file(CONTEXTS "current-context: prod\n", 0600);
    assert_int_equal(read_back(&defaults, &why), STATUS_OK);
    assert_string_equal(defaults.context, "prod");
    assert_string_equal(defaults.values[OPTION_SERVER], "tls:prod:7443");
    assert_string_equal(defaults.values[OPTION_OUTPUT], "tsv");
    assert_null(defaults.values[OPTION_TOKEN_FILE]);
}

static void the_flat_keys_are_the_default_context(void **state)
{
    SCOPED(defaults_clear) struct defaults defaults = {{NULL}};
    SCOPED(buf_free) struct buf why = buf_make(4096);

    (void)state;
    write_file(CONTEXTS, 0600);
    assert_int_equal(read_back(&defaults, &why), STATUS_OK);
    assert_string_equal(defaults.context, "default");
    assert_string_equal(defaults.values[OPTION_SERVER], "unix:/flat");
    assert_non_null(defaults.values[OPTION_TOKEN_FILE]);
}

static void a_context_that_is_named_comes_before_variables(void **state)
{
    SCOPED(defaults_clear) struct defaults defaults = {{NULL}};
    SCOPED(buf_free) struct buf why = buf_make(4096);

    (void)state;
    write_file(CONTEXTS "current-context: prod\n", 0600);
    setenv("SMSCTL_SERVER", "unix:/variable", 1);
    setenv("SMSCTL_CONTEXT", "prod", 1);
    arguments.values[OPTION_CONTEXT] = "test";
    assert_int_equal(read_back(&defaults, &why), STATUS_OK);
    assert_string_equal(defaults.values[OPTION_SERVER], "tls:test:7443");
    assert_string_equal(defaults.values[OPTION_OUTPUT], "json");
    assert_null(defaults.values[OPTION_CA]);

    arguments.values[OPTION_CONTEXT] = NULL;
    assert_int_equal(read_back(&defaults, &why), STATUS_OK);
    assert_string_equal(defaults.context, "prod");
    assert_string_equal(defaults.values[OPTION_SERVER], "unix:/variable");
    unsetenv("SMSCTL_SERVER");
    unsetenv("SMSCTL_CONTEXT");
}

static void the_users_context_completes_the_sites(void **state)
{
    SCOPED(defaults_clear) struct defaults defaults = {{NULL}};
    SCOPED(buf_free) struct buf why = buf_make(4096);

    (void)state;
    write_at(site_path,
             "current-context: prod\ncontexts: { prod: { server: "
             "'tls:site:1', ca: /site.pem } }\n",
             0644);
    write_file("contexts: { prod: { server: 'tls:user:1', login: me } }\n",
               0600);
    assert_int_equal(read_back(&defaults, &why), STATUS_OK);
    assert_string_equal(defaults.values[OPTION_SERVER], "tls:user:1");
    assert_string_equal(defaults.values[OPTION_CA], "/site.pem");
    assert_string_equal(defaults.values[OPTION_LOGIN], "me");
    unlink(site_path);
}

static void a_context_that_no_file_has_is_not_another(void **state)
{
    SCOPED(defaults_clear) struct defaults defaults = {{NULL}};
    SCOPED(buf_free) struct buf why = buf_make(4096);

    (void)state;
    write_file(CONTEXTS "current-context: gone\n", 0600);
    assert_int_equal(read_back(&defaults, &why), STATUS_OK);
    assert_false(defaults.has_context);
    assert_null(defaults.values[OPTION_SERVER]);
}

static void a_name_that_looks_like_an_option_is_refused(void **state)
{
    SCOPED(defaults_clear) struct defaults defaults = {{NULL}};
    SCOPED(buf_free) struct buf why = buf_make(4096);

    (void)state;
    write_file("contexts:\n  --yes: { login: me }\n", 0600);
    assert_int_equal(read_back(&defaults, &why), STATUS_INVALID);
    assert_true(settings_is_name(TEXT("a.b_c@d-1")));
    assert_false(settings_is_name(TEXT("")));
    assert_false(settings_is_name(TEXT("a b")));
    assert_false(settings_is_name(TEXT("a\0b")));
}

static void settings_are_in_the_directory_of_xdg(void **state)
{
    SCOPED(memory_drop) char *of_home = settings_path();
    SCOPED(memory_drop) char *of_xdg = NULL;
    SCOPED(memory_drop) char *of_relative = NULL;

    (void)state;
    setenv("XDG_CONFIG_HOME", "/xdg", 1);
    of_xdg = settings_path();
    setenv("XDG_CONFIG_HOME", "xdg", 1);
    of_relative = settings_path();
    unsetenv("XDG_CONFIG_HOME");
    assert_string_equal(of_xdg, "/xdg/smsctl.yaml");
    assert_string_equal(of_relative, of_home);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            the_command_line_comes_before_variables_before_the_file),
        cmocka_unit_test(no_file_is_no_error),
        cmocka_unit_test(a_file_that_others_may_write_is_refused),
        cmocka_unit_test(an_unknown_key_is_told_with_its_place),
        cmocka_unit_test(a_context_takes_no_evidence_of_another),
        cmocka_unit_test(the_flat_keys_are_the_default_context),
        cmocka_unit_test(a_context_that_is_named_comes_before_variables),
        cmocka_unit_test(the_users_context_completes_the_sites),
        cmocka_unit_test(a_context_that_no_file_has_is_not_another),
        cmocka_unit_test(a_name_that_looks_like_an_option_is_refused),
        cmocka_unit_test(settings_are_in_the_directory_of_xdg),
    };

    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
