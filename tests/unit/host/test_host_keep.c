/*
 * Answers that a host may go by while it cannot ask: the site's alone, for the
 * user, device, operation and level that they say, while they hold, and never
 * against what the site said since.
 */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "provider/base/base64.h"
#include "provider/base/offline_login.h"
#include "provider/host/host_keep.h"
#include "provider/host/host_store.h"
#include "tests/unit/pam/fake_host.h"

#define FILE_PATH HOST_STORE_DIRECTORY "/offline.json"

static struct host_config config = {.device = "17"};
static int64_t passed_s; /* besides, by the clock that nobody sets */
static EVP_PKEY *site_key;
static EVP_PKEY *other_key;

static const struct login_request alice = {.act = LOGIN_ACCOUNT,
                                           .user = "alice@A.TEST",
                                           .service = "sshd",
                                           .level = "domain"};

/* ---- The clocks ---- */

int clock_gettime(clockid_t clock, struct timespec *now)
{
    const int failed = (int)syscall(SYS_clock_gettime, clock, now);

    if (!failed && clock == CLOCK_BOOTTIME)
        now->tv_sec += passed_s;
    return failed;
}

/* ---- The site ---- */

static void encode(const unsigned char *bytes, size_t size, char *out,
                   size_t room)
{
    SCOPED(buf_free) struct buf text = buf_make(4096);

    base64_append(&text, BASE64_PLAIN,
                  (struct text){(const char *)bytes, size});
    snprintf(out, room, "%.*s", (int)text.size, text.data);
}

static int enter(void **state)
{
    unsigned char bytes[128];
    unsigned char *at = bytes;
    int size;

    site_key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    other_key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    size = i2d_PUBKEY(site_key, &at);
    encode(bytes, (size_t)size, config.offline_key, sizeof(config.offline_key));
    if (fake_host_enter(state) != 0)
        return -1;
    umask(077);
    return mount("tmpfs", "/var/lib", "tmpfs", 0, "mode=755");
}

static int end(void **state)
{
    (void)state;
    EVP_PKEY_free(site_key);
    EVP_PKEY_free(other_key);
    return 0;
}

static int leave(void **state)
{
    (void)state;
    passed_s = 0;
    unlink(FILE_PATH);
    unlink(HOST_STORE_DIRECTORY "/offline.json.ended");
    rmdir(HOST_STORE_DIRECTORY);
    return 0;
}

static void sign(EVP_PKEY *key, const struct offline_login *login, char *out,
                 size_t room)
{
    SCOPED(buf_free) struct buf text = buf_make(OFFLINE_LOGIN_BYTES);
    unsigned char signature[OFFLINE_SIGNATURE_BYTES];
    size_t size = sizeof(signature);
    EVP_MD_CTX *sum = EVP_MD_CTX_new();

    assert_int_equal(offline_login_write(login, &text), STATUS_OK);
    assert_int_equal(EVP_DigestSignInit(sum, NULL, NULL, NULL, key), 1);
    assert_int_equal(EVP_DigestSign(sum, signature, &size,
                                    (const unsigned char *)text.data,
                                    text.size),
                     1);
    EVP_MD_CTX_free(sum);
    encode(signature, size, out, room);
}

/* From some seconds ago, for an hour. */
static struct offline_login statement(int64_t ago_s)
{
    const int64_t from_s = (int64_t)time(NULL) - ago_s;

    return (struct offline_login){"alice@A.TEST", "17",   "Remote Control",
                                  "domain",       from_s, from_s + 3600};
}

static void note_signed(EVP_PKEY *key, const struct offline_login *login)
{
    char signature[128];
    char json[512];

    sign(key, login, signature, sizeof(signature));
    snprintf(json, sizeof(json),
             "{\"offline\":{\"from\":%" PRId64 ",\"until\":%" PRId64
             ",\"signature\":\"%s\"}}",
             login->from_s, login->until_s, signature);
    host_keep_note(&config, &alice, json, LOGIN_ALLOWED);
}

