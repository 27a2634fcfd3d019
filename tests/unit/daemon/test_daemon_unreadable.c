/*
 * Every file that the provider reads at start and reload, cut at every byte,
 * and with a disk that fails at every byte: what cannot be read to its end is
 * refused, so that what was in force stays. What a file of YAML says may end at
 * any line, so that only the failing disk is tried there.
 */
#include "tests/unit/unit.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/config/tls_context.h"
#include "provider/rollout/source.h"
#include "tests/support/authority.h"

/* ---- A disk that fails ---- */

static bool is_failing;
static size_t n_left; /* bytes, or entries, until it does */

ssize_t __real_read(int fd, void *room, size_t size);
ssize_t __wrap_read(int fd, void *room, size_t size);
struct dirent *__real_readdir(DIR *dir);
struct dirent *__wrap_readdir(DIR *dir);

ssize_t __wrap_read(int fd, void *room, size_t size)
{
    ssize_t n;

    if (!is_failing)
        return __real_read(fd, room, size);
    if (n_left == 0) {
        errno = EIO;
        return -1;
    }
    n = __real_read(fd, room, size < n_left ? size : n_left);
    n_left -= n > 0 ? (size_t)n : 0;
    return n;
}

struct dirent *__wrap_readdir(DIR *dir)
{
    if (is_failing && n_left == 0) {
        errno = EIO;
        return NULL;
    }
    if (is_failing)
        n_left--;
    return __real_readdir(dir);
}

/* ---- The files ---- */

static char directory[] = "/tmp/test_daemon_unreadable.XXXXXX";

static const char *path_of(const char *name)
{
    static char paths[8][128];
    static size_t next;
    char *path = paths[next++ % 8];

    snprintf(path, sizeof(paths[0]), "%s/%s", directory, name);
    return path;
}

struct fixture {
    struct buf certificate, key, anchors, lists, keys;
};

static int set_up(void **state)
{
    static struct fixture f;
    struct authority root;
    EVP_PKEY *key = NULL;
    X509 *server;
    X509_CRL *list;

    assert_non_null(mkdtemp(directory));
    authority_make(&root, "Root", NULL, NULL, 0);
    server = authority_issue(&root, "server", NULL, 0, &key);
    list = authority_list(&root, &(struct authority_list){0});
    f.certificate = buf_make(65536);
    f.key = buf_make(65536);
    f.anchors = buf_make(65536);
    f.lists = buf_make(65536);
    f.keys = buf_make(65536);
    authority_write_certificate(&f.certificate, server);
    authority_write_key(&f.key, key);
    authority_write_certificate(&f.anchors, root.certificate);
    authority_write_list(&f.lists, list);
    buf_append_string(&f.keys,
                      "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
                      "\"kid\":\"one\",\"x\":"
                      "\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}");
    X509_free(server);
    X509_CRL_free(list);
    EVP_PKEY_free(key);
    authority_clear(&root);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    SCOPED(memory_drop) char *command = NULL;

    buf_free(&f->certificate);
    buf_free(&f->key);
    buf_free(&f->anchors);
    buf_free(&f->lists);
    buf_free(&f->keys);
    assert_true(asprintf(&command, "rm -r %s", directory) > 0);
    return system(command);
}

static void write_all(const struct fixture *f)
{
    authority_put(path_of("server.pem"), buf_text(&f->certificate));
    authority_put(path_of("server.key"), buf_text(&f->key));
    authority_put(path_of("anchors.pem"), buf_text(&f->anchors));
    authority_put(path_of("lists.crl"), buf_text(&f->lists));
    authority_put(path_of("keys.json"), buf_text(&f->keys));
}

/* Everything of a listener and of an issuer, as the start and a reload do. */
static enum status load(void)
{
    const char *anchors = path_of("anchors.pem");
    const char *lists = path_of("lists.crl");
    const struct config_listener listener = {.certificate =
                                                 path_of("server.pem"),
                                             .key = path_of("server.key"),
                                             .trust = {&anchors, 1, &lists, 1}};
    SSL_CTX *context = NULL;
    const char *why = "";
    enum status status = tls_context_new(&listener, NULL, &context, &why);

