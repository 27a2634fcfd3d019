#include "tests/support/authority.h"

#include "tests/unit/unit.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

enum { YEAR_S = 365 * 86400 };

static void set_name(X509_NAME *name, const char *common)
{
    X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8,
                               (const unsigned char *)"Test", -1, -1, 0);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                               (const unsigned char *)common, -1, -1, 0);
}

static void add_extension(X509 *certificate, X509 *issuer, int nid,
                          const char *value)
{
    CONF *none = NCONF_new(NULL); /* some kinds insist on one */
    X509V3_CTX context;
    X509_EXTENSION *extension;

    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509V3_set_nconf(&context, none);
    extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    assert_non_null(extension);
    assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
    X509_EXTENSION_free(extension);
    NCONF_free(none);
}

static X509 *new_certificate(const char *name, EVP_PKEY *key, X509 *issuer,
                             long serial)
{
    X509 *certificate = X509_new();

    assert_non_null(certificate);
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -YEAR_S);
    X509_gmtime_adj(X509_getm_notAfter(certificate), YEAR_S);
    set_name(X509_get_subject_name(certificate), name);
    X509_set_issuer_name(certificate,
                         X509_get_subject_name(issuer ? issuer : certificate));
    X509_set_pubkey(certificate, key);
    add_extension(certificate, certificate, NID_subject_key_identifier, "hash");
    return certificate;
}

void authority_make(struct authority *authority, const char *name,
                    struct authority *issuer,
                    const struct authority_extension *extra, size_t n_extra)
{
    X509 *above = issuer ? issuer->certificate : NULL;

    *authority = (struct authority){.key = EVP_EC_gen("P-256")};
    authority->certificate = new_certificate(
        name, authority->key, above, issuer ? ++issuer->last_serial : 1);
    above = above ? above : authority->certificate;
    add_extension(authority->certificate, above, NID_authority_key_identifier,
                  "keyid:always");
    add_extension(authority->certificate, above, NID_basic_constraints,
                  "critical,CA:TRUE");
    add_extension(authority->certificate, above, NID_key_usage,
                  "critical,keyCertSign,cRLSign");
    for (size_t i = 0; i < n_extra; i++)
        add_extension(authority->certificate, above, extra[i].nid,
                      extra[i].value);
    assert_true(X509_sign(authority->certificate,
                          issuer ? issuer->key : authority->key,
                          EVP_sha256()) > 0);
    authority->last_serial = 1;
}

void authority_clear(struct authority *authority)
{
    X509_free(authority->certificate);
    EVP_PKEY_free(authority->key);
    *authority = (struct authority){0};
}

X509 *authority_issue(struct authority *authority, const char *name,
                      const struct authority_extension *extra, size_t n_extra,
                      EVP_PKEY **key_out)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = new_certificate(name, key, authority->certificate,
                                        ++authority->last_serial);

    add_extension(certificate, authority->certificate,
                  NID_authority_key_identifier, "keyid:always");
    add_extension(certificate, authority->certificate, NID_ext_key_usage,
                  "clientAuth");
    for (size_t i = 0; i < n_extra; i++)
        add_extension(certificate, authority->certificate, extra[i].nid,
                      extra[i].value);
    assert_true(X509_sign(certificate, authority->key, EVP_sha256()) > 0);
    if (key_out)
        *key_out = key;
    else
        EVP_PKEY_free(key);
    return certificate;
}

static X509_EXTENSION *unknown_extension(int how)
{
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    ASN1_OBJECT *object = OBJ_txt2obj("1.2.3.4.5", 1);
    X509_EXTENSION *extension;

    ASN1_OCTET_STRING_set(value, (const unsigned char *)"\5\0", 2);
    extension = X509_EXTENSION_create_by_OBJ(NULL, object, how == 2, value);
    ASN1_OBJECT_free(object);
    ASN1_OCTET_STRING_free(value);
    assert_non_null(extension);
    return extension;
}

static void add_revoked(X509_CRL *crl, const X509 *certificate, ASN1_TIME *when,
                        int unknown)
{
    X509_REVOKED *entry = X509_REVOKED_new();

    X509_REVOKED_set_serialNumber(
        entry, (ASN1_INTEGER *)(uintptr_t)X509_get0_serialNumber(certificate));
    X509_REVOKED_set_revocationDate(entry, when);
    if (unknown) {
        X509_EXTENSION *extension = unknown_extension(unknown);

        X509_REVOKED_add_ext(entry, extension, -1);
        X509_EXTENSION_free(extension);
    }
    assert_int_equal(X509_CRL_add0_revoked(crl, entry), 1);
}

