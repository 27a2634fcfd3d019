/* OAUTHBEARER from client to server, and the exchange around it. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/auth.h"
#include "auth/client.h"
#include "auth/token/bearer.h"
#include "provider/base/clock.h"
#include "tests/support/mint.h"
#include "tests/support/sign_in.h"

#define ISSUER "https://login.example.com/"
#define HEADER "{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"typ\":\"at+jwt\"}"

static const char *const algorithms[] = {"ES256"};
static const char *const mfa_values[] = {"mfa"};
static char keys_path[] = "/tmp/test_auth_bearer.XXXXXX";

static struct auth_issuer_config issuer = {
    .issuer = ISSUER,
    .audience = "api://smsprovider",
    .keys = keys_path,
    .algorithms = algorithms,
    .n_algorithms = 1,
    .mfa_amr = mfa_values,
    .n_mfa_amr = 1,
};

static const struct auth_config config = {.issuers = &issuer, .n_issuers = 1};

static int set_up(void **state)
{
    static struct auth *auth;
    SCOPED(buf_free) struct buf json = buf_make(16384);
    const int fd = mkstemp(keys_path);
    const char *why;

    mint_key_set(&json);
    assert_int_equal(write(fd, buf_text(&json).data, json.size), json.size);
    close(fd);
    assert_int_equal(auth_new(&config, &auth, &why), STATUS_OK);
    *state = auth;
    return 0;
}

static int tear_down(void **state)
{
    auth_free(*state);
    unlink(keys_path);
    return 0;
}

/* No two alike, whatever the time. */
static void mint_at(struct buf *out, int64_t now_s, const char *more)
{
    static unsigned number;
    char claims[512];

    snprintf(claims, sizeof(claims),
             "{\"iss\":\"" ISSUER "\",\"aud\":\"api://smsprovider\","
             "\"sub\":\"alice\",\"iat\":%lld,\"exp\":%lld,\"n\":%u%s}",
             (long long)now_s, (long long)now_s + 600, ++number, more);
    mint_token(out, MINT_EC, "ES256", HEADER, claims);
}

static struct sign_in send_token(const struct auth *auth, struct text token,
                                 const char *user)
{
    const struct auth_channel channel = sign_in_channel(1);
    const struct auth_client_config client = {
        .mechanism = AUTH_OAUTHBEARER, .token = token, .user = user};

    return sign_in_run(auth, &channel, &client);
}

static void a_token_signs_in_at_the_level_it_claims(void **state)
{
    static const struct {
        const char *more;
        enum auth_level level;
    } rows[] = {
        {"", AUTH_LEVEL_DOMAIN},
        {",\"amr\":[\"mfa\"]", AUTH_LEVEL_MFA},
        {",\"amr\":[\"pwd\"]", AUTH_LEVEL_DOMAIN},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        SCOPED(buf_free) struct buf token = buf_make(65536);

        mint_at(&token, clock_wall_s(), rows[i].more);
        SCOPED(sign_in_clear)
        struct sign_in got = send_token(*state, buf_text(&token), NULL);

        assert_string_equal(got.why, "");
        assert_int_equal(got.progress, AUTH_DONE);
        assert_string_equal(got.evidence.identities[0].value, ISSUER " alice");
        got.evidence.once.is_open = false; /* as by the site */
        assert_int_equal(auth_level_of(&got.evidence, clock_wall_s()),
                         rows[i].level);
    }
}

static void a_refused_token_says_why_to_the_audit_only(void **state)
{
    SCOPED(buf_free) struct buf token = buf_make(65536);
    SCOPED(buf_free) struct buf message = buf_make(65536);
    SCOPED(buf_free) struct buf answer = buf_make(65536);
    const struct auth_channel channel = sign_in_channel(1);
    OWNED(auth_exchange) exchange = NULL;

    mint_at(&token, clock_wall_s() - 7200, "");
    bearer_write(&message, TEXT(""), buf_text(&token));
    assert_int_equal(
        auth_exchange_new(*state, &channel, AUTH_OAUTHBEARER, &exchange),
        STATUS_OK);
    assert_int_equal(auth_exchange_step(exchange, true, buf_text(&message),
                                        clock_wall_s(), &answer),
                     AUTH_REFUSED);
    assert_int_equal(answer.size, 0);
    assert_string_equal(auth_exchange_why(exchange), "token-expired");
    assert_string_equal(auth_exchange_claimed(exchange), "alice");
}

/* Nobody acts as somebody else (T15). */
static void a_token_acts_only_for_its_person(void **state)
{
    SCOPED(buf_free) struct buf token = buf_make(65536);
    SCOPED(buf_free) struct buf second = buf_make(65536);

    mint_at(&token, clock_wall_s(), "");
    mint_at(&second, clock_wall_s(), "");
    SCOPED(sign_in_clear)
    struct sign_in herself = send_token(*state, buf_text(&token), "alice");
    SCOPED(sign_in_clear)
    struct sign_in another = send_token(*state, buf_text(&second), "admin");

    assert_int_equal(herself.progress, AUTH_DONE);
    assert_null(herself.evidence.acting_as);
    another.evidence.once.is_open = false; /* as by the site */
    /* Whether she is the admin of this site, this room does not know. */
    assert_string_equal(another.evidence.acting_as, "admin");
    assert_int_equal(auth_level_of(&another.evidence, clock_wall_s()),
                     AUTH_LEVEL_NONE);
    assert_false(auth_evidence_acts_for(&another.evidence, "alice"));
    assert_int_equal(auth_level_of(&another.evidence, clock_wall_s()),
                     AUTH_LEVEL_NONE);
    assert_true(auth_evidence_acts_for(&another.evidence, "admin"));
    assert_int_equal(auth_level_of(&another.evidence, clock_wall_s()),
                     AUTH_LEVEL_DOMAIN);
}