static bool is_used(const struct login_request *request)
{
    struct login_reply reply = {.verdict = LOGIN_DENIED};
    const bool is_given = host_keep_use(&config, request, &reply);

    assert_int_equal(is_given, reply.verdict == LOGIN_ALLOWED);
    if (is_given)
        assert_string_equal(reply.user, request->user);
    return is_given;
}

/* ---- What is kept ---- */

static void what_the_site_signed_is_used_for_its_question_alone(void **state)
{
    const struct offline_login login = statement(10);
    struct login_request other = alice;

    (void)state;
    assert_false(is_used(&alice));
    note_signed(site_key, &login);
    assert_true(is_used(&alice));
    strcpy(other.user, "bob@A.TEST");
    assert_false(is_used(&other));
    other = alice;
    strcpy(other.level, "mfa");
    assert_false(is_used(&other));
    other = alice;
    strcpy(other.operation, "Modify Resource");
    assert_false(is_used(&other));
    strcpy(other.operation, "Remote Control"); /* the usual one, by its name */
    assert_true(is_used(&other));
}

static void what_it_did_not_sign_is_not(void **state)
{
    struct offline_login login = statement(10);

    (void)state;
    note_signed(other_key, &login);
    assert_false(is_used(&alice));
    login.device = "18";
    note_signed(site_key, &login);
    assert_false(is_used(&alice));
    login = statement(10);
    login.user = "root@A.TEST";
    note_signed(site_key, &login);
    assert_false(is_used(&alice));
    host_keep_note(&config, &alice, "{\"offline\":{}}", LOGIN_ALLOWED);
    host_keep_note(&config, &alice, "nonsense", LOGIN_ALLOWED);
    assert_false(is_used(&alice));
}

/* As whoever can write the file would change it. */
static void a_kept_answer_that_was_changed_is_none(void **state)
{
    static const char *const names[] = {"until", "from"};
    const struct offline_login login = statement(10);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        struct host_store store;
        json_t *kept;

        note_signed(site_key, &login);
        assert_int_equal(host_store_open(&store), STATUS_OK);
        kept = json_array_get(json_object_get(store.state, "answers"), 0);
        json_object_set_new(
            kept, names[i],
            json_integer(json_integer_value(json_object_get(kept, names[i])) +
                         1));
        assert_int_equal(host_store_save(&store), STATUS_OK);
        host_store_close(&store);
        assert_false(is_used(&alice));
        leave(NULL);
    }
}

static void an_answer_ends(void **state)
{
    const struct offline_login ended = statement(3600);
    const struct offline_login ending = statement(3590);

    (void)state;
    note_signed(site_key, &ended);
    assert_false(is_used(&alice));
    leave(NULL);
    note_signed(site_key, &ending);
    assert_true(is_used(&alice));
}

static void a_clock_that_went_back_is_not_gone_by(void **state)
{
    const struct offline_login later = statement(-120);

    (void)state;
    note_signed(site_key, &later);
    assert_false(is_used(&alice));
    {
        const struct offline_login now = statement(10);

        note_signed(site_key, &now); /* the site's time is right again */
    }
    assert_true(is_used(&alice));
}

/* Whoever sets it back by and by, as a server of time may, keeps nothing from
 * ending. */
static void a_clock_that_is_held_back_is_not_gone_by(void **state)
{
    const struct offline_login login = statement(0);

    (void)state;
    note_signed(site_key, &login);
    for (passed_s = 0; passed_s <= 4; passed_s += 2) {
        host_keep_tick(&config);
        assert_true(is_used(&alice));
    }
    for (passed_s = 8; passed_s < 7200; passed_s += 600) {
        host_keep_tick(&config);
        assert_false(is_used(&alice));
    }
    note_signed(site_key, &login); /* the site says how late it is */
    assert_true(is_used(&alice));
    passed_s = 0; /* the host was started again */
    assert_true(is_used(&alice));
}

