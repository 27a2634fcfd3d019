#include "tests/unit/unit.h"

#include <arpa/nameser.h>
#include <stdio.h>

#include "provider/client/srv.h"

/* An answer of DNS that is being written. */
struct answer {
    unsigned char bytes[4096];
    size_t size;
};

static void put_16(struct answer *answer, unsigned value)
{
    answer->bytes[answer->size++] = (unsigned char)(value >> 8);
    answer->bytes[answer->size++] = (unsigned char)value;
}

/* Labels separated by dots; "" is the root. */
static void put_name(struct answer *answer, const char *name)
{
    while (*name) {
        const size_t size = strcspn(name, ".");

        answer->bytes[answer->size++] = (unsigned char)size;
        memcpy(answer->bytes + answer->size, name, size);
        answer->size += size;
        name += size + (name[size] == '.');
    }
    answer->bytes[answer->size++] = 0;
}

static struct answer begin(unsigned n_records)
{
    struct answer answer = {.size = 0};

    put_16(&answer, 1);      /* id */
    put_16(&answer, 0x8180); /* an answer */
    put_16(&answer, 0);
    put_16(&answer, n_records);
    put_16(&answer, 0);
    put_16(&answer, 0);
    return answer;
}

static void put_record(struct answer *answer, unsigned priority,
                       unsigned weight, const char *host)
{
    size_t length_at;

    put_name(answer, "_smsprovider._tcp.example.com");
    put_16(answer, ns_t_srv);
    put_16(answer, ns_c_in);
    put_16(answer, 0);
    put_16(answer, 60); /* seconds to live */
    length_at = answer->size;
    put_16(answer, 0);
    put_16(answer, priority);
    put_16(answer, weight);
    put_16(answer, 7443);
    put_name(answer, host);
    answer->bytes[length_at + 1] =
        (unsigned char)(answer->size - length_at - 2);
}

static const struct srv_domains example = {"Example.com", NULL};

/* Reads an answer with one record; the failure's reason is kept. */
static enum status read_one(const char *host, const char *other,
                            char reason[32])
{
    struct answer answer = begin(1);
    const struct srv_domains domains = {"example.com", other};
    struct failure failure = {{SMSCLIENT_OK}};
    struct srv_list list = {.n = 0};
    enum status read;

    put_record(&answer, 0, 0, host);
    failure_clear(&failure);
    read = srv_read(answer.bytes, answer.size, &domains, &failure, &list);
    snprintf(reason, 32, "%s", failure.view.reason);
    failure_clear(&failure);
    return read;
}

static void hosts_of_the_domain_are_found_by_priority(void **state)
{
    struct answer answer = begin(3);
    struct failure failure = {{SMSCLIENT_OK}};
    struct srv_list list = {.n = 0};

    (void)state;
    put_record(&answer, 20, 100, "c.example.com");
    put_record(&answer, 10, 0, "b.site.EXAMPLE.com");
    put_record(&answer, 5, 0, "a.example.com");
    assert_int_equal(
        srv_read(answer.bytes, answer.size, &example, &failure, &list),
        STATUS_OK);
    assert_int_equal(list.n, 3);
    assert_string_equal(list.items[0].host, "a.example.com");
    assert_string_equal(list.items[0].port, "7443");
    assert_int_equal(list.items[0].kind, ADDRESS_TLS);
    assert_string_equal(list.items[1].host, "b.site.EXAMPLE.com");
    assert_string_equal(list.items[2].host, "c.example.com");
}

static void each_host_of_a_priority_has_its_turn(void **state)
{
    struct failure failure = {{SMSCLIENT_OK}};
    bool was_first[2] = {false, false};

    (void)state;
    for (int i = 0; i < 200; i++) {
        struct answer answer = begin(2);
        struct srv_list list = {.n = 0};

        put_record(&answer, 1, 50, "a.example.com");
        put_record(&answer, 1, 50, "b.example.com");
        assert_int_equal(
            srv_read(answer.bytes, answer.size, &example, &failure, &list),
            STATUS_OK);
        was_first[list.items[0].host[0] - 'a'] = true;
    }
    assert_true(was_first[0] && was_first[1]);
}

static void a_host_elsewhere_refuses_the_answer(void **state)
{
    static const char *const hosts[] = {"provider.evil.test", "evilexample.com",
                                        "com", "example.com.evil.test"};
    char reason[32];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(hosts); i++) {
        assert_int_not_equal(read_one(hosts[i], NULL, reason), STATUS_OK);
        assert_string_equal(reason, "srv_outside");
    }
    assert_int_equal(read_one("a.example.com", NULL, reason), STATUS_OK);
    assert_int_equal(read_one("example.com", NULL, reason), STATUS_OK);
}

static void another_domain_is_allowed_if_configured(void **state)
{
    char reason[32];

    (void)state;
    assert_int_equal(read_one("a.other.test", "other.test", reason), STATUS_OK);
    assert_int_not_equal(read_one("a.evil.test", "other.test", reason),
                         STATUS_OK);
    assert_int_not_equal(read_one("a.evil.test", "", reason), STATUS_OK);
}

static void a_name_that_is_no_host_is_refused(void **state)
{
    char reason[32];

    (void)state;
    assert_int_not_equal(read_one("a\x1b[31m.example.com", NULL, reason),
                         STATUS_OK);
    assert_int_not_equal(read_one("a b.example.com", NULL, reason), STATUS_OK);
}

static void a_service_that_is_not_there_is_told(void **state)
{
    char reason[32];

    (void)state;
    assert_int_not_equal(read_one("", NULL, reason), STATUS_OK);
    assert_string_equal(reason, "srv");
}

static void a_cut_answer_is_refused_wherever_it_is_cut(void **state)
{
    struct answer answer = begin(2);
    struct failure failure = {{SMSCLIENT_OK}};
    struct srv_list list = {.n = 0};

    (void)state;
    put_record(&answer, 0, 0, "a.example.com");
    put_record(&answer, 0, 0, "b.example.com");
    for (size_t size = 0; size < answer.size; size++) {
        unsigned char *cut = malloc(size ? size : 1);

        assert_non_null(cut);
        memcpy(cut, answer.bytes, size);
        assert_int_not_equal(srv_read(cut, size, &example, &failure, &list),
                             STATUS_OK);
        failure_clear(&failure);
        free(cut);
    }
}

static void a_top_level_or_an_address_is_no_domain(void **state)
{
    static const char *const none[] = {"com",      "",       ".com",
                                       "example.", "a..com", "127.0.0.1"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(none); i++)
        assert_false(srv_is_domain(none[i]));
    assert_true(srv_is_domain("example.com"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_of_the_domain_are_found_by_priority),
        cmocka_unit_test(each_host_of_a_priority_has_its_turn),
        cmocka_unit_test(a_host_elsewhere_refuses_the_answer),
        cmocka_unit_test(another_domain_is_allowed_if_configured),
        cmocka_unit_test(a_name_that_is_no_host_is_refused),
        cmocka_unit_test(a_service_that_is_not_there_is_told),
        cmocka_unit_test(a_cut_answer_is_refused_wherever_it_is_cut),
        cmocka_unit_test(a_top_level_or_an_address_is_no_domain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
