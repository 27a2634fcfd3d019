/*
 * The signer: whole handshakes with keys that only it has, and what it is asked
 * to sign beside them.
 */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "auth/certificate/private_key.h"
#include "auth/channel.h"
#include "auth/signer/distant_key.h"
#include "auth/signer/key_provider.h"
#include "provider/base/offline_login.h"
#include "tests/support/tls_pair.h"

enum { LANES = 2, THREADS = 4, OFTEN = 20, HASH_BYTES = 32, PATH_BYTES = 64 };

#define EIGHT  "        "
#define SPACES EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT
#define HASH   "0123456789abcdef0123456789abcdef"
static const char server_text[] =
    SPACES "TLS 1.3, server CertificateVerify\0" HASH;

#define SERVER ((struct text){server_text, sizeof(server_text) - 1})

static const struct {
    const char *name;
    const char *kind;
    const char *curve;
    enum signer_digest digest; /* one of its */
} kinds[] = {
    {"rsa", "RSA", NULL, SIGNER_SHA256},
    {"rsa-pss", "RSA-PSS", NULL, SIGNER_SHA384},
    {"p256", "EC", "P-256", SIGNER_SHA256},
    {"p384", "EC", "P-384", SIGNER_SHA384},
    {"p521", "EC", "P-521", SIGNER_SHA512},
    {"ed25519", "ED25519", NULL, SIGNER_DIGEST_NONE},
    {"ed448", "ED448", NULL, SIGNER_DIGEST_NONE},
};

static char folder[] = "/tmp/test_auth_signer.XXXXXX";
static struct signer *signer;

/* ---- Keys and certificates ---- */

static void path_of(const char *name, const char *kind, char path[PATH_BYTES])
{
    snprintf(path, PATH_BYTES, "%s/%s.%s", folder, name, kind);
}

static FILE *make_file(const char *name, const char *kind)
{
    char path[PATH_BYTES];
    FILE *file;

    path_of(name, kind, path);
    file = fopen(path, "w");
    assert_non_null(file);
    return file;
}

static EVP_PKEY *make_key(const char *kind, const char *curve)
{
    EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, kind, NULL);
    EVP_PKEY *key = NULL;

    assert_non_null(maker);
    assert_int_equal(EVP_PKEY_keygen_init(maker), 1);
    if (curve)
        assert_int_equal(EVP_PKEY_CTX_set_group_name(maker, curve), 1);
    assert_int_equal(EVP_PKEY_generate(maker, &key), 1);
    EVP_PKEY_CTX_free(maker);
    return key;
}

/* Of an authority that nobody has to trust here. */
static void write_certificate(const char *name, EVP_PKEY *key)
{
    X509 *certificate = X509_new();
    EVP_PKEY *authority = EVP_EC_gen("P-256");
    FILE *file = make_file(name, "pem");

    X509_set_version(certificate, X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    assert_true(X509_sign(certificate, authority, EVP_sha256()) > 0);
    assert_int_equal(PEM_write_X509(file, certificate), 1);
    fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(authority);
}

static void make_identity(const char *name, EVP_PKEY *key)
{
    FILE *file = make_file(name, "key");

    assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL),
                     1);
    fclose(file);
    write_certificate(name, key);
}

static int set_up(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        EVP_PKEY *key = make_key(kinds[i].kind, kinds[i].curve);

        make_identity(kinds[i].name, key);
        EVP_PKEY_free(key);
    }
    return 0;
}

static int tear_down(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof(command), "rm -rf %s", folder);
    return system(command);
}

static int open_signer(void **state)
{
    (void)state;
    assert_int_equal(signer_open(LANES, NULL, NULL, &signer), STATUS_OK);
    return 0;
}

static pid_t only_child(void)
{
    char path[64];
    FILE *file;
    int pid = 0;

    snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
    file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%d", &pid), 1);
    fclose(file);
    return pid;
}

/* Returns when every thread of it has stopped. */
static void stop_child(pid_t pid)
{
    int status;

    assert_int_equal(kill(pid, SIGSTOP), 0);
    assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
    assert_true(WIFSTOPPED(status));
}

