/* Revocation lists and policies of certificates, from an authority of the
 * test's own: what a file says counts whole or not at all. */
#include "tests/unit/unit.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <unistd.h>

#include "auth/auth.h"
#include "auth/certificate/certificate_check.h"
#include "auth/channel.h"
#include "tests/support/authority.h"

static char anchors_path[64], lists_path[64];

struct fixture {
    struct authority root;
    X509 *alice, *left; /* left was revoked in the newer list */
    X509_CRL *older, *newer;
};

static int set_up(void **state)
{
    static struct fixture f;
    SCOPED(buf_free) struct buf pem = buf_make(65536);

    snprintf(anchors_path, sizeof(anchors_path), "revocation-%d.pem", getpid());
    snprintf(lists_path, sizeof(lists_path), "revocation-%d.crl", getpid());
    authority_make(&f.root, "Root", NULL, NULL, 0);
    f.alice = authority_issue(&f.root, "alice", NULL, 0, NULL);
    f.left = authority_issue(&f.root, "left", NULL, 0, NULL);
    f.older = authority_list(&f.root, &(struct authority_list){.age_s = 86400});
    f.newer = authority_list(
        &f.root, &(struct authority_list){(const X509 *const *)&f.left, 1});
    authority_write_certificate(&pem, f.root.certificate);
    authority_put(anchors_path, buf_text(&pem));
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    X509_free(f->alice);
    X509_free(f->left);
    X509_CRL_free(f->older);
    X509_CRL_free(f->newer);
    authority_clear(&f->root);
    unlink(anchors_path);
    unlink(lists_path);
    return 0;
}

/* A listener with these lists, or NULL: refused, with the cause in why. */
static SSL_CTX *listener_with(struct text lists, char why[256])
{
    const char *anchor = anchors_path, *crl = lists_path, *cause = "";
    const struct auth_trust_config trust = {&anchor, 1, &crl, 1};
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());

    authority_put(lists_path, lists);
    why[0] = '\0';
    if (auth_trust_apply(&trust, context, &cause) == STATUS_OK)
        return context;
    snprintf(why, 256, "%s", cause);
    SSL_CTX_free(context);
    return NULL;
}

static bool accepts_below(SSL_CTX *context, X509 *leaf, X509 *between)
{
    X509_STORE_CTX *verifying = X509_STORE_CTX_new();
    STACK_OF(X509) *sent = sk_X509_new_null();
    X509_STORE *store = NULL;
    bool is_good;

    if (between)
        sk_X509_push(sent, between);
    SSL_CTX_get0_verify_cert_store(context, &store);
    X509_STORE_CTX_init(verifying, store, leaf, sent);
    certificate_check_limit(X509_STORE_CTX_get0_param(verifying));
    is_good = certificate_check_chain(verifying, NULL) == 1;
    X509_STORE_CTX_free(verifying);
    sk_X509_free(sent);
    return is_good;
}

static bool accepts(SSL_CTX *context, X509 *leaf)
{
    return accepts_below(context, leaf, NULL);
}

static void write_both(const struct fixture *f, struct buf *out)
{
    authority_write_list(out, f->older);
    authority_write_list(out, f->newer);
}

static void the_newer_of_two_lists_counts(void **state)
{
    const struct fixture *f = *state;
    SCOPED(buf_free) struct buf lists = buf_make(65536);
    char why[256];
    SSL_CTX *context;

    write_both(f, &lists);
    context = listener_with(buf_text(&lists), why);
    assert_string_equal(why, "");
    assert_true(accepts(context, f->alice));
    assert_false(accepts(context, f->left));
    SSL_CTX_free(context);
}

