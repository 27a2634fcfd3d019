/* The parsers that see a stranger's first bytes. */
#include "tests/unit/unit.h"

#include "auth/gss_token.h"
#include "auth/token/bearer.h"

#define BYTES(literal)                                                         \
    {                                                                          \
        literal, sizeof(literal) - 1                                           \
    }

static void a_bearer_message_is_read_as_rfc_7628_writes_it(void **state)
{
    static const struct {
        struct text message;
        const char *authzid; /* NULL: refused */
    } rows[] = {
        {BYTES("n,,\1auth=Bearer abc\1\1"), ""},
        {BYTES("y,,\1auth=Bearer abc\1\1"), ""},
        {BYTES("n,a=alice,\1auth=Bearer abc\1\1"), "alice"},
        {BYTES("n,a=a=2Cb=3Dc,\1host=x\1port=1\1auth=bearer abc\1\1"), "a,b=c"},
        {BYTES(""), NULL},
        {BYTES("n"), NULL},
        {BYTES("n,,"), NULL},
        {BYTES("n,,\1"), NULL},
        {BYTES("n,,\1\1"), NULL},
        {BYTES("p=tls-exporter,,\1auth=Bearer abc\1\1"), NULL},
        {BYTES("n,a=,\1auth=Bearer abc\1\1"), NULL},
        {BYTES("n,b=x,\1auth=Bearer abc\1\1"), NULL},
        {BYTES("n,a=a=2X,\1auth=Bearer abc\1\1"), NULL},
        {BYTES("n,a=a\0b,\1auth=Bearer abc\1\1"), NULL},
        {BYTES("n,,x\1auth=Bearer abc\1\1"), NULL},
        {BYTES("n,,\1auth=Bearer \1\1"), NULL},
        {BYTES("n,,\1auth=Bearer a b\1\1"), NULL},
        {BYTES("n,,\1auth=Basic abc\1\1"), NULL},
        {BYTES("n,,\1auth=Bearer abc\1"), NULL},
        {BYTES("n,,\1auth=Bearer abc\1\1x"), NULL},
        {BYTES("n,,\1auth=Bearer abc\1auth=Bearer abd\1\1"), NULL},
        {BYTES("n,,\1evil=1\1auth=Bearer abc\1\1"), NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        SCOPED(bearer_message_clear) struct bearer_message message = {0};
        const enum status status = bearer_read(rows[i].message, &message);

        assert_int_equal(status, rows[i].authzid ? STATUS_OK : STATUS_INVALID);
        if (!rows[i].authzid)
            continue;
        assert_text_equal(message.token, "abc");
        assert_text_equal(buf_text(&message.authzid), rows[i].authzid);
    }
}

static void a_written_bearer_message_reads_back(void **state)
{
    SCOPED(buf_free) struct buf out = buf_make(1024);
    SCOPED(bearer_message_clear) struct bearer_message message = {0};

    (void)state;
    bearer_write(&out, TEXT("a,b=c"), TEXT("x.y.z"));
    assert_int_equal(bearer_read(buf_text(&out), &message), STATUS_OK);
    assert_text_equal(message.token, "x.y.z");
    assert_text_equal(buf_text(&message.authzid), "a,b=c");
}

#define KRB5    "\x06\x09\x2A\x86\x48\x86\xF7\x12\x01\x02\x02"
#define MS_KRB5 "\x06\x09\x2A\x86\x48\x82\xF7\x12\x01\x02\x02"
#define NTLM    "\x06\x0A\x2B\x06\x01\x04\x01\x82\x37\x02\x02\x0A"
#define NEGOEX  "\x06\x0A\x2B\x06\x01\x04\x01\x82\x37\x02\x02\x1E"
#define IAKERB  "\x06\x06\x2B\x06\x01\x05\x02\x05"
#define SPNEGO  "\x06\x06\x2B\x06\x01\x05\x05\x02"

static void only_a_kerberos_frame_is_a_gssapi_token(void **state)
{
    static const struct {
        struct text token;
        enum status status;
    } rows[] = {
        {BYTES("\x60\x0D" KRB5 "\1\0"), STATUS_OK},
        {BYTES("\x60\x0D" MS_KRB5 "\1\0"), STATUS_DENIED},
        {BYTES("\x60\x0A" SPNEGO "\1\0"), STATUS_DENIED},
        {BYTES("\x60\x0A" IAKERB "\1\0"), STATUS_DENIED},
        {BYTES("\x60\x0E" KRB5 "\1\0"), STATUS_INVALID},
        {BYTES("\x60\x0C" KRB5 "\1\0"), STATUS_INVALID},
        {BYTES("\x60\x84\xFF\xFF\xFF\xFF" KRB5), STATUS_INVALID},
        {BYTES("\x60\x80" KRB5), STATUS_INVALID},
        {BYTES("NTLMSSP\0"), STATUS_INVALID},
        {BYTES("\x60"), STATUS_INVALID},
        {BYTES(""), STATUS_INVALID},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        assert_int_equal(gss_token_check_krb5(rows[i].token), rows[i].status);
}

/* A NegTokenInit around a list of mechanisms shorter than 100 bytes. */
static void write_offer(struct text mechanisms, struct buf *out)
{
    const char n = (char)mechanisms.size;

    buf_append_char(out, 0x60);
    buf_append_char(out, (char)(n + 16));
    buf_append_string(out, SPNEGO);
    buf_append(out, (const char[]){'\xA0', (char)(n + 6)}, 2);
    buf_append(out, (const char[]){'\x30', (char)(n + 4)}, 2);
    buf_append(out, (const char[]){'\xA0', (char)(n + 2)}, 2);
    buf_append(out, (const char[]){'\x30', n}, 2);
    buf_append_text(out, mechanisms);
}

/* SPNEGO may choose nothing but Kerberos (T2). */
static void an_offer_must_prefer_kerberos_and_leave_negoex_out(void **state)
{
    static const struct {
        struct text mechanisms;
        enum status status;
    } rows[] = {
        {BYTES(KRB5), STATUS_OK},
        {BYTES(MS_KRB5 KRB5), STATUS_OK},
        {BYTES(KRB5 NTLM), STATUS_OK},
        {BYTES(NTLM), STATUS_DENIED},
        {BYTES(NTLM KRB5), STATUS_DENIED},
        {BYTES(NEGOEX), STATUS_DENIED},
        {BYTES(KRB5 NEGOEX), STATUS_DENIED},
        {BYTES(KRB5 NTLM NEGOEX), STATUS_DENIED},
        {BYTES(IAKERB KRB5), STATUS_DENIED},
        {BYTES(""), STATUS_INVALID},
        {BYTES(KRB5 "\x06"), STATUS_INVALID},
        {BYTES(KRB5 "\x05\x00"), STATUS_INVALID},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        SCOPED(buf_free) struct buf token = buf_make(256);

        write_offer(rows[i].mechanisms, &token);
        assert_int_equal(gss_token_check_spnego(buf_text(&token)),
                         rows[i].status);
        assert_int_not_equal(gss_token_check_krb5(buf_text(&token)), STATUS_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bearer_message_is_read_as_rfc_7628_writes_it),
        cmocka_unit_test(a_written_bearer_message_reads_back),
        cmocka_unit_test(only_a_kerberos_frame_is_a_gssapi_token),
        cmocka_unit_test(an_offer_must_prefer_kerberos_and_leave_negoex_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