    SSL_CTX_free(context);
    return status == STATUS_OK ? auth_keys_check(path_of("keys.json"), &why)
                               : status;
}

/* ---- Cuts ---- */

static void cut_everywhere(const struct fixture *f, const char *name,
                           const struct buf *whole, size_t n_optional)
{
    write_all(f);
    assert_int_equal(load(), STATUS_OK);
    for (size_t size = 0; size + n_optional < whole->size; size++) {
        authority_put(path_of(name), (struct text){buf_text(whole).data, size});
        if (load() == STATUS_OK)
            fail_msg("%s cut to %zu of %zu bytes", name, size, whole->size);
    }
}

static void a_file_that_is_cut_is_refused(void **state)
{
    const struct fixture *f = *state;

    /* The end of the last line says nothing. */
    cut_everywhere(f, "server.pem", &f->certificate, 1);
    cut_everywhere(f, "server.key", &f->key, 1);
    cut_everywhere(f, "anchors.pem", &f->anchors, 1);
    cut_everywhere(f, "lists.crl", &f->lists, 1);
    cut_everywhere(f, "keys.json", &f->keys, 0);
}

/* ---- Disks ---- */

/* Until the disk holds: every byte of every file was the last one once. */
static void fail_everywhere(enum status (*read_all)(void), size_t n_least)
{
    size_t n_good;

    for (n_good = 0;; n_good++) {
        enum status status;

        is_failing = true;
        n_left = n_good;
        status = read_all();
        is_failing = false;
        if (status == STATUS_OK)
            break;
        if (n_good > 100000)
            fail_msg("it never reads");
    }
    if (n_good < n_least)
        fail_msg("read whole after %zu bytes of %zu", n_good, n_least);
}

static void a_disk_that_fails_at_any_byte_is_no_end_of_file(void **state)
{
    const struct fixture *f = *state;

    write_all(f);
    assert_int_equal(load(), STATUS_OK);
    fail_everywhere(load, f->certificate.size + f->key.size + f->anchors.size +
                              f->lists.size + f->keys.size);
}

static enum status read_config(void)
{
    SCOPED(buf_free) struct buf messages = buf_make(65536);
    OWNED(config) config = NULL;

    return config_read(path_of("provider.yaml"), &config, &messages);
}

static void a_configuration_is_read_whole(void **state)
{
    SCOPED(memory_drop) char *text = NULL;

    (void)state;
    assert_true(asprintf(&text,
                         "site: { code: P01, name: Test }\n"
                         "store: { sqlite: %s/site.db }\n"
                         "listen:\n  - unix: %s/rpc.sock\n"
                         "limits: { connections: 10 }\n",
                         directory, directory) > 0);
    authority_put(path_of("provider.yaml"), text_of(text));
    assert_int_equal(read_config(), STATUS_OK);
    fail_everywhere(read_config, strlen(text));
}

static enum status read_policy(void)
{
    OWNED(source) source = NULL;

    return source_read_directory(path_of("policy"), NULL, &source);
}

/* Two files: with the second unread its administrators would be gone. */
static void a_directory_of_policy_is_read_whole(void **state)
{
    static const char one[] =
        "version: 1\nadministrators:\n  - user: root@EXAMPLE.COM\n"
        "    assignments: [{ roles: [Full Administrator], instances: all }]\n";
    static const char two[] =
        "version: 1\nscopes:\n  - { name: East }\n  - { name: West }\n";

    (void)state;
    assert_int_equal(mkdir(path_of("policy"), 0700), 0);
    authority_put(path_of("policy/one.yaml"), TEXT(one));
    authority_put(path_of("policy/two.yaml"), TEXT(two));
    assert_int_equal(read_policy(), STATUS_OK);
    fail_everywhere(read_policy, sizeof(one) + sizeof(two) - 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_is_cut_is_refused),
        cmocka_unit_test(a_disk_that_fails_at_any_byte_is_no_end_of_file),
        cmocka_unit_test(a_configuration_is_read_whole),
        cmocka_unit_test(a_directory_of_policy_is_read_whole),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
