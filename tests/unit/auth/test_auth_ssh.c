/*
 * SSH certificates: what the signer's authority signs, as ssh-keygen reads it,
 * and what it does not sign.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <unistd.h>

#include <openssl/pem.h>

#include "auth/signer/distant_key.h"
#include "auth/signer/signer.h"
#include "auth/signer/ssh_authority.h"
#include "provider/base/base64.h"
#include "provider/base/ssh_key.h"

#define KEY                                                                    \
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEJeRyt0c9+dR5LSfh4PrixsOqt9kNlboNVn" \
    "pkMGunWr"

enum { FROM_S = 1700000000, FAULTS = 9 };

static char folder[] = "/tmp/sms-auth-ssh-XXXXXX";
static struct signer *signer;
static struct ssh_authority *authority;

static void path_of(const char *name, char path[64])
{
    snprintf(path, 64, "%s/%s", folder, name);
}

static void make_key(const char *name, const char *kind)
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, kind, (size_t)2048);
    char path[64];
    FILE *file;

    path_of(name, path);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL),
                     1);
    fclose(file);
    EVP_PKEY_free(key);
}

static int open_all(void **state)
{
    char path[64];
    const char *why;

    (void)state;
    assert_non_null(mkdtemp(folder));
    make_key("ca", "ED25519");
    make_key("tls", "ED25519");
    make_key("rsa", "RSA");
    assert_int_equal(signer_open(2, NULL, NULL, &signer), STATUS_OK);
    path_of("ca", path);
    assert_int_equal(ssh_authority_open(signer, path, &authority, &why),
                     STATUS_OK);
    return 0;
}

static int close_all(void **state)
{
    static const char *const names[] = {"ca", "tls", "rsa", "cert.pub"};
    char path[64];

    (void)state;
    ssh_authority_free(authority);
    signer_free(signer);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        path_of(names[i], path);
        unlink(path);
    }
    return rmdir(folder);
}

/* ---- A certificate ---- */

static const char *const principals[] = {"alice@A.TEST", "sms:P0100001"};

/* blob: of KEY */
static struct ssh_certificate sample(struct buf *blob)
{
    struct ssh_key key;
    const char *why;

    assert_int_equal(ssh_key_read(TEXT(KEY), blob, &key, &why), STATUS_OK);
    return (struct ssh_certificate){
        .key = buf_text(blob),
        .serial = 4711,
        .key_id = "alice@A.TEST level=mfa",
        .principals = principals,
        .n_principals = ARRAY_SIZE(principals),
        .from_s = FROM_S,
        .until_s = FROM_S + 900,
        .source_address = "10.0.0.0/8",
    };
}

/* What ssh-keygen says of it, which checks the signature. */
static void read_by_ssh_keygen(struct text line, char *said, size_t size)
{
    char path[64], command[128];
    FILE *file;
    size_t n;

    path_of("cert.pub", path);
    file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "%.*s\n", (int)line.size, line.data);
    fclose(file);
    snprintf(command, sizeof(command), "TZ=UTC ssh-keygen -L -f %s 2>&1", path);
    file = popen(command, "r");
    assert_non_null(file);
    n = fread(said, 1, size - 1, file);
    said[n] = '\0';
    assert_int_equal(pclose(file), 0);
}

static void what_it_signs_is_what_ssh_keygen_reads(void **state)
{
    static const char *const parts[] = {
        "user certificate",
        "Serial: 4711",
        "\"alice@A.TEST level=mfa\"",
        "alice@A.TEST",
        "sms:P0100001",
        "source-address 10.0.0.0/8",
        "permit-pty",
        "from 2023-11-14T22:13:20 to 2023-11-14T22:28:20"};
    SCOPED(buf_free) struct buf blob = buf_make(SSH_BLOB_BYTES);
    SCOPED(buf_free) struct buf line = buf_make(8192);
    const struct ssh_certificate certificate = sample(&blob);
    char said[4096];

    (void)state;
    assert_int_equal(ssh_authority_certify(authority, &certificate, &line),
                     STATUS_OK);
    read_by_ssh_keygen(buf_text(&line), said, sizeof(said));
    for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
        if (!strstr(said, parts[i]))
            fail_msg("%s is not in %s", parts[i], said);
}

static void put_fault(int fault, struct ssh_certificate *certificate)
{
    static const char *const nobody[] = {""};

    switch (fault) {
    case 0:
        certificate->n_principals = 0; /* would be anybody */
        break;
    case 1:
        certificate->principals = nobody;
        certificate->n_principals = 1;
        break;
    case 2:
        certificate->until_s = FROM_S + SSH_CERTIFICATE_MAX_S + 1;
        break;
    case 3:
        certificate->until_s = certificate->from_s;
        break;
    case 4:
        certificate->until_s = -1; /* for ever */
        break;
    case 5:
        certificate->key_id = "";
        break;
    case 6:
        certificate->serial = 0;
        break;
    case 7:
        certificate->key.size--;
        break;
    default:
        certificate->from_s = 0;
    }
}

