/*
 * What the daemon says to the processes beside it, and they to it: packets of
 * which neither side believes that they are whole.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "auth/pam_wire.h"
#include "auth/signer/signer_wire.h"

typedef enum status read_packet(struct text packet);

static enum status read_begin(struct text packet)
{
    struct pam_begin begin;

    return pam_begin_read(packet, &begin);
}

static enum status read_prompts(struct text packet)
{
    struct pam_prompts prompts;

    return pam_prompts_read(packet, &prompts);
}

static enum status read_answers(struct text packet)
{
    struct pam_answers answers;

    return pam_answers_read(packet, &answers);
}

static enum status read_verdict(struct text packet)
{
    struct pam_verdict verdict;

    return pam_verdict_read(packet, &verdict);
}

/* One of each kind, and its reader. */
struct message {
    struct buf bytes;
    read_packet *read;
    enum pam_message_kind kind;
};

enum { N_MESSAGES = 4 };

static void write_messages(struct message messages_out[N_MESSAGES])
{
    const struct pam_begin begin = {TEXT("/etc/pam.d"), TEXT("login"),
                                    TEXT("alice"),      TEXT("secret"),
                                    TEXT("192.0.2.1"),  TEXT("tls")};
    const struct pam_prompts prompts = {
        .prompts = {{PAM_STYLE_HIDDEN, TEXT("Password: ")},
                    {PAM_STYLE_ERROR, TEXT("Not so.")}},
        .n = 2};
    const struct pam_answers answers = {.answers = {TEXT("one"), TEXT("two")},
                                        .n = 2};
    const struct pam_verdict verdict = {PAM_RESULT_OK, TEXT("alice")};
    static const struct message of_kind[N_MESSAGES] = {
        {.read = read_begin, .kind = PAM_MESSAGE_BEGIN},
        {.read = read_prompts, .kind = PAM_MESSAGE_PROMPTS},
        {.read = read_answers, .kind = PAM_MESSAGE_ANSWERS},
        {.read = read_verdict, .kind = PAM_MESSAGE_VERDICT},
    };

    for (size_t i = 0; i < N_MESSAGES; i++) {
        messages_out[i] = of_kind[i];
        messages_out[i].bytes = buf_make(PAM_WIRE_MAX_BYTES);
    }
    pam_begin_write(&begin, &messages_out[0].bytes);
    pam_prompts_write(&prompts, &messages_out[1].bytes);
    pam_answers_write(&answers, &messages_out[2].bytes);
    pam_verdict_write(&verdict, &messages_out[3].bytes);
}

static void free_messages(struct message messages[N_MESSAGES])
{
    for (size_t i = 0; i < N_MESSAGES; i++)
        buf_free(&messages[i].bytes);
}

static void a_packet_that_is_cut_or_longer_is_none(void **state)
{
    struct message messages[N_MESSAGES];

    (void)state;
    write_messages(messages);
    for (size_t i = 0; i < N_MESSAGES; i++) {
        const struct text whole = buf_text(&messages[i].bytes);

        assert_int_equal(pam_message_kind_of(whole), messages[i].kind);
        assert_int_equal(messages[i].read(whole), STATUS_OK);
        for (size_t size = 0; size < whole.size; size++)
            assert_int_equal(messages[i].read((struct text){whole.data, size}),
                             STATUS_INVALID);
        buf_append_char(&messages[i].bytes, 'x');
        assert_int_equal(messages[i].read(buf_text(&messages[i].bytes)),
                         STATUS_INVALID);
    }
    free_messages(messages);
}

static void a_packet_is_of_the_kind_that_is_awaited(void **state)
{
    struct message messages[N_MESSAGES];

    (void)state;
    write_messages(messages);
    for (size_t i = 0; i < N_MESSAGES; i++)
        for (size_t other = 0; other < N_MESSAGES; other++)
            assert_int_equal(messages[i].read(buf_text(&messages[other].bytes)),
                             i == other ? STATUS_OK : STATUS_INVALID);
    free_messages(messages);
    assert_int_equal(pam_message_kind_of((struct text){0}), PAM_MESSAGE_NONE);
    assert_int_equal(pam_message_kind_of(TEXT("\xff")), PAM_MESSAGE_NONE);
}

/* Kind, number, then texts: written by hand, as no writer would. */
static enum status read_bytes(read_packet *read, const char *bytes, size_t size)
{
    return read((struct text){bytes, size});
}