/* Time is told in seconds, and an authority may be asked twice in one. */
static void of_two_lists_of_one_second_the_higher_number_counts(void **state)
{
    struct fixture *f = *state;
    const struct authority_list low = {.age_s = 60, .number_less = 1},
                                high = {(const X509 *const *)&f->left, 1,
                                        .age_s = 60};
    X509_CRL *first, *second;

    do { /* both in one second, whichever that is */
        first = authority_list(&f->root, &low);
        second = authority_list(&f->root, &high);
        if (ASN1_TIME_compare(X509_CRL_get0_lastUpdate(first),
                              X509_CRL_get0_lastUpdate(second)) == 0)
            break;
        X509_CRL_free(first);
        X509_CRL_free(second);
    } while (true);
    for (int swapped = 0; swapped < 2; swapped++) {
        SCOPED(buf_free) struct buf both = buf_make(65536);
        SCOPED(buf_free) struct buf one = buf_make(65536);
        SSL_CTX *whole, *cut;
        const char *cause = "";
        char why[256];

        authority_write_list(&both, swapped ? second : first);
        authority_write_list(&both, swapped ? first : second);
        authority_write_list(&one, first);
        whole = listener_with(buf_text(&both), why);
        cut = listener_with(buf_text(&one), why);
        assert_true(accepts(whole, f->alice));
        assert_false(accepts(whole, f->left));
        assert_int_equal(auth_trust_follows(whole, cut, &cause),
                         STATUS_CONFLICT);
        SSL_CTX_free(whole);
        SSL_CTX_free(cut);
    }
    X509_CRL_free(first);
    X509_CRL_free(second);
}

/* The library prefers a list whose time has not ended. */
static void what_the_newer_list_said_outlives_its_time(void **state)
{
    struct fixture *f = *state;
    X509_CRL *ended = authority_list(
        &f->root, &(struct authority_list){(const X509 *const *)&f->left, 1,
                                           .ended_s = 60});
    SCOPED(buf_free) struct buf lists = buf_make(65536);
    SSL_CTX *context;
    char why[256];

    authority_write_list(&lists, ended);
    authority_write_list(&lists, f->older);
    X509_CRL_free(ended);
    context = listener_with(buf_text(&lists), why);
    assert_string_equal(why, "");
    assert_false(accepts(context, f->left));
    assert_true(accepts(context, f->alice));
    SSL_CTX_free(context);
}

/* Cut between the two it is a whole file of one list: then the one before
 * stays in force. */
static void a_list_that_is_cut_anywhere_never_counts(void **state)
{
    const struct fixture *f = *state;
    SCOPED(buf_free) struct buf lists = buf_make(65536);
    SCOPED(buf_free) struct buf first = buf_make(65536);
    char why[256];
    SSL_CTX *whole;

    write_both(f, &lists);
    authority_write_list(&first, f->older);
    whole = listener_with(buf_text(&lists), why);
    for (size_t cut = 0; cut < lists.size; cut++) {
        const struct text text = {buf_text(&lists).data, cut};
        SSL_CTX *context = listener_with(text, why);
        const char *cause = "";

        if (cut == lists.size - 1) { /* the end of the last line is missing */
            assert_false(accepts(context, f->left));
        } else if (cut == first.size || cut == first.size - 1) {
            assert_non_null(context);
            assert_int_equal(auth_trust_follows(whole, context, &cause),
                             STATUS_CONFLICT);
            assert_non_null(strstr(cause, "CN=Root,O=Test is missing"));
        } else if (context) {
            fail_msg("cut at byte %zu of %zu", cut, lists.size);
        }
        SSL_CTX_free(context);
    }
    SSL_CTX_free(whole);
}

/* By a character that is none of base64, and by another that is one. */
static void a_list_with_one_wrong_character_never_counts(void **state)
{
    const struct fixture *f = *state;
    SCOPED(buf_free) struct buf lists = buf_make(65536);
    const size_t n_wrong = 3;
    char why[256];

    write_both(f, &lists);
    for (size_t at = 0; at < lists.size; at++)
        for (size_t i = 0; i < n_wrong; i++) {
            char *place = lists.data + lists.start + at;
            const char was = *place;
            SSL_CTX *context;

            *place = "*AB"[i];
            context =
                *place == was ? NULL : listener_with(buf_text(&lists), why);
            /* An end of line inside the block may be another blank. */
            if (context && accepts(context, f->left))
                fail_msg("byte %zu as %c", at, *place);
            SSL_CTX_free(context);
            *place = was;
        }
}

