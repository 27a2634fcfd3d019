#include "auth/certificate/certificate_name.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/objects.h>

#include "provider/base/identity.h"
#include "provider/base/own.h"

enum { ATTRIBUTE_MAX_BYTES = 256 };

static void bio_drop(BIO **bio)
{
    BIO_free(*bio);
}

static bool is_known_kind(int type)
{
    return type == V_ASN1_UTF8STRING || type == V_ASN1_PRINTABLESTRING ||
           type == V_ASN1_IA5STRING || type == V_ASN1_BMPSTRING ||
           type == V_ASN1_NUMERICSTRING;
}

static bool is_plain_value(const ASN1_STRING *value)
{
    unsigned char *utf8 = NULL;
    bool plain;
    int size;

    if (!is_known_kind(ASN1_STRING_type(value)))
        return false;
    size = ASN1_STRING_to_UTF8(&utf8, value);
    plain = size > 0 && text_is_name((struct text){(char *)utf8, (size_t)size},
                                     ATTRIBUTE_MAX_BYTES);
    OPENSSL_free(utf8);
    return plain;
}

bool certificate_name_is_plain(const X509_NAME *name)
{
    int n_common_names = 0;
    int last_set = -1;

    for (int i = 0; i < X509_NAME_entry_count(name); i++) {
        const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, i);

        if (X509_NAME_ENTRY_set(entry) == last_set ||
            !is_plain_value(X509_NAME_ENTRY_get_data(entry)))
            return false;
        last_set = X509_NAME_ENTRY_set(entry);
        if (OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)) == NID_commonName)
            n_common_names++;
    }
    return n_common_names <= 1;
}

enum status certificate_name_write(const X509_NAME *name, struct buf *out)
{
    /* Non-ASCII letters are kept: people write them in policies. */
    const unsigned long flags =
        (XN_FLAG_RFC2253 | ASN1_STRFLGS_UTF8_CONVERT) & ~ASN1_STRFLGS_ESC_MSB;
    SCOPED(bio_drop) BIO *bio = BIO_new(BIO_s_mem());
    char *data = NULL;
    long size;

    if (!bio || X509_NAME_print_ex(bio, name, 0, flags) < 0)
        return STATUS_INVALID;
    size = BIO_get_mem_data(bio, &data);
    if (size <= 0 || size > CERTIFICATE_NAME_MAX_BYTES)
        return STATUS_INVALID;
    buf_append(out, data, (size_t)size);
    return buf_status(out);
}

enum status certificate_name_write_issuer(const X509_NAME *name,
                                          struct buf *out)
{
    SCOPED(buf_free) struct buf text = buf_make(CERTIFICATE_NAME_MAX_BYTES);

    TRY(certificate_name_write(name, &text));
    return identity_of_issuer(buf_text(&text), out);
}