/* One that a test left stopped would never end. */
static int close_signer(void **state)
{
    (void)state;
    if (signer && !signer_is_lost(signer))
        kill(only_child(), SIGCONT);
    signer_free(signer);
    signer = NULL;
    return 0;
}

/* ---- Handshakes ---- */

static enum status use(const char *certificate, const char *key,
                       SSL_CTX **context_out, const char **why_out)
{
    char pem[PATH_BYTES], file[PATH_BYTES];
    const struct auth_certificate_config config = {pem, file, signer};

    path_of(certificate, "pem", pem);
    path_of(key, "key", file);
    *context_out = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_min_proto_version(*context_out, TLS1_3_VERSION);
    return auth_certificate_use(&config, *context_out, why_out);
}

static SSL_CTX *listener_of(const char *name)
{
    SSL_CTX *context;
    const char *why = NULL;

    if (use(name, name, &context, &why) != STATUS_OK)
        fail_msg("%s: %s", name, why);
    return context;
}

static bool shakes_hands(SSL_CTX *context)
{
    struct tls_pair pair = tls_pair_connect(context, NULL, NULL, NULL);
    const bool is_up = pair.is_up;

    tls_pair_close(&pair);
    return is_up;
}

static void every_kind_of_key_makes_handshakes(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        SSL_CTX *context = listener_of(kinds[i].name);

        if (!shakes_hands(context))
            fail_msg("%s", kinds[i].name);
        SSL_CTX_free(context);
    }
}

static void refuses_the_key_of_another_certificate(void **state)
{
    SSL_CTX *context;
    const char *why = NULL;

    (void)state;
    assert_int_equal(use("p256", "rsa", &context, &why), STATUS_INVALID);
    SSL_CTX_free(context);
    assert_int_equal(use("p256", "p384", &context, &why), STATUS_INVALID);
    assert_non_null(strstr(why, "is not the key of the certificate"));
    SSL_CTX_free(context);
}

static void says_why_a_file_is_no_key(void **state)
{
    SSL_CTX *context;
    const char *why = NULL;

    (void)state;
    assert_int_equal(use("p256", "absent", &context, &why), STATUS_UNAVAILABLE);
    assert_non_null(strstr(why, "absent.key: cannot be read"));
    SSL_CTX_free(context);
    fclose(make_file("empty", "key"));
    assert_int_equal(use("p256", "empty", &context, &why), STATUS_INVALID);
    assert_non_null(strstr(why, "empty.key: contains no private key"));
    SSL_CTX_free(context);
}

static void *shake_often(void *context)
{
    for (int i = 0; i < OFTEN; i++)
        if (!shakes_hands(context))
            return context;
    return NULL;
}

/* More than there are lanes. */
static void threads_make_handshakes_at_a_time(void **state)
{
    SSL_CTX *context = listener_of("p256");
    pthread_t threads[THREADS];

    (void)state;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, shake_often, context), 0);
    for (int i = 0; i < THREADS; i++) {
        void *failed;

        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
    SSL_CTX_free(context);
}

/* ---- Several keys in a file ---- */

static void copy_into(FILE *to, const char *name)
{
    char path[PATH_BYTES], bytes[4096];
    FILE *from;
    size_t n;

    path_of(name, "key", path);
    from = fopen(path, "r");
    assert_non_null(from);
    n = fread(bytes, 1, sizeof(bytes), from);
    assert_int_equal(fwrite(bytes, 1, n, to), n);
    fclose(from);
}

static void put_together(const char *name, const char *first,
                         const char *second)
{
    FILE *file = make_file(name, "key");

    copy_into(file, first);
    copy_into(file, second);
    fclose(file);
}

static enum status use_both(const char *certificate, const char **why_out)
{
    SSL_CTX *context;
    const enum status status = use(certificate, "both", &context, why_out);

    if (status == STATUS_OK)
        assert_true(shakes_hands(context));
    SSL_CTX_free(context);
    return status;
}