static void a_no_of_the_site_forgets_it(void **state)
{
    static const struct {
        const char *json;
        enum login_verdict verdict;
    } table[] = {{"{}", LOGIN_DENIED},
                 {"{}", LOGIN_UNKNOWN},
                 {"{}", LOGIN_ALLOWED}}; /* and nothing to keep any more */
    const struct offline_login login = statement(10);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        note_signed(site_key, &login);
        assert_true(is_used(&alice));
        host_keep_note(&config, &alice, table[i].json, table[i].verdict);
        assert_false(is_used(&alice));
    }
    note_signed(site_key, &login);
    host_keep_note(&config, &alice, "{}", LOGIN_UNAVAILABLE); /* no answer */
    assert_true(is_used(&alice));
    host_keep_forget(&config);
    assert_false(is_used(&alice));
}

static void note_of(const struct login_request *request, const char *user)
{
    struct offline_login login = statement(10);
    char signature[128];
    char json[512];

    login.user = request->user;
    sign(site_key, &login, signature, sizeof(signature));
    snprintf(json, sizeof(json),
             "{\"user\":\"%s\",\"offline\":{\"from\":%" PRId64
             ",\"until\":%" PRId64 ",\"signature\":\"%s\"}}",
             user, login.from_s, login.until_s, signature);
    host_keep_note(&config, request, json, LOGIN_ALLOWED);
}

/* Somebody has several names; the site says which one they stand for. */
static void a_no_counts_for_each_name_of_the_user(void **state)
{
    static const char no[] = "{\"user\":\"alice@A.TEST\"}";
    struct login_request other = alice, bob = alice;

    (void)state;
    strcpy(other.user, "A\\alice");
    strcpy(bob.user, "bob@A.TEST");
    for (int i = 0; i < 2; i++) {
        note_of(&alice, "alice@A.TEST");
        note_of(&other, "alice@A.TEST");
        note_of(&bob, "bob@A.TEST");
        assert_true(is_used(&alice) && is_used(&other) && is_used(&bob));
        host_keep_note(&config, i ? &other : &alice, no, LOGIN_DENIED);
        assert_false(is_used(&alice));
        assert_false(is_used(&other));
        assert_true(is_used(&bob));
    }
}

static void fill_disk(bool is_full)
{
    static const char path[] = "/var/lib/filler";
    const char byte[4096] = "";
    int fd;

    assert_int_equal(mount("none", "/var/lib", NULL, MS_REMOUNT,
                           is_full ? "size=64k" : "size=16m"),
                     0);
    unlink(path);
    if (!is_full)
        return;
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    while (write(fd, byte, sizeof(byte)) > 0)
        ;
    close(fd);
}

/* The disk is full for a while: uses that wait are not lost with it. */
static void a_no_that_cannot_be_kept_counts(void **state)
{
    const struct offline_login login = statement(10);
    long long number = 0;

    (void)state;
    for (int i = 0; i < 2; i++) {
        note_signed(site_key, &login);
        assert_true(is_used(&alice));
        fill_disk(true);
        if (i)
            host_keep_forget(&config);
        else
            host_keep_note(&config, &alice, "{}", LOGIN_DENIED);
        assert_false(is_used(&alice));
        fill_disk(false);
        assert_false(is_used(&alice));
        free(host_keep_unsent(&config, &number));
        assert_int_equal(number, 1);
    }
    note_signed(site_key, &login);
    assert_true(is_used(&alice));
}

static void without_a_key_nothing_is_kept_or_used(void **state)
{
    const struct offline_login login = statement(10);
    char key[HOST_VALUE_BYTES];

    (void)state;
    note_signed(site_key, &login);
    strcpy(key, config.offline_key);
    config.offline_key[0] = '\0';
    assert_true(host_keep_is_ready(&config));
    assert_false(is_used(&alice));
    strcpy(config.offline_key, "AAAA");
    assert_false(host_keep_is_ready(&config));
    assert_false(is_used(&alice));
    strcpy(config.offline_key, key);
    assert_true(host_keep_is_ready(&config));
    assert_true(is_used(&alice));
}

/* ---- Uses ---- */

