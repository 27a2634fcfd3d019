/*
 * Memory that runs out in a sign-in: each fails at every allocation in turn, in
 * the room and in jansson (T57). What would be refused is never accepted, what
 * would be accepted is accepted with the same evidence or refused, and nothing
 * is left behind.
 */
#include "tests/unit/unit.h"

#include <jansson.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/auth.h"
#include "auth/channel.h"
#include "auth/client.h"
#include "auth/signin.h"
#include "auth/throttle.h"
#include "auth/token/bearer.h"
#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "tests/support/authority.h"
#include "tests/support/mint.h"
#include "tests/support/sign_in.h"
#include "tests/support/tls_pair.h"

/* ---- Allocations that fail on demand ---- */

static bool is_counting;
static long n_left; /* until one fails */
static bool has_failed;

static bool fails_now(void)
{
    if (!is_counting || n_left-- > 0)
        return false;
    is_counting = false; /* one of them */
    has_failed = true;
    return true;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_reallocarray(void *old, size_t n, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_reallocarray(void *old, size_t n, size_t size);
char *__wrap_strdup(const char *text);

void *__wrap_malloc(size_t size)
{
    return fails_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails_now() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails_now() ? NULL : __real_realloc(old, size);
}

void *__wrap_reallocarray(void *old, size_t n, size_t size)
{
    return fails_now() ? NULL : __real_reallocarray(old, n, size);
}

char *__wrap_strdup(const char *text)
{
    return fails_now() ? NULL : __real_strdup(text);
}

static void *json_malloc(size_t size)
{
    return fails_now() ? NULL : __real_malloc(size);
}

/* ---- A site ---- */

#define ISSUER "https://login.example.com/"
#define HEADER "{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"typ\":\"at+jwt\"}"

static char folder[] = "/tmp/test_auth_memory.XXXXXX";
static char paths[6][64];
enum { KEYS = 0, CA, LIST, LIST_REVOKED, ALICE, ALICE_KEY };

static const char *const anchors[] = {paths[CA]};
static const char *const lists[] = {paths[LIST]};
static const char *const lists_revoked[] = {paths[LIST_REVOKED]};
static const struct auth_trust_config trust = {anchors, 1, lists, 1};
static const struct auth_trust_config trust_revoked = {anchors, 1,
                                                       lists_revoked, 1};
static const char *const algorithms[] = {"ES256"};
static const char *const suffixes[] = {"EXAMPLE.COM"};
static const char *const mfa_values[] = {"mfa"};
static const struct auth_upn_rule upn = {paths[CA], suffixes, 1};
static const struct auth_issuer_config issuer = {
    .issuer = ISSUER,
    .audience = "api://smsprovider",
    .keys = paths[KEYS],
    .algorithms = algorithms,
    .n_algorithms = 1,
    .mfa_amr = mfa_values,
    .n_mfa_amr = 1,
    .groups_claim = "groups",
    .use = AUTH_TOKEN_REUSABLE,
};
static const struct auth_config config = {
    .issuers = &issuer, .n_issuers = 1, .upns = &upn, .n_upns = 1};

static struct auth *auth;
static SSL_CTX *listener, *listener_revoked;
static struct tls_pair pair;
static struct buf good_message, late_message;

static void put(int which, const char *name, struct buf *bytes)
{
    snprintf(paths[which], sizeof(paths[which]), "%s/%s", folder, name);
    authority_put(paths[which], buf_text(bytes));
    buf_clear(bytes);
}

static void make_files(void)
{
    static const struct authority_extension client = {
        NID_subject_alt_name, "otherName:msUPN;UTF8:alice@EXAMPLE.COM"};
    struct buf bytes = buf_make(65536);
    struct authority authority;
    EVP_PKEY *key = NULL;
    X509 *alice;
    X509_CRL *list;

    authority_make(&authority, "Admins CA", NULL, NULL, 0);
    alice = authority_issue(&authority, "alice", &client, 1, &key);
    authority_write_certificate(&bytes, authority.certificate);
    put(CA, "ca.pem", &bytes);
    list = authority_list(&authority, &(struct authority_list){0});
    authority_write_list(&bytes, list);
    put(LIST, "none.crl", &bytes);
    X509_CRL_free(list);
    list = authority_list(
        &authority,
        &(struct authority_list){.revoked = (const X509 *const[]){alice},
                                 .n_revoked = 1});
    authority_write_list(&bytes, list);
    put(LIST_REVOKED, "alice.crl", &bytes);
    X509_CRL_free(list);
    authority_write_certificate(&bytes, alice);
    put(ALICE, "alice.pem", &bytes);
    authority_write_key(&bytes, key);
    put(ALICE_KEY, "alice.key", &bytes);
    mint_key_set(&bytes);
    put(KEYS, "jwks.json", &bytes);
    X509_free(alice);
    EVP_PKEY_free(key);
    authority_clear(&authority);
    buf_free(&bytes);
}

static struct buf make_message(int64_t now_s)
{
    SCOPED(buf_free) struct buf token = buf_make(65536);
    struct buf message = buf_make(65536);
    char claims[512];

    snprintf(claims, sizeof(claims),
             "{\"iss\":\"" ISSUER "\",\"aud\":\"api://smsprovider\","
             "\"sub\":\"alice\",\"iat\":%lld,\"exp\":%lld,\"amr\":[\"mfa\"],"
             "\"groups\":[\"one\",\"two\"]}",
             (long long)now_s, (long long)now_s + 600);
    mint_token(&token, MINT_EC, "ES256", HEADER, claims);
    bearer_write(&message, TEXT(""), buf_text(&token));
    return message;
}

static SSL_CTX *make_listener(const struct auth_trust_config *by)
{
    SSL_CTX *made = tls_pair_listener(paths[ALICE], paths[ALICE_KEY]);
    const char *why = "";

    assert_int_equal(auth_trust_apply(by, made, &why), STATUS_OK);
    return made;
}

static int set_up(void **state)
{
    const char *why = "";

    (void)state;
    log_set_level(LOG_ERROR);
    assert_non_null(mkdtemp(folder));
    make_files();
    assert_int_equal(auth_new(&config, &auth, &why), STATUS_OK);
    listener = make_listener(&trust);
    listener_revoked = make_listener(&trust_revoked);
    pair = tls_pair_connect(listener, paths[ALICE], paths[ALICE_KEY], NULL);
    assert_true(pair.is_up);
    good_message = make_message(clock_wall_s());
    late_message = make_message(clock_wall_s() - 7200);
    json_set_alloc_funcs(json_malloc, free);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    json_set_alloc_funcs(malloc, free);
    buf_free(&good_message);
    buf_free(&late_message);
    tls_pair_close(&pair);
    SSL_CTX_free(listener);
    SSL_CTX_free(listener_revoked);
    auth_free(auth);
    for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
        unlink(paths[i]);
    rmdir(folder);
    return 0;
}

/* ---- What is tried ---- */

/* What it proved, in words; "": nothing. */
typedef void act(struct buf *proved);

static void describe(const struct auth_evidence *evidence, struct buf *proved)
{
    for (size_t i = 0; i < evidence->n_identities; i++)
        buf_append_string(proved, evidence->identities[i].value);
    for (size_t i = 0; i < evidence->n_groups; i++)
        buf_append_string(proved, evidence->groups[i]);
    buf_append_string(proved,
                      auth_level_name(auth_level_of(evidence, clock_wall_s())));
    buf_append_string(proved, evidence->acting_as ? evidence->acting_as : "");
    buf_append_string(proved, evidence->upn ? evidence->upn : "");
}

static void sign_in_with(const struct auth_channel *channel,
                         enum auth_mechanism mechanism, struct text message,
                         struct buf *proved)
{
    SCOPED(buf_free) struct buf answer = buf_make(AUTH_MESSAGE_MAX_BYTES);
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};
    OWNED(auth_exchange) exchange = NULL;

    if (auth_exchange_new(auth, channel, mechanism, &exchange) != STATUS_OK ||
        auth_exchange_step(exchange, true, message, clock_wall_s(), &answer) !=
            AUTH_DONE)
        return;
    auth_exchange_take(exchange, &evidence);
    describe(&evidence, proved);
}

static void with_token(struct buf *proved)
{
    const struct auth_channel channel = sign_in_channel(1);

    sign_in_with(&channel, AUTH_OAUTHBEARER, buf_text(&good_message), proved);
}

static void with_late_token(struct buf *proved)
{
    const struct auth_channel channel = sign_in_channel(1);

    sign_in_with(&channel, AUTH_OAUTHBEARER, buf_text(&late_message), proved);
}

static void as_local_user(struct buf *proved)
{
    const struct auth_channel channel = {
        .kind = AUTH_CHANNEL_UNIX, .peer_uid = 1000, .has_peer_uid = true};

    sign_in_with(&channel, AUTH_EXTERNAL, TEXT("1000"), proved);
}

/* The handshake's end is told apart from the sign-in. */
static void with_certificate(struct buf *proved)
{
    SCOPED(auth_channel_clear) struct auth_channel channel = {0};

    if (auth_channel_of_tls(pair.server, &channel) != STATUS_OK)
        return;
    sign_in_with(&channel, AUTH_EXTERNAL, TEXT(""), proved);
}

static void by_another_name(struct buf *proved)
{
    SCOPED(auth_channel_clear) struct auth_channel channel = {0};

    if (auth_channel_of_tls(pair.server, &channel) != STATUS_OK)
        return;
    sign_in_with(&channel, AUTH_EXTERNAL, TEXT("bob@EXAMPLE.COM"), proved);
}

static void recheck_by(SSL_CTX *context, struct buf *proved)
{
    SCOPED(auth_channel_clear) struct auth_channel channel = {0};

    if (auth_channel_of_tls(pair.server, &channel) == STATUS_OK &&
        auth_channel_recheck(&channel, context) == STATUS_OK)
        buf_append_string(proved,
                          channel.certificate.n_identities ? "still" : "");
}

static void checked_again(struct buf *proved)
{
    recheck_by(listener, proved);
}

static void checked_after_revocation(struct buf *proved)
{
    recheck_by(listener_revoked, proved);
}

static void shake_hands_with(const struct auth_trust_config *by,
                             struct buf *proved)
{
    SSL_CTX *context;
    struct tls_pair fresh;
    const bool was_counting = is_counting;
    const char *why = "";
    enum status status;

    is_counting = false; /* of the test's own */
    context = tls_pair_listener(paths[ALICE], paths[ALICE_KEY]);
    is_counting = was_counting;
    status = auth_trust_apply(by, context, &why);
    if (status == STATUS_OK) {
        fresh = tls_pair_connect(context, paths[ALICE], paths[ALICE_KEY], NULL);
        buf_append_string(proved, fresh.is_up ? "up" : "");
        tls_pair_close(&fresh);
    }
    SSL_CTX_free(context);
    ERR_clear_error();
}

static void handshake(struct buf *proved)
{
    shake_hands_with(&trust, proved);
}

static void handshake_when_revoked(struct buf *proved)
{
    shake_hands_with(&trust_revoked, proved);
}

static void configured(struct buf *proved)
{
    OWNED(auth) made = NULL;
    const char *why = "";

    if (auth_new(&config, &made, &why) == STATUS_OK)
        buf_append_string(proved, "made");
}

/* ---- The tests ---- */

/* Where its n-th allocation fails; with none failing, as it should be. */
static struct buf try(act *run, long n)
{
    struct buf proved = buf_make(65536);

    buf_expect(&proved, 4096);
    has_failed = false;
    n_left = n;
    is_counting = true;
    run(&proved);
    is_counting = false;
    return proved;
}

static void never_more(act *run, const char *expected)
{
    SCOPED(buf_free) struct buf whole = try(run, LONG_MAX);
    long n = 0;

    if (expected)
        assert_text_equal(buf_text(&whole), expected);
    else
        assert_true(whole.size > 0);
    do {
        SCOPED(buf_free) struct buf got = try(run, n++);

        if (got.size > 0)
            assert_true(text_equal(buf_text(&got), buf_text(&whole)));
    } while (has_failed);
    assert_true(n > 1); /* something was tried */
}

static void a_good_token_never_proves_more(void **state)
{
    (void)state;
    never_more(with_token, NULL);
}

static void a_late_token_never_proves_anything(void **state)
{
    (void)state;
    never_more(with_late_token, "");
}

static void a_certificate_never_proves_more(void **state)
{
    (void)state;
    never_more(with_certificate, NULL);
    never_more(by_another_name, NULL);
}

static void a_local_user_is_nobody_else(void **state)
{
    (void)state;
    never_more(as_local_user, "1000domain");
}

static void a_revoked_certificate_never_proves_anything(void **state)
{
    (void)state;
    never_more(checked_again, "still");
    never_more(checked_after_revocation, "");
}

static void no_handshake_forgets_revocation(void **state)
{
    (void)state;
    never_more(handshake, "up");
    never_more(handshake_when_revoked, "");
}

static void a_configuration_is_whole_or_not_made(void **state)
{
    (void)state;
    never_more(configured, "made");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_token_never_proves_more),
        cmocka_unit_test(a_late_token_never_proves_anything),
        cmocka_unit_test(a_certificate_never_proves_more),
        cmocka_unit_test(a_local_user_is_nobody_else),
        cmocka_unit_test(a_revoked_certificate_never_proves_anything),
        cmocka_unit_test(no_handshake_forgets_revocation),
        cmocka_unit_test(a_configuration_is_whole_or_not_made),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