/* While a certificate is renewed: whichever is in place, its key is there. */
static void takes_the_key_of_the_certificate(void **state)
{
    const char *why = NULL;

    (void)state;
    put_together("both", "p256", "rsa");
    assert_int_equal(use_both("p256", &why), STATUS_OK);
    assert_int_equal(use_both("rsa", &why), STATUS_OK);
    put_together("both", "rsa", "p256");
    assert_int_equal(use_both("p256", &why), STATUS_OK);
    assert_int_equal(use_both("rsa", &why), STATUS_OK);
    assert_int_equal(use_both("ed25519", &why), STATUS_INVALID);
    assert_non_null(strstr(why, "is not the key of the certificate"));
}

/* A file is read to its end. */
static void refuses_a_damaged_key_beside_the_one_it_takes(void **state)
{
    const char *why = NULL;
    FILE *file = make_file("both", "key");

    (void)state;
    copy_into(file, "p256");
    fputs("-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n",
          file);
    fclose(file);
    assert_int_equal(use_both("p256", &why), STATUS_INVALID);
    assert_non_null(strstr(why, "damaged"));
}

static void chooses_no_key_unasked(void **state)
{
    const char *why = NULL;
    char path[PATH_BYTES];
    EVP_PKEY *key = NULL;

    (void)state;
    put_together("both", "p256", "rsa");
    path_of("both", "key", path);
    assert_int_equal(private_key_read(path, NULL, &key, &why), STATUS_INVALID);
    assert_non_null(strstr(why, "a second private key"));
    assert_null(key);
}