static void each_use_waits_for_the_site_in_its_order(void **state)
{
    const struct offline_login login = statement(10);
    struct login_request request = alice;
    long long number = 0;
    char *use;

    (void)state;
    note_signed(site_key, &login);
    strcpy(request.run_as, "root");
    strcpy(request.command, "/usr/bin/id");
    assert_true(is_used(&alice));
    assert_true(is_used(&request));
    use = host_keep_unsent(&config, &number);
    assert_int_equal(number, 1);
    assert_non_null(strstr(use, "\"user\":\"alice@A.TEST\""));
    free(use);
    host_keep_sent(&config, 7); /* another process was faster */
    host_keep_sent(&config, 1);
    use = host_keep_unsent(&config, &number);
    assert_int_equal(number, 2);
    assert_non_null(strstr(use, "\"command\":\"/usr/bin/id\""));
    free(use);
    host_keep_sent(&config, 2);
    assert_null(host_keep_unsent(&config, &number));
    assert_true(is_used(&alice));
    free(host_keep_unsent(&config, &number));
    assert_int_equal(number, 3); /* none has a number again */
}

static void fill_uses(unsigned n)
{
    struct host_store store;

    assert_int_equal(host_store_open(&store), STATUS_OK);
    for (unsigned i = 1; i <= n; i++)
        json_array_append_new(json_object_get(store.state, "uses"),
                              json_pack("{s:i}", "number", i));
    assert_int_equal(host_store_save(&store), STATUS_OK);
    host_store_close(&store);
}

static void a_use_that_cannot_be_kept_is_refused(void **state)
{
    const struct offline_login login = statement(10);

    (void)state;
    note_signed(site_key, &login);
    fill_uses(255);
    assert_true(is_used(&alice));
    assert_false(is_used(&alice));
    host_keep_sent(&config, 1);
    assert_true(is_used(&alice));
    leave(NULL);
    note_signed(site_key, &login);
    assert_int_equal(
        mount("none", "/var/lib", NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
    assert_false(is_used(&alice));
    assert_int_equal(mount("none", "/var/lib", NULL, MS_REMOUNT, NULL), 0);
    assert_true(is_used(&alice));
}

static void a_file_that_others_could_have_made_is_not_read(void **state)
{
    const struct offline_login login = statement(10);

    (void)state;
    note_signed(site_key, &login);
    assert_int_equal(chmod(FILE_PATH, 0644), 0);
    assert_false(is_used(&alice));
    assert_int_equal(chmod(FILE_PATH, 0600), 0);
    assert_int_equal(chmod(HOST_STORE_DIRECTORY, 0755), 0);
    assert_false(is_used(&alice));
    assert_int_equal(chmod(HOST_STORE_DIRECTORY, 0700), 0);
    assert_true(is_used(&alice));
    assert_int_equal(rename(FILE_PATH, "/var/lib/moved"), 0);
    assert_int_equal(symlink("/var/lib/moved", FILE_PATH), 0);
    assert_false(is_used(&alice));
    assert_int_equal(unlink(FILE_PATH), 0);
    assert_int_equal(mkfifo(FILE_PATH, 0600), 0);
    assert_false(is_used(&alice)); /* and nobody waits for a writer */
    fake_host_write("/var/lib/moved", "{\"answers\":[]}");
    assert_int_equal(rename("/var/lib/moved", FILE_PATH), 0);
    assert_int_equal(chmod(FILE_PATH, 0600), 0);
    assert_false(is_used(&alice));
}

#define TEST(name) cmocka_unit_test_teardown(name, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_the_site_signed_is_used_for_its_question_alone),
        TEST(what_it_did_not_sign_is_not),
        TEST(a_kept_answer_that_was_changed_is_none),
        TEST(an_answer_ends),
        TEST(a_clock_that_went_back_is_not_gone_by),
        TEST(a_clock_that_is_held_back_is_not_gone_by),
        TEST(a_no_of_the_site_forgets_it),
        TEST(a_no_counts_for_each_name_of_the_user),
        TEST(a_no_that_cannot_be_kept_counts),
        TEST(without_a_key_nothing_is_kept_or_used),
        TEST(each_use_waits_for_the_site_in_its_order),
        TEST(a_use_that_cannot_be_kept_is_refused),
        TEST(a_file_that_others_could_have_made_is_not_read),
    };

    return cmocka_run_group_tests(tests, enter, end);
}