static void add_number(X509_CRL *crl, int nid, long number, int critical)
{
    ASN1_INTEGER *value = ASN1_INTEGER_new();

    ASN1_INTEGER_set(value, number);
    assert_int_equal(X509_CRL_add1_ext_i2d(crl, nid, value, critical, 0), 1);
    ASN1_INTEGER_free(value);
}

static void add_list_extension(X509_CRL *crl, X509 *issuer, int nid,
                               const char *value)
{
    X509V3_CTX context;
    X509_EXTENSION *extension;

    X509V3_set_ctx(&context, issuer, NULL, NULL, crl, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    assert_non_null(extension);
    assert_int_equal(X509_CRL_add_ext(crl, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

/* As an indirect list would, but not critical and without saying it is one. */
static void name_another(X509_CRL *crl)
{
    X509_REVOKED *entry = sk_X509_REVOKED_value(X509_CRL_get_REVOKED(crl), 0);
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    GENERAL_NAME *name = GENERAL_NAME_new();

    name->type = GEN_DIRNAME;
    name->d.directoryName = X509_NAME_new();
    X509_NAME_add_entry_by_txt(name->d.directoryName, "CN", MBSTRING_ASC,
                               (const unsigned char *)"Another", -1, -1, 0);
    sk_GENERAL_NAME_push(names, name);
    assert_int_equal(
        X509_REVOKED_add1_ext_i2d(entry, NID_certificate_issuer, names, 0, 0),
        1);
    GENERAL_NAMES_free(names);
}

X509_CRL *authority_list(struct authority *authority,
                         const struct authority_list *list)
{
    X509_CRL *crl = X509_CRL_new();
    ASN1_TIME *from = X509_gmtime_adj(NULL, -3600 - list->age_s);
    ASN1_TIME *until =
        X509_gmtime_adj(NULL, list->ended_s ? -list->ended_s : YEAR_S);

    X509_CRL_set_version(crl, X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(crl,
                             X509_get_subject_name(authority->certificate));
    X509_CRL_set1_lastUpdate(crl, from);
    X509_CRL_set1_nextUpdate(crl, until);
    for (size_t i = 0; i < list->n_revoked; i++)
        add_revoked(crl, list->revoked[i], from,
                    i == 0 ? list->unknown_entry : 0);
    if (list->of_another)
        name_another(crl);
    add_list_extension(crl, authority->certificate,
                       NID_authority_key_identifier, "keyid:always");
    add_number(crl, NID_crl_number,
               1000000000 - list->age_s - list->number_less, 0);
    if (list->delta_of)
        add_number(crl, NID_delta_crl, list->delta_of, 1);
    if (list->point)
        add_list_extension(crl, authority->certificate,
                           NID_issuing_distribution_point, list->point);
    if (list->unknown) {
        X509_EXTENSION *extension = unknown_extension(list->unknown);

        X509_CRL_add_ext(crl, extension, -1);
        X509_EXTENSION_free(extension);
    }
    assert_true(X509_CRL_sign(crl, authority->key,
                              list->is_weak ? EVP_sha1() : EVP_sha256()) > 0);
    ASN1_TIME_free(from);
    ASN1_TIME_free(until);
    return crl;
}

static void take_bio(BIO *bio, struct buf *out)
{
    char *data = NULL;
    const long size = BIO_get_mem_data(bio, &data);

    buf_append(out, data, (size_t)size);
    assert_int_equal(buf_status(out), STATUS_OK);
    BIO_free(bio);
}

void authority_write_certificate(struct buf *out, X509 *certificate)
{
    BIO *bio = BIO_new(BIO_s_mem());

    assert_int_equal(PEM_write_bio_X509(bio, certificate), 1);
    take_bio(bio, out);
}

void authority_write_list(struct buf *out, X509_CRL *list)
{
    BIO *bio = BIO_new(BIO_s_mem());

    assert_int_equal(PEM_write_bio_X509_CRL(bio, list), 1);
    take_bio(bio, out);
}

void authority_write_key(struct buf *out, EVP_PKEY *key)
{
    BIO *bio = BIO_new(BIO_s_mem());

    assert_int_equal(
        PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL), 1);
    take_bio(bio, out);
}

void authority_put(const char *path, struct text text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fchmod(fileno(file), 0600), 0);
    assert_int_equal(fwrite(text.data ? text.data : "", 1, text.size, file),
                     text.size);
    assert_int_equal(fclose(file), 0);
}
