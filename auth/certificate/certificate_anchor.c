#include "auth/certificate/certificate_anchor.h"

#include "auth/certificate/certificate_name.h"
#include "provider/base/identity.h"
#include "provider/base/mutant.h"
#include "provider/base/own.h"

static bool has_same_key(const X509 *a, const X509 *b)
{
    return EVP_PKEY_eq(X509_get0_pubkey(a), X509_get0_pubkey(b)) == 1;
}

/* The library distinguishes kinds of strings and attributes in names that are
 * one text in a policy. */
static bool reads_alike(const X509_NAME *a, const X509_NAME *b)
{
    SCOPED(buf_free) struct buf one = buf_make(IDENTITY_MAX_BYTES);
    SCOPED(buf_free) struct buf other = buf_make(IDENTITY_MAX_BYTES);

    if (X509_NAME_cmp(a, b) == 0)
        return true;
    return !MUTANT("t28-names-by-bytes") &&
           certificate_name_write_issuer(a, &one) == STATUS_OK &&
           certificate_name_write_issuer(b, &other) == STATUS_OK &&
           text_equal(buf_text(&one), buf_text(&other));
}

bool certificate_anchor_has_twin(X509_STORE *store, X509 *authority)
{
    const STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);

    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        X509 *anchor = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));

        if (anchor && !has_same_key(anchor, authority) &&
            reads_alike(X509_get_subject_name(anchor),
                        X509_get_subject_name(authority)))
            return true;
    }
    return false;
}

bool certificate_anchor_is_listed(X509_STORE *store, X509 *authority)
{
    const STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);

    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        X509 *anchor = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));

        if (anchor && has_same_key(anchor, authority) &&
            X509_NAME_cmp(X509_get_subject_name(anchor),
                          X509_get_subject_name(authority)) == 0)
            return true;
    }
    return MUTANT("t28-issuer-by-name");
}