#define READ(read, bytes) read_bytes(read, bytes, sizeof(bytes) - 1)

static void numbers_and_words_that_do_not_exist_are_refused(void **state)
{
    (void)state;
    assert_int_equal(READ(read_prompts, "\2\0"), STATUS_OK);
    assert_int_equal(READ(read_prompts, "\2\x09"), STATUS_INVALID);
    assert_int_equal(READ(read_prompts, "\2\1\0\0\0"), STATUS_INVALID);
    assert_int_equal(READ(read_prompts, "\2\1\1\0\0"), STATUS_OK);
    assert_int_equal(READ(read_prompts, "\2\1\5\0\0"), STATUS_INVALID);
    assert_int_equal(READ(read_answers, "\3\x09"), STATUS_INVALID);
    assert_int_equal(READ(read_verdict, "\4\0\0\0"), STATUS_INVALID);
    assert_int_equal(READ(read_verdict, "\4\1\0\0"), STATUS_OK);
    assert_int_equal(READ(read_verdict, "\4\7\0\0"), STATUS_INVALID);
}

/* The name would be another one to whoever reads up to the NUL. */
static void a_text_has_no_nul_and_is_not_too_long(void **state)
{
    SCOPED(buf_free) struct buf packet = buf_make(PAM_WIRE_MAX_BYTES);
    char name[PAM_NAME_MAX_BYTES + 1];
    struct pam_verdict verdict = {PAM_RESULT_OK, {name, PAM_NAME_MAX_BYTES}};

    (void)state;
    assert_int_equal(READ(read_verdict, "\4\1\0\5alice"), STATUS_OK);
    assert_int_equal(READ(read_verdict, "\4\1\0\5al\0ce"), STATUS_INVALID);
    memset(name, 'a', sizeof(name));
    pam_verdict_write(&verdict, &packet);
    assert_int_equal(read_verdict(buf_text(&packet)), STATUS_OK);
    buf_truncate(&packet, 0);
    verdict.user.size++;
    pam_verdict_write(&verdict, &packet);
    assert_int_equal(read_verdict(buf_text(&packet)), STATUS_INVALID);
}

/* ---- The signer's ---- */

static void an_order_is_as_long_as_it_says(void **state)
{
    static struct signer_order order;

    (void)state;
    order.size = 10;
    assert_true(signer_order_is_whole(&order, SIGNER_ORDER_BYTES(10)));
    assert_false(signer_order_is_whole(&order, SIGNER_ORDER_BYTES(9)));
    assert_false(signer_order_is_whole(&order, SIGNER_ORDER_BYTES(11)));
    assert_false(signer_order_is_whole(&order, SIGNER_ORDER_BYTES(0) - 1));
    order.size = SIGNER_BYTES_MAX + 1;
    assert_false(signer_order_is_whole(
        &order, SIGNER_ORDER_BYTES((size_t)SIGNER_BYTES_MAX + 1)));
}

static void an_answer_is_as_long_as_it_says_and_is_cut(void **state)
{
    static struct signer_answer answer;
    static char longer[SIGNER_BYTES_MAX + 10];

    (void)state;
    signer_answer_put(&answer, (struct text){0});
    assert_int_equal(answer.size, 0);
    assert_true(signer_answer_is_whole(&answer, SIGNER_ANSWER_BYTES(0)));
    assert_false(signer_answer_is_whole(&answer, SIGNER_ANSWER_BYTES(0) - 1));
    signer_answer_put(&answer, (struct text){longer, sizeof(longer)});
    assert_int_equal(answer.size, SIGNER_BYTES_MAX);
    assert_false(signer_answer_is_whole(&answer, SIGNER_ANSWER_BYTES(0)));
    answer.size++;
    assert_false(signer_answer_is_whole(
        &answer, SIGNER_ANSWER_BYTES((size_t)SIGNER_BYTES_MAX + 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_packet_that_is_cut_or_longer_is_none),
        cmocka_unit_test(a_packet_is_of_the_kind_that_is_awaited),
        cmocka_unit_test(numbers_and_words_that_do_not_exist_are_refused),
        cmocka_unit_test(a_text_has_no_nul_and_is_not_too_long),
        cmocka_unit_test(an_order_is_as_long_as_it_says),
        cmocka_unit_test(an_answer_is_as_long_as_it_says_and_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