/* A token signs in once (T4, T40): its use is on record first. */
static void a_token_proves_nothing_until_it_is_written_down(void **state)
{
    SCOPED(buf_free) struct buf token = buf_make(65536);

    mint_at(&token, clock_wall_s(), ",\"jti\":\"once\"");
    SCOPED(sign_in_clear)
    struct sign_in first = send_token(*state, buf_text(&token), NULL);
    SCOPED(sign_in_clear)
    struct sign_in again = send_token(*state, buf_text(&token), NULL);

    assert_int_equal(first.progress, AUTH_DONE);
    assert_true(first.evidence.once.is_open);
    assert_int_equal(auth_level_of(&first.evidence, clock_wall_s()),
                     AUTH_LEVEL_NONE);
    assert_memory_equal(first.evidence.once.key, again.evidence.once.key,
                        sizeof(first.evidence.once.key));
    first.evidence.once.is_open = false;
    assert_int_equal(auth_level_of(&first.evidence, clock_wall_s()),
                     AUTH_LEVEL_DOMAIN);
}

/* A client that sends nothing first is asked, and may then go on. */
static void the_first_message_may_come_late(void **state)
{
    SCOPED(buf_free) struct buf token = buf_make(65536);
    SCOPED(buf_free) struct buf message = buf_make(65536);
    SCOPED(buf_free) struct buf answer = buf_make(65536);
    const struct auth_channel channel = sign_in_channel(1);
    OWNED(auth_exchange) exchange = NULL;

    mint_at(&token, clock_wall_s(), "");
    bearer_write(&message, TEXT(""), buf_text(&token));
    assert_int_equal(
        auth_exchange_new(*state, &channel, AUTH_OAUTHBEARER, &exchange),
        STATUS_OK);
    assert_int_equal(auth_exchange_step(exchange, false, (struct text){NULL, 0},
                                        clock_wall_s(), &answer),
                     AUTH_CONTINUE);
    assert_int_equal(auth_exchange_step(exchange, true, buf_text(&message),
                                        clock_wall_s(), &answer),
                     AUTH_DONE);
}

/* An exchange has limits of size and length (T16). */
static void messages_and_steps_are_bounded(void **state)
{
    static char large[AUTH_MESSAGE_MAX_BYTES + 1];
    const struct auth_channel channel = sign_in_channel(1);
    const char *why;

    assert_int_equal(sign_in_send(*state, &channel, AUTH_OAUTHBEARER,
                                  (struct text){large, sizeof(large)},
                                  clock_wall_s(), &why),
                     AUTH_REFUSED);
    assert_string_equal(why, "message-too-long");
    assert_int_equal(sign_in_send(*state, &channel, AUTH_OAUTHBEARER,
                                  (struct text){large, sizeof(large) - 1},
                                  clock_wall_s(), &why),
                     AUTH_REFUSED);
    assert_string_equal(why, "token-message");
}

static void what_is_not_configured_is_not_usable(void **state)
{
    static const enum auth_mechanism unusable[] = {
        AUTH_GSSAPI, AUTH_GSS_SPNEGO, AUTH_PLAIN, AUTH_N_MECHANISMS};
    struct auth_channel channel = sign_in_channel(1);
    OWNED(auth_exchange) exchange = NULL;

    for (size_t i = 0; i < ARRAY_SIZE(unusable); i++)
        assert_int_equal(
            auth_exchange_new(*state, &channel, unusable[i], &exchange),
            STATUS_DENIED);
    channel.kind = AUTH_CHANNEL_NONE;
    assert_int_equal(
        auth_exchange_new(*state, &channel, AUTH_OAUTHBEARER, &exchange),
        STATUS_DENIED);
    assert_int_equal(auth_mechanism_reach(*state, AUTH_OAUTHBEARER),
                     AUTH_LEVEL_MFA);
    assert_int_equal(auth_mechanism_reach(*state, AUTH_GSSAPI),
                     AUTH_LEVEL_NONE);
}

static void a_key_file_that_others_can_write_stops_the_start(void **state)
{
    struct auth *auth = NULL;
    const char *why = "";

    (void)state;
    assert_int_equal(chmod(keys_path, 0666), 0);
    assert_int_equal(auth_new(&config, &auth, &why), STATUS_INVALID);
    assert_int_equal(chmod(keys_path, 0600), 0);
    assert_non_null(strstr(why, keys_path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_signs_in_at_the_level_it_claims),
        cmocka_unit_test(a_refused_token_says_why_to_the_audit_only),
        cmocka_unit_test(a_token_acts_only_for_its_person),
        cmocka_unit_test(a_token_proves_nothing_until_it_is_written_down),
        cmocka_unit_test(the_first_message_may_come_late),
        cmocka_unit_test(messages_and_steps_are_bounded),
        cmocka_unit_test(what_is_not_configured_is_not_usable),
        cmocka_unit_test(a_key_file_that_others_can_write_stops_the_start),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