/* A question that has no room, or is not one, is no path. */
static void refuses_a_question_that_is_none(void **state)
{
    struct signer_order order = {.verb = SIGNER_LOAD, .size = 0};
    struct signer_answer answer;
    char path[SIGNER_BYTES_MAX + 2];
    EVP_PKEY *key = NULL, *wanted = make_key("EC", "P-256");
    const char *why = NULL;

    (void)state;
    memset(path, '/', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    assert_int_equal(key_provider_load(signer, path, NULL, &key, &why),
                     STATUS_INVALID);
    path[SIGNER_BYTES_MAX - 8] = '\0';
    assert_int_equal(key_provider_load(signer, path, wanted, &key, &why),
                     STATUS_INVALID);
    assert_non_null(strstr(why, "too long"));
    path_of("p256", "key", (char *)order.bytes);
    order.size = (uint32_t)strlen((char *)order.bytes) + 3; /* NUL and two */
    signer_ask(signer, &order, &answer);
    assert_int_equal(answer.status, STATUS_INVALID);
    EVP_PKEY_free(wanted);
}

/* ---- What it signs ---- */

/* 0: it is not. */
static uint32_t load_for(const char *name, enum signer_purpose purpose)
{
    struct signer_order order = {.verb = SIGNER_LOAD, .purpose = purpose};
    struct signer_answer answer;

    path_of(name, "key", (char *)order.bytes);
    order.size = (uint32_t)strlen((char *)order.bytes);
    signer_ask(signer, &order, &answer);
    return answer.status == STATUS_OK ? answer.key : 0;
}

static uint32_t load(const char *name)
{
    const uint32_t key = load_for(name, SIGNER_FOR_TLS);

    assert_int_not_equal(key, 0);
    return key;
}

static int32_t sign_as(uint32_t key, uint32_t digest, struct text text)
{
    struct signer_order order = {
        .verb = SIGNER_SIGN, .key = key, .digest = digest};
    struct signer_answer answer;

    memcpy(order.bytes, text.data, text.size);
    order.size = (uint32_t)text.size;
    signer_ask(signer, &order, &answer);
    if (answer.status == STATUS_OK)
        assert_true(answer.size >= 64);
    return answer.status;
}

static void drop(uint32_t key)
{
    struct signer_order order = {.verb = SIGNER_DROP, .key = key};
    struct signer_answer answer;

    signer_ask(signer, &order, &answer);
    assert_int_equal(answer.status, STATUS_OK);
}

static void signs_what_a_server_signs_and_nothing_else(void **state)
{
    static const struct text others[] = {
        TEXT(""),
        TEXT("x"),
        TEXT(HASH),
        TEXT(SPACES "TLS 1.3, client CertificateVerify\0" HASH),
        TEXT(SPACES "TLS 1.3, server CertificateVerify " HASH),
        TEXT(SPACES "TLS 1.3, server CertificateVerify\0"),
        TEXT(SPACES "TLS 1.3, server CertificateVerify\0" HASH "x"),
        TEXT(SPACES " TLS 1.3, server CertificateVerify\0" HASH),
        TEXT("x" SPACES "TLS 1.3, server CertificateVerify\0" HASH),
        /* TLS 1.2: two random numbers and a key share */
        TEXT(HASH HASH "\x03\0\x1d\x20" HASH),
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        const uint32_t key = load(kinds[i].name);

        assert_int_equal(sign_as(key, kinds[i].digest, SERVER), STATUS_OK);
        for (size_t j = 0; j < ARRAY_SIZE(others); j++)
            assert_int_equal(sign_as(key, kinds[i].digest, others[j]),
                             STATUS_DENIED);
    }
}

static void a_key_has_one_purpose(void **state)
{
    static const struct text offline = TEXT(OFFLINE_LOGIN_HEAD "user x\n");
    static const struct text head = TEXT(OFFLINE_LOGIN_HEAD);
    const uint32_t hosts = load_for("ed25519", SIGNER_FOR_HOSTS);
    const uint32_t tls = load("p256");

    (void)state;
    assert_int_not_equal(hosts, 0);
    assert_int_equal(sign_as(hosts, SIGNER_DIGEST_NONE, offline), STATUS_OK);
    assert_int_equal(sign_as(hosts, SIGNER_DIGEST_NONE, head), STATUS_DENIED);
    assert_int_equal(sign_as(hosts, SIGNER_DIGEST_NONE, SERVER), STATUS_DENIED);
    assert_int_equal(sign_as(tls, SIGNER_SHA256, SERVER), STATUS_OK);
    assert_int_equal(sign_as(tls, SIGNER_SHA256, offline), STATUS_DENIED);
    assert_int_equal(load_for("ed25519", SIGNER_FOR_TLS), 0);
    assert_int_equal(load_for("p256", SIGNER_FOR_HOSTS), 0);
    assert_int_equal(load_for("ed25519", SIGNER_FOR_HOSTS), hosts);
    drop(hosts);
    drop(hosts);
    assert_int_not_equal(load_for("ed25519", SIGNER_FOR_TLS), 0);
}

static void signs_by_the_schemes_of_the_key_only(void **state)
{
    const uint32_t rsa = load("rsa"), p256 = load("p256"),
                   ed25519 = load("ed25519");

    (void)state;
    assert_int_equal(sign_as(rsa, SIGNER_SHA512, SERVER), STATUS_OK);
    assert_int_equal(sign_as(rsa, SIGNER_DIGEST_NONE, SERVER), STATUS_DENIED);
    assert_int_equal(sign_as(rsa, SIGNER_N_DIGESTS, SERVER), STATUS_DENIED);
    assert_int_equal(sign_as(p256, SIGNER_SHA256, SERVER), STATUS_OK);
    assert_int_equal(sign_as(p256, SIGNER_SHA384, SERVER), STATUS_DENIED);
    assert_int_equal(sign_as(p256, SIGNER_DIGEST_NONE, SERVER), STATUS_DENIED);
    assert_int_equal(sign_as(ed25519, SIGNER_DIGEST_NONE, SERVER), STATUS_OK);
    assert_int_equal(sign_as(ed25519, SIGNER_SHA256, SERVER), STATUS_DENIED);
}

/* What the library would let any code of this process do with the key. */
static void the_library_cannot_have_anything_else_signed(void **state)
{
    char path[PATH_BYTES];
    unsigned char signature[512];
    const char *why = NULL;

    (void)state;
    path_of("p256", "key", path);
    for (int is_server = 0; is_server < 2; is_server++) {
        const char *text = is_server ? server_text : HASH;
        const size_t text_size =
            is_server ? sizeof(server_text) - 1 : HASH_BYTES;
        size_t size = sizeof(signature);
        EVP_PKEY *key = NULL;
        EVP_MD_CTX *sum = EVP_MD_CTX_new();

        assert_int_equal(key_provider_load(signer, path, NULL, &key, &why),
                         STATUS_OK);
        assert_int_equal(
            EVP_DigestSignInit_ex(sum, NULL, "SHA256", NULL, NULL, key, NULL),
            1);
        assert_int_equal(EVP_DigestSign(sum, signature, &size,
                                        (const unsigned char *)text,
                                        text_size) == 1,
                         is_server);
        assert_int_equal(i2d_PrivateKey(key, NULL) > 0, 0);
        EVP_MD_CTX_free(sum);
        EVP_PKEY_free(key);
        ERR_clear_error();
    }
}

static void holds_the_same_key_once_and_until_nobody_does(void **state)
{
    const uint32_t first = load("p256"), again = load("p256");

    (void)state;
    assert_int_equal(first, again);
    assert_int_not_equal(first, load("p384"));
    drop(first);
    assert_int_equal(sign_as(first, SIGNER_SHA256, SERVER), STATUS_OK);
    drop(first);
    assert_int_equal(sign_as(first, SIGNER_SHA256, SERVER), STATUS_NOT_FOUND);
    assert_int_not_equal(first, load("p256")); /* no number means two keys */
}

static void refuses_what_it_does_not_know(void **state)
{
    struct signer_order order = {.verb = 77};
    struct signer_answer answer;

    (void)state;
    signer_ask(signer, &order, &answer);
    assert_int_equal(answer.status, STATUS_INVALID);
    assert_int_equal(sign_as(0, SIGNER_SHA256, SERVER), STATUS_NOT_FOUND);
    assert_int_equal(sign_as(load("p256"), SIGNER_SHA256, SERVER), STATUS_OK);
}

/* ---- Its end ---- */

static void handshakes_fail_without_it(void **state)
{
    SSL_CTX *context = listener_of("p256");
    struct tls_pair before = tls_pair_connect(context, NULL, NULL, NULL);
    char byte = 0;

    (void)state;
    assert_true(before.is_up);
    assert_false(signer_is_lost(signer));
    kill(only_child(), SIGKILL);
    while (!signer_is_lost(signer))
        ;
    assert_false(shakes_hands(context));
    assert_int_equal(SSL_write(before.client, "x", 1), 1);
    assert_int_equal(SSL_read(before.server, &byte, 1), 1);
    tls_pair_close(&before);
    SSL_CTX_free(context);
}

/* Each lane is waited for once; then nobody waits, until it has answered. */
static void one_that_is_late_is_asked_again(void **state)
{
    SSL_CTX *context = listener_of("p256");
    const pid_t pid = only_child();

    (void)state;
    assert_true(shakes_hands(context));
    stop_child(pid);
    for (int i = 0; i < LANES + 2; i++)
        assert_false(shakes_hands(context));
    assert_false(signer_is_lost(signer));
    kill(pid, SIGCONT);
    while (!shakes_hands(context))
        ;
    SSL_CTX_free(context);
}

enum status __real_private_key_read(const char *path, const EVP_PKEY *wanted,
                                    EVP_PKEY **key_out, const char **why_out);

enum status __wrap_private_key_read(const char *path, const EVP_PKEY *wanted,
                                    EVP_PKEY **key_out, const char **why_out);

/* A pipe stands for a file whose disk does not answer. */
enum status __wrap_private_key_read(const char *path, const EVP_PKEY *wanted,
                                    EVP_PKEY **key_out, const char **why_out)
{
    struct stat info;

    if (stat(path, &info) == 0 && S_ISFIFO(info.st_mode))
        close(open(path, O_RDONLY | O_CLOEXEC));
    return __real_private_key_read(path, wanted, key_out, why_out);
}

static void a_key_that_is_slow_to_read_delays_no_handshake(void **state)
{
    SSL_CTX *context = listener_of("p256");
    char path[PATH_BYTES];
    EVP_PKEY *key = NULL;
    const char *why = NULL;

    (void)state;
    path_of("slow", "key", path);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(key_provider_load(signer, path, NULL, &key, &why),
                     STATUS_UNAVAILABLE);
    for (int i = 0; i < OFTEN; i++)
        assert_true(shakes_hands(context));
    assert_int_equal(key_provider_load(signer, path, NULL, &key, &why),
                     STATUS_UNAVAILABLE);
    assert_int_equal(close(open(path, O_WRONLY | O_CLOEXEC)), 0);
    path_of("p384", "key", path);
    while (key_provider_load(signer, path, NULL, &key, &why) != STATUS_OK)
        ;
    EVP_PKEY_free(key);
    SSL_CTX_free(context);
}

static enum status refuse(void *context)
{
    (void)context;
    return STATUS_UNAVAILABLE;
}

static void serves_only_behind_its_wall(void **state)
{
    char path[PATH_BYTES];
    EVP_PKEY *key = NULL;
    const char *why = NULL;

    (void)state;
    path_of("p256", "key", path);
    assert_int_equal(signer_open(LANES, refuse, NULL, &signer), STATUS_OK);
    assert_int_equal(signer_await(signer, 60 * 1000), STATUS_UNAVAILABLE);
    assert_int_equal(key_provider_load(signer, path, NULL, &key, &why),
                     STATUS_UNAVAILABLE);
    assert_non_null(why);
    assert_true(signer_is_lost(signer));
}

static enum status stop(void *context)
{
    (void)context;
    return raise(SIGSTOP) == 0 ? STATUS_OK : STATUS_UNAVAILABLE;
}

static void one_that_begins_late_is_awaited(void **state)
{
    int status;
    pid_t pid;

    (void)state;
    assert_int_equal(signer_open(LANES, stop, NULL, &signer), STATUS_OK);
    pid = waitpid(-1, &status, WUNTRACED);
    assert_true(WIFSTOPPED(status));
    assert_int_equal(signer_await(signer, 20), STATUS_UNAVAILABLE);
    assert_int_equal(kill(pid, SIGCONT), 0);
    assert_int_equal(signer_await(signer, 60 * 1000), STATUS_OK);
    assert_int_equal(signer_await(signer, 60 * 1000), STATUS_OK);
}

#define WITH_SIGNER(test)                                                      \
    cmocka_unit_test_setup_teardown(test, open_signer, close_signer)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SIGNER(every_kind_of_key_makes_handshakes),
        WITH_SIGNER(threads_make_handshakes_at_a_time),
        WITH_SIGNER(refuses_the_key_of_another_certificate),
        WITH_SIGNER(says_why_a_file_is_no_key),
        WITH_SIGNER(takes_the_key_of_the_certificate),
        cmocka_unit_test(takes_the_key_of_the_certificate),
        WITH_SIGNER(refuses_a_damaged_key_beside_the_one_it_takes),
        WITH_SIGNER(refuses_a_question_that_is_none),
        cmocka_unit_test(chooses_no_key_unasked),
        WITH_SIGNER(signs_what_a_server_signs_and_nothing_else),
        WITH_SIGNER(a_key_has_one_purpose),
        WITH_SIGNER(signs_by_the_schemes_of_the_key_only),
        WITH_SIGNER(the_library_cannot_have_anything_else_signed),
        WITH_SIGNER(holds_the_same_key_once_and_until_nobody_does),
        WITH_SIGNER(refuses_what_it_does_not_know),
        WITH_SIGNER(a_key_that_is_slow_to_read_delays_no_handshake),
        WITH_SIGNER(handshakes_fail_without_it),
        WITH_SIGNER(one_that_is_late_is_asked_again),
        cmocka_unit_test_teardown(one_that_begins_late_is_awaited,
                                  close_signer),
        cmocka_unit_test_teardown(serves_only_behind_its_wall, close_signer),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