/* A copy that is put back would let in whom the newer one names. */
static void a_list_gives_way_to_no_older_one(void **state)
{
    const struct fixture *f = *state;
    SCOPED(buf_free) struct buf one = buf_make(65536);
    SCOPED(buf_free) struct buf two = buf_make(65536);
    SCOPED(buf_free) struct buf both = buf_make(65536);
    const char *anchor = anchors_path;
    const struct auth_trust_config unchecked = {&anchor, 1, NULL, 0};
    SSL_CTX *older, *newer, *all, *off = SSL_CTX_new(TLS_server_method());
    const char *cause = "";
    char why[256];

    authority_write_list(&one, f->older);
    authority_write_list(&two, f->newer);
    write_both(f, &both);
    older = listener_with(buf_text(&one), why);
    newer = listener_with(buf_text(&two), why);
    all = listener_with(buf_text(&both), why);
    assert_int_equal(auth_trust_apply(&unchecked, off, &cause), STATUS_OK);
    assert_int_equal(auth_trust_follows(older, newer, &cause), STATUS_OK);
    assert_int_equal(auth_trust_follows(newer, newer, &cause), STATUS_OK);
    assert_int_equal(auth_trust_follows(newer, older, &cause), STATUS_CONFLICT);
    assert_non_null(strstr(cause, "CN=Root,O=Test is older than"));
    assert_int_equal(auth_trust_follows(older, all, &cause), STATUS_OK);
    assert_int_equal(auth_trust_follows(all, all, &cause), STATUS_OK);
    assert_int_equal(auth_trust_follows(all, newer, &cause), STATUS_OK);
    assert_int_equal(auth_trust_follows(all, older, &cause), STATUS_CONFLICT);
    assert_int_equal(auth_trust_follows(NULL, newer, &cause), STATUS_OK);
    assert_int_equal(auth_trust_follows(off, newer, &cause), STATUS_OK);
    assert_int_equal(auth_trust_follows(all, off, &cause), STATUS_OK);
    SSL_CTX_free(older);
    SSL_CTX_free(newer);
    SSL_CTX_free(all);
    SSL_CTX_free(off);
}

/* A clock that was set back between two lists makes the newer no older. */
static void the_number_of_a_list_counts_before_its_time(void **state)
{
    struct fixture *f = *state;
    const struct authority_list early = {.age_s = 60, .number_less = 100};
    const struct authority_list late = {.age_s = 120};
    X509_CRL *first = authority_list(&f->root, &early);
    X509_CRL *second = authority_list(&f->root, &late);
    SCOPED(buf_free) struct buf one = buf_make(65536);
    SCOPED(buf_free) struct buf two = buf_make(65536);
    SSL_CTX *before, *after;
    const char *cause = "";
    char why[256];

    authority_write_list(&one, first);
    authority_write_list(&two, second);
    before = listener_with(buf_text(&one), why);
    after = listener_with(buf_text(&two), why);
    assert_int_equal(auth_trust_follows(before, after, &cause), STATUS_OK);
    assert_int_equal(auth_trust_follows(after, before, &cause),
                     STATUS_CONFLICT);
    SSL_CTX_free(before);
    SSL_CTX_free(after);
    X509_CRL_free(first);
    X509_CRL_free(second);
}

