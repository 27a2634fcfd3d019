#include "tests/unit/unit.h"

#include "policy/schema.h"

struct indicator {
    struct schema_word name;
    enum auth_level level;
};

struct listen {
    struct policy_place place;
    const char *unix_path;
    const char *tls;
    const char *key;
    struct policy_place key_place;
    const char *const *mechanisms;
    size_t n_mechanisms;
    int binding;
};

struct config {
    const struct listen *listens;
    size_t n_listens;
    const struct indicator *indicators;
    size_t n_indicators;
    int64_t idle_ms;
    int64_t frame_bytes;
    int64_t connections;
    int64_t until_s;
    bool nss;
    enum auth_level level;
};

enum { BINDING_NONE, BINDING_REQUIRED };

static const char *const bindings[] = {"none", "required", "preferred"};
static const struct schema_type binding_type = {
    SCHEMA_WORD, .words = bindings, .n_words = ARRAY_SIZE(bindings)};

static const struct schema_field listen_fields[] = {
    {"unix", SCHEMA_AT(struct listen, unix_path), &schema_text, .choice = 1},
    {"tls", SCHEMA_AT(struct listen, tls), &schema_text, .choice = 1},
    {"key", SCHEMA_AT(struct listen, key), &schema_text, .needs = "tls",
     .place = SCHEMA_PLACE(struct listen, key_place)},
    {"mechanisms", SCHEMA_AT(struct listen, mechanisms), &schema_names},
    {"channel_binding", SCHEMA_AT(struct listen, binding), &binding_type},
};
static const struct schema_type listen_type = {
    SCHEMA_MAP,
    .fields = listen_fields,
    .n_fields = ARRAY_SIZE(listen_fields),
    .size = sizeof(struct listen),
    .place = SCHEMA_PLACE(struct listen, place),
    .initial = &(const struct listen){.binding = BINDING_REQUIRED},
};
static const struct schema_type listens_type = {
    SCHEMA_LIST, .item = &listen_type, .min = 1, .max = 3};

static const struct schema_type indicators_type = {
    SCHEMA_DICTIONARY,
    .item = &schema_level,
    .key = &schema_placed_name,
    .size = sizeof(struct indicator),
    .value = SCHEMA_AT(struct indicator, level),
};
static const struct schema_type connections_type = {SCHEMA_INTEGER, .min = 1,
                                                    .max = 100000};

static const struct schema_field config_fields[] = {
    {"listen", SCHEMA_AT(struct config, listens), &listens_type,
     .is_required = true},
    {"indicators", SCHEMA_AT(struct config, indicators), &indicators_type},
    {"idle", SCHEMA_AT(struct config, idle_ms), &schema_duration},
    {"frame", SCHEMA_AT(struct config, frame_bytes), &schema_size},
    {"connections", SCHEMA_AT(struct config, connections), &connections_type},
    {"until", SCHEMA_AT(struct config, until_s), &schema_date},
    {"nss", SCHEMA_AT(struct config, nss), &schema_boolean},
    {"level", SCHEMA_AT(struct config, level), &schema_level},
};
static const struct schema_type config_type = {
    SCHEMA_MAP,
    .fields = config_fields,
    .n_fields = ARRAY_SIZE(config_fields),
    .size = sizeof(struct config),
};

struct reading {
    struct arena *arena;
    struct config config;
    struct buf said;
    enum status status;
};

static void read_config(struct reading *reading, const char *text)
{
    struct policy_messages messages;

    *reading =
        (struct reading){.said = buf_make(65536), .config = {.connections = 7}};
    assert_int_equal(arena_new(1 << 20, &reading->arena), STATUS_OK);
    messages = messages_make(reading->arena);
    reading->status = schema_read_file("c.yaml", text_of(text), &config_type,
                                       &messages, &reading->config);
    messages_sort(&messages);
    for (size_t i = 0; i < messages.n_items; i++)
        policy_message_write(&messages.items[i], &reading->said);
    buf_append_char(&reading->said, '\0');
}

static void reading_end(struct reading *reading)
{
    buf_free(&reading->said);
    arena_free(reading->arena);
}

static void refuses(const char *text, const char *said)
{
    SCOPED(reading_end) struct reading reading;

    read_config(&reading, text);
    assert_string_equal(reading.said.data, said);
    assert_int_equal(reading.status, STATUS_INVALID);
}

static void fills_structs_of_every_kind(void **state)
{
    SCOPED(reading_end) struct reading reading;
    const struct config *config = &reading.config;

    (void)state;
    read_config(&reading, "listen:\n"
                          "  - unix: /run/s\n"
                          "  - {tls: '127.0.0.1:1', key: k.pem,\n"
                          "     mechanisms: [GSSAPI, EXTERNAL],\n"
                          "     channel_binding: preferred}\n"
                          "indicators: {pkinit: certificate, otp: hello}\n"
                          "idle: 15m\nframe: 1MiB\nuntil: 2027-06-30\n"
                          "nss: true\nlevel: 20\n");
    assert_string_equal(reading.said.data, "");
    assert_int_equal(reading.status, STATUS_OK);
    assert_int_equal(config->n_listens, 2);
    assert_string_equal(config->listens[0].unix_path, "/run/s");
    assert_int_equal(config->listens[0].binding, BINDING_REQUIRED);
    assert_int_equal(config->listens[1].place.line, 3);
    assert_int_equal(config->listens[1].key_place.column, 31);
    assert_int_equal(config->listens[1].n_mechanisms, 2);
    assert_string_equal(config->listens[1].mechanisms[1], "EXTERNAL");
    assert_int_equal(config->listens[1].binding, 2);
    assert_int_equal(config->n_indicators, 2);
    assert_string_equal(config->indicators[1].name.text, "otp");
    assert_int_equal(config->indicators[1].level, AUTH_LEVEL_MFA);
    assert_int_equal(config->idle_ms, 900000);
    assert_int_equal(config->frame_bytes, 1048576);
    assert_int_equal(config->until_s, 1814313600);
    assert_true(config->nss);
    assert_int_equal(config->level, AUTH_LEVEL_MFA);
}