static void what_is_no_users_for_a_day_is_not_signed(void **state)
{
    (void)state;
    for (int fault = 0; fault < FAULTS; fault++) {
        SCOPED(buf_free) struct buf blob = buf_make(SSH_BLOB_BYTES);
        SCOPED(buf_free) struct buf line = buf_make(8192);
        struct ssh_certificate certificate = sample(&blob);

        put_fault(fault, &certificate);
        if (ssh_authority_certify(authority, &certificate, &line) == STATUS_OK)
            fail_msg("fault %d", fault);
    }
}

/* ---- The signer believes nothing ---- */

static struct text body_of(struct buf *body)
{
    SCOPED(buf_free) struct buf blob = buf_make(SSH_BLOB_BYTES);
    const struct ssh_certificate certificate = sample(&blob);
    const unsigned char nonce[SSH_CERTIFICATE_NONCE_BYTES] = {1};

    assert_int_equal(ssh_certificate_write(&certificate, nonce,
                                           ssh_authority_blob(authority), body),
                     STATUS_OK);
    return buf_text(body);
}

/* A host's certificate, other options, another authority: whatever is changed
 * is signed only if it is the same for a reader who checks all of it. */
static void a_changed_certificate_is_one_or_is_not_signed(void **state)
{
    SCOPED(buf_free) struct buf body = buf_make(4096);
    const struct text text = body_of(&body);
    const struct text own = ssh_authority_blob(authority);

    (void)state;
    assert_true(ssh_certificate_is_one(text, own));
    for (size_t i = 0; i < text.size; i++) {
        assert_false(ssh_certificate_is_one((struct text){text.data, i}, own));
        for (int bit = 0; bit < 8; bit++) {
            body.data[i] ^= (char)(1 << bit);
            (void)!ssh_certificate_is_one(text, own);
            body.data[i] ^= (char)(1 << bit);
        }
    }
    buf_append_char(&body, '\0');
    assert_false(ssh_certificate_is_one(buf_text(&body), own));
    assert_false(ssh_certificate_is_one(text, TEXT("another")));
}

static void each_part_that_matters_is_looked_at(void **state)
{
    static const char *const parts[] = {"source-address", "permit-pty",
                                        "ssh-ed25519-cert"};
    SCOPED(buf_free) struct buf body = buf_make(4096);
    const struct text text = body_of(&body);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
        char *at = memmem(text.data, text.size, parts[i], strlen(parts[i]));

        assert_non_null(at);
        at[0] ^= 1;
        assert_false(
            ssh_certificate_is_one(text, ssh_authority_blob(authority)));
        at[0] ^= 1;
    }
}

static struct distant_key *load(const char *name, enum signer_purpose purpose)
{
    struct distant_key *key = NULL;
    const char *why;
    char path[64];

    path_of(name, path);
    return distant_key_read(signer, purpose, path, NULL, &key, &why) ==
                   STATUS_OK
               ? key
               : NULL;
}

static enum status sign(const struct distant_key *key, struct text text)
{
    unsigned char signature[512];
    size_t size;

    return distant_key_sign(key, SIGNER_DIGEST_NONE, text, signature,
                            sizeof(signature), &size);
}

static void each_key_has_one_purpose(void **state)
{
    static const char server[] =
        "                                                                "
        "TLS 1.3, server CertificateVerify\0"
        "0123456789abcdef0123456789abcdef";
    SCOPED(buf_free) struct buf body = buf_make(4096);
    const struct text text = body_of(&body);
    OWNED(distant_key) tls = load("tls", SIGNER_FOR_TLS);
    OWNED(distant_key) ca = load("ca", SIGNER_FOR_SSH);

    (void)state;
    assert_non_null(tls);
    assert_non_null(ca);
    assert_null(load("ca", SIGNER_FOR_TLS)); /* it is the authority's already */
    assert_null(load("ca", SIGNER_FOR_HOSTS));
    assert_null(load("tls", SIGNER_FOR_SSH));
    assert_int_equal(sign(ca, text), STATUS_OK);
    assert_int_equal(sign(ca, TEXT("anything")), STATUS_DENIED);
    assert_int_equal(sign(tls, TEXT(server)), STATUS_OK);
    assert_int_equal(sign(ca, TEXT(server)), STATUS_DENIED);
    assert_int_equal(sign(tls, text), STATUS_DENIED);
}

static void an_authority_is_an_ed25519_key(void **state)
{
    struct ssh_authority *made;
    const char *why = NULL;
    char path[64];

    (void)state;
    path_of("rsa", path);
    assert_int_not_equal(ssh_authority_open(signer, path, &made, &why),
                         STATUS_OK);
    assert_non_null(why);
    path_of("none", path);
    assert_int_not_equal(ssh_authority_open(NULL, path, &made, &why),
                         STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_signs_is_what_ssh_keygen_reads),
        cmocka_unit_test(what_is_no_users_for_a_day_is_not_signed),
        cmocka_unit_test(a_changed_certificate_is_one_or_is_not_signed),
        cmocka_unit_test(each_part_that_matters_is_looked_at),
        cmocka_unit_test(each_key_has_one_purpose),
        cmocka_unit_test(an_authority_is_an_ed25519_key),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