/* Source: RFC 5280, sections 5.2.4 and 5.2.5. */
static void only_complete_lists_that_are_understood_count(void **state)
{
    struct fixture *f = *state;
    const X509 *const gone[] = {f->left};
    const struct {
        struct authority_list list;
        const char *why; /* NULL: taken */
    } rows[] = {
        {{gone, 1}, NULL},
        {{gone, 1, .unknown = 1}, NULL},
        {{gone, 1, .unknown_entry = 1}, NULL},
        {{NULL, 0, .delta_of = 5}, "delta"},
        {{gone, 1, .unknown = 2}, "critical extension"},
        {{gone, 1, .unknown_entry = 2}, "critical extension"},
        {{NULL, 0, .point = "critical,indirectCRL:TRUE"}, "indirect"},
        {{NULL, 0, .point = "critical,onlysomereasons:keyCompromise"},
         "some reasons"},
        {{NULL, 0, .point = "critical,onlyAA:TRUE"}, "attribute"},
        {{gone, 1, .point = "critical,onlyuser:TRUE"}, NULL},
        {{gone, 1, .of_another = true}, "another authority"},
        {{gone, 1, .is_weak = true}, "signature is weak"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        for (int beside = 0; beside < 2; beside++) {
            SCOPED(buf_free) struct buf lists = buf_make(65536);
            X509_CRL *crl = authority_list(&f->root, &rows[i].list);
            SSL_CTX *context;
            char why[256];

            if (beside)
                authority_write_list(&lists, f->newer);
            authority_write_list(&lists, crl);
            X509_CRL_free(crl);
            context = listener_with(buf_text(&lists), why);
            if (rows[i].why) {
                assert_null(context);
                assert_non_null(strstr(why, rows[i].why));
                continue;
            }
            assert_string_equal(why, "");
            assert_false(accepts(context, f->left));
            SSL_CTX_free(context);
        }
}

static void what_stands_around_a_list_is_a_comment_or_a_fault(void **state)
{
    static const struct {
        const char *before, *after;
        bool is_taken;
    } rows[] = {
        {"", "\n \r\n", true},
        {"Certificate Revocation List (CRL):\n    Version 2 (0x1)\n", "", true},
        {"# =========\n====================================\n", "", true},
        {"", "and more\n", false},
        {"", "-----BEGIN X509 CRL-----\n", false},
        {"-----BEGIN X509 CRI-----\nAAAA\n-----END X509 CRI-----\n", "", false},
        {"---- BEGIN X509 CRL-----\n", "", false},
        {"MIIBCjCBsQIBATAKBggqhkjOPQQDAjAgMQ0wCwYDVQQK\n", "", false},
        {"-----END X509 CRL-----\n", "", false},
    };
    const struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        SCOPED(buf_free) struct buf lists = buf_make(65536);
        SSL_CTX *context;
        char why[256];

        buf_append_string(&lists, rows[i].before);
        authority_write_list(&lists, f->newer);
        buf_append_string(&lists, rows[i].after);
        context = listener_with(buf_text(&lists), why);
        assert_int_equal(context != NULL, rows[i].is_taken);
        SSL_CTX_free(context);
    }
}

/* As the tools of another system write it. */
static void lines_may_end_as_on_another_system(void **state)
{
    const struct fixture *f = *state;
    SCOPED(buf_free) struct buf lists = buf_make(65536);
    SCOPED(buf_free) struct buf other = buf_make(65536);
    SSL_CTX *context;
    char why[256];

    write_both(f, &lists);
    for (size_t i = 0; i < lists.size; i++) {
        if (buf_text(&lists).data[i] == '\n')
            buf_append_char(&other, '\r');
        buf_append_char(&other, buf_text(&lists).data[i]);
    }
    context = listener_with(buf_text(&other), why);
    assert_string_equal(why, "");
    assert_false(accepts(context, f->left));
    SSL_CTX_free(context);
}

/* ---- Policies of certificates (RFC 5280, section 6.1) ---- */

static void an_explicit_policy_that_is_required_is_required(void **state)
{
    static const struct authority_extension
        strict[] = {{NID_policy_constraints,
                     "critical,requireExplicitPolicy:0"},
                    {NID_certificate_policies, "1.2.3.1"}},
        named[] = {{NID_certificate_policies, "1.2.3.1"}},
        foreign[] = {{NID_certificate_policies, "1.2.3.9"}};
    struct fixture *f = *state;
    const char *anchor = anchors_path, *cause = "";
    const struct auth_trust_config trust = {&anchor, 1, NULL, 0};
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    const struct {
        size_t n_constraints; /* of the authority between */
        const struct authority_extension *leaf;
        bool is_accepted;
    } rows[] = {
        {0, NULL, true},  {0, named, true},    {2, NULL, false},
        {2, named, true}, {2, foreign, false},
    };

    assert_int_equal(auth_trust_apply(&trust, context, &cause), STATUS_OK);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct authority between;
        X509 *leaf;

        authority_make(&between, "Between", &f->root, strict,
                       rows[i].n_constraints);
        leaf = authority_issue(&between, "eve", rows[i].leaf,
                               rows[i].leaf ? 1 : 0, NULL);
        assert_int_equal(accepts_below(context, leaf, between.certificate),
                         rows[i].is_accepted);
        X509_free(leaf);
        authority_clear(&between);
    }
    SSL_CTX_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newer_of_two_lists_counts),
        cmocka_unit_test(of_two_lists_of_one_second_the_higher_number_counts),
        cmocka_unit_test(what_the_newer_list_said_outlives_its_time),
        cmocka_unit_test(a_list_that_is_cut_anywhere_never_counts),
        cmocka_unit_test(a_list_with_one_wrong_character_never_counts),
        cmocka_unit_test(a_list_gives_way_to_no_older_one),
        cmocka_unit_test(the_number_of_a_list_counts_before_its_time),
        cmocka_unit_test(only_complete_lists_that_are_understood_count),
        cmocka_unit_test(what_stands_around_a_list_is_a_comment_or_a_fault),
        cmocka_unit_test(lines_may_end_as_on_another_system),
        cmocka_unit_test(an_explicit_policy_that_is_required_is_required),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