static void what_is_absent_keeps_its_default(void **state)
{
    SCOPED(reading_end) struct reading reading;

    (void)state;
    read_config(&reading, "listen: [{unix: x}]\n");
    assert_int_equal(reading.status, STATUS_OK);
    assert_int_equal(reading.config.connections, 7);
}

static void tells_every_error_of_a_file(void **state)
{
    (void)state;
    refuses("listen:\n  - {unix: a, tls: b}\n  - {key: x}\nidl: 3s\n"
            "frame: 1MB\nlevel: certficate\n",
            "c.yaml:2:15: error: give only one of \"unix\" or \"tls\"\n"
            "c.yaml:3:5: error: expected \"unix\" or \"tls\" here\n"
            "c.yaml:3:6: error: \"key\" needs \"tls\" beside it\n"
            "c.yaml:4:1: error: unknown key \"idl\"; expected one of listen, "
            "indicators, idle, frame, connections, until, nss, level; did you "
            "mean \"idle\"?\n"
            "c.yaml:5:8: error: \"frame\": expected a size such as 64KiB or "
            "1MiB, found \"1MB\"\n"
            "c.yaml:6:8: error: \"level\": expected one of domain, "
            "certificate, mfa, found \"certficate\"; did you mean "
            "\"certificate\"?\n");
}

static void tells_what_kind_was_expected(void **state)
{
    (void)state;
    refuses("listen: x\n",
            "c.yaml:1:9: error: \"listen\": expected a list, found \"x\"\n");
    refuses("listen: []\n", "c.yaml:1:9: error: \"listen\": expected at least "
                            "1, found 0\n");
    refuses("listen: [a]\n",
            "c.yaml:1:10: error: expected a map, found \"a\"\n");
    refuses("listen: [{unix: }]\n", "c.yaml:1:17: error: \"unix\": expected a "
                                    "text, found nothing\n");
    refuses("- 1\n", "c.yaml:1:1: error: expected a map, found a list\n");
    refuses("idle: 1s\n", "c.yaml:1:1: error: the key \"listen\" is missing\n");
    refuses("listen: [{unix: a}]\nnss: yes\n",
            "c.yaml:2:6: error: \"nss\": expected true or false, found "
            "\"yes\"\n");
    refuses("listen: [{unix: a}]\nconnections: 0\n",
            "c.yaml:2:14: error: \"connections\": \"0\" is out of bounds; "
            "expected a whole number from 1 to 100000\n");
    refuses("listen: [{unix: a}]\nconnections: '5'\n",
            "c.yaml:2:14: error: \"connections\": expected a whole number "
            "from 1 to 100000, found \"5\"\n");
    refuses("listen: [{tls: a, channel_binding: require}]\n",
            "c.yaml:1:36: error: \"channel_binding\": expected one of none, "
            "required, preferred, found \"require\"; did you mean "
            "\"required\"?\n");
    refuses("listen: [{tls: a, mechanisms: [\"x\\ty\"]}]\n",
            "c.yaml:1:32: error: \"x\\x09y\" has control or invisible "
            "characters, or blanks at an end\n");
}

static void reads_durations_and_nothing_like_them(void **state)
{
    int64_t ms = 0;

    (void)state;
    assert_true(schema_read_duration(TEXT("30s"), &ms));
    assert_int_equal(ms, 30000);
    assert_true(schema_read_duration(TEXT("12h"), &ms));
    assert_int_equal(ms, 12 * 3600 * 1000);
    assert_false(schema_read_duration(TEXT("12"), &ms));
    assert_false(schema_read_duration(TEXT("h"), &ms));
    assert_false(schema_read_duration(TEXT("1h30m"), &ms));
    assert_false(schema_read_duration(TEXT("-1h"), &ms));
    assert_false(schema_read_duration(TEXT("9223372036854775807d"), &ms));
}

static void reads_dates_that_exist(void **state)
{
    int64_t s = 0;

    (void)state;
    assert_true(schema_read_date(TEXT("1970-01-01"), &s));
    assert_int_equal(s, 0);
    assert_true(schema_read_date(TEXT("2024-02-29"), &s));
    assert_int_equal(s, 1709164800);
    assert_true(schema_read_date(TEXT("2026-01-31T12:30:05Z"), &s));
    assert_int_equal(s, 1769862605);
    assert_false(schema_read_date(TEXT("2023-02-29"), &s));
    assert_false(schema_read_date(TEXT("2023-13-01"), &s));
    assert_false(schema_read_date(TEXT("2023-1-01"), &s));
    assert_false(schema_read_date(TEXT("2023-01-01T24:00:00Z"), &s));
    assert_false(schema_read_date(TEXT("2023-01-01 "), &s));
    assert_false(schema_read_date(TEXT("+023-01-01"), &s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_structs_of_every_kind),
        cmocka_unit_test(what_is_absent_keeps_its_default),
        cmocka_unit_test(tells_every_error_of_a_file),
        cmocka_unit_test(tells_what_kind_was_expected),
        cmocka_unit_test(reads_durations_and_nothing_like_them),
        cmocka_unit_test(reads_dates_that_exist),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
