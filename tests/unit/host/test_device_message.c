/*
 * What an issuer says in a device authorization grant: nothing that is not
 * exactly as it must be is shown, kept or taken for a token.
 */
#include "tests/unit/unit.h"

#include <stdio.h>

#include "provider/host/device_message.h"

#define ISSUER "https://id.test"
#define START  "\"device_authorization_endpoint\":\"https://id.test/d\""
#define TOKEN  "\"token_endpoint\":\"https://id.test/t\""

static void an_issuer_names_its_own_places(void **state)
{
    static const struct {
        const char *document;
        enum status status;
    } table[] = {
        {"{\"issuer\":\"https://id.test\"," START "," TOKEN "}", STATUS_OK},
        {"{\"issuer\":\"https://id.test/\"," START "," TOKEN "}",
         STATUS_INVALID},
        {"{\"issuer\":\"https://other.test\"," START "," TOKEN "}",
         STATUS_INVALID},
        {"{" START "," TOKEN "}", STATUS_INVALID},
        {"{\"issuer\":\"https://id.test\"," TOKEN "}", STATUS_INVALID},
        {"{\"issuer\":\"https://id.test\"," START "}", STATUS_INVALID},
        {"{\"issuer\":\"https://id.test\"," START "," TOKEN
         ",\"token_endpoint\":\"https://x.test\"}",
         STATUS_INVALID},
        {"{\"issuer\":\"https://id.test\"," START
         ",\"token_endpoint\":\"http://id.test/t\"}",
         STATUS_INVALID},
        {"[]", STATUS_INVALID},
        {"", STATUS_INVALID},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        struct device_places places;
        const enum status got =
            device_places_read(text_of(table[i].document), ISSUER, &places);

        if (got != table[i].status)
            fail_msg("%s", table[i].document);
    }
}

/* A whole offer with one member as said; NULL: as it should be. */
static enum status read_offer(const char *name, const char *value,
                              struct device_offer *offer_out)
{
    static const char *const usual[][2] = {
        {"device_code", "\"secret\""},
        {"user_code", "\"WDJB-MJHT\""},
        {"verification_uri", "\"https://id.test/device\""},
        {"expires_in", "600"},
        {"interval", "7"},
    };
    char document[8192] = "{";
    size_t used = 1;

    for (size_t i = 0; i < ARRAY_SIZE(usual); i++) {
        const bool is_it = name && strcmp(usual[i][0], name) == 0;

        if (is_it && !value)
            continue;
        used += (size_t)snprintf(document + used, sizeof(document) - used,
                                 "%s\"%s\":%s", used > 1 ? "," : "",
                                 usual[i][0], is_it ? value : usual[i][1]);
    }
    snprintf(document + used, sizeof(document) - used, "}");
    return device_offer_read(text_of(document), offer_out);
}

static void an_offer_is_whole_and_can_be_shown(void **state)
{
    static const char *const wrong[][2] = {
        {"device_code", NULL},
        {"device_code", "7"},
        {"device_code", "\"\""},
        {"device_code", "\"a b\""},
        {"user_code", NULL},
        {"user_code", "\"\\u001b[2J\""},
        {"user_code", "\"A B\""},
        {"user_code", "\"\\u202e\""},
        {"user_code", "\"123456789012345678901234567890123456789012345678\""},
        {"verification_uri", NULL},
        {"verification_uri", "\"http://id.test/device\""},
        {"verification_uri", "\"javascript:alert(1)\""},
        {"verification_uri", "\"https://id.test/a\\nb\""},
        {"expires_in", NULL},
        {"expires_in", "0"},
        {"expires_in", "-1"},
        {"expires_in", "1.5"},
        {"expires_in", "\"600\""},
        {"expires_in", "86401"},
        {"interval", "0"},
        {"interval", "61"},
        {"interval", "null"},
    };
    struct device_offer offer;

    (void)state;
    assert_int_equal(read_offer(NULL, NULL, &offer), STATUS_OK);
    assert_string_equal(offer.code.data, "secret");
    assert_string_equal(offer.user_code, "WDJB-MJHT");
    assert_int_equal(offer.interval_s, 7);
    device_offer_clear(&offer);
    assert_int_equal(read_offer("interval", NULL, &offer), STATUS_OK);
    assert_int_equal(offer.interval_s, DEVICE_INTERVAL_S);
    device_offer_clear(&offer);
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
        if (read_offer(wrong[i][0], wrong[i][1], &offer) != STATUS_INVALID)
            fail_msg("%s: %s", wrong[i][0], wrong[i][1]);
}

static void only_a_bearer_token_is_granted(void **state)
{
    static const struct {
        long code;
        const char *document;
        enum device_answer answer;
    } table[] = {
        {200, "{\"access_token\":\"a.b.c\",\"token_type\":\"Bearer\"}",
         DEVICE_GRANTED},
        {200, "{\"access_token\":\"a.b.c\",\"token_type\":\"bearer\"}",
         DEVICE_GRANTED},
        {201, "{\"access_token\":\"a.b.c\",\"token_type\":\"Bearer\"}",
         DEVICE_GARBAGE},
        {400, "{\"access_token\":\"a.b.c\",\"token_type\":\"Bearer\"}",
         DEVICE_GARBAGE},
        {200, "{\"access_token\":\"a.b.c\"}", DEVICE_GARBAGE},
        {200, "{\"token_type\":\"Bearer\"}", DEVICE_GARBAGE},
        {200, "{\"access_token\":[\"a\"],\"token_type\":\"Bearer\"}",
         DEVICE_GARBAGE},
        {200, "{\"access_token\":\"a\\u0001\",\"token_type\":\"Bearer\"}",
         DEVICE_GARBAGE},
        {200,
         "{\"access_token\":\"a\",\"token_type\":\"Bearer\","
         "\"error\":\"access_denied\"}",
         DEVICE_GARBAGE},
        {200, "{\"error\":\"authorization_pending\"}", DEVICE_GARBAGE},
        {400, "{\"error\":\"authorization_pending\"}", DEVICE_PENDING},
        {400, "{\"error\":\"slow_down\"}", DEVICE_SLOW_DOWN},
        {401, "{\"error\":\"access_denied\"}", DEVICE_REFUSED},
        {400, "{\"error\":\"expired_token\"}", DEVICE_EXPIRED},
        {400, "{\"error\":\"invalid_client\"}", DEVICE_GARBAGE},
        {500, "{\"error\":\"authorization_pending\"}", DEVICE_GARBAGE},
        {400, "{\"error\":{}}", DEVICE_GARBAGE},
        {200, "", DEVICE_GARBAGE},
        {0, "", DEVICE_GARBAGE},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        struct secret token = {NULL, 0};

        if (device_token_read(table[i].code, text_of(table[i].document),
                              &token) != table[i].answer)
            fail_msg("%ld %s", table[i].code, table[i].document);
        assert_int_equal(token.data != NULL, table[i].answer == DEVICE_GRANTED);
        secret_wipe(&token);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_issuer_names_its_own_places),
        cmocka_unit_test(an_offer_is_whole_and_can_be_shown),
        cmocka_unit_test(only_a_bearer_token_is_granted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
