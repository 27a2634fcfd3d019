#include "auth/certificate/revocation_list.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "auth/certificate/certificate_name.h"
#include "auth/certificate/digest.h"
#include "auth/certificate/pem_file.h"
#include "auth/why.h"
#include "provider/base/mutant.h"
#include "provider/base/own.h"

static void crl_drop(X509_CRL **crl)
{
    X509_CRL_free(*crl);
}

static void point_drop(ISSUING_DIST_POINT **point)
{
    ISSUING_DIST_POINT_free(*point);
}

/* ---- Properties of a list ---- */

/* A list of some of the revocations, or for other authorities than its own. */
static const char *fault_of_point(const X509_CRL *crl)
{
    int critical = -1;
    SCOPED(point_drop)
    ISSUING_DIST_POINT *point = X509_CRL_get_ext_d2i(
        crl, NID_issuing_distribution_point, &critical, NULL);

    if (!point)
        return critical == -1 ? NULL : "its issuing point cannot be read";
    if (point->indirectCRL > 0)
        return "an indirect list, which covers other authorities";
    if (point->onlysomereasons)
        return "a list of some reasons only; provide the complete list";
    if (point->onlyattr > 0)
        return "a list of attribute certificates only";
    return NULL;
}

static bool is_understood(X509_EXTENSION *extension)
{
    switch (OBJ_obj2nid(X509_EXTENSION_get_object(extension))) {
    case NID_issuing_distribution_point:
    case NID_authority_key_identifier:
    case NID_crl_number:
        return true;
    default:
        return X509_EXTENSION_get_critical(extension) == 0;
    }
}

static const char *fault_of_entries(X509_CRL *crl)
{
    STACK_OF(X509_REVOKED) *entries = X509_CRL_get_REVOKED(crl);

    for (int i = 0; i < sk_X509_REVOKED_num(entries); i++) {
        const X509_REVOKED *entry = sk_X509_REVOKED_value(entries, i);

        if (X509_REVOKED_get_ext_by_NID(entry, NID_certificate_issuer, -1) >=
                0 &&
            !MUTANT("c2-entry-of-another"))
            return "an entry is for another authority";
        for (int j = 0; j < X509_REVOKED_get_ext_count(entry); j++)
            if (X509_EXTENSION_get_critical(X509_REVOKED_get_ext(entry, j)))
                return "an entry has a critical extension";
    }
    return NULL;
}

static bool is_weakly_signed(const X509_CRL *crl)
{
    int digest = NID_undef;

    return OBJ_find_sigid_algs(X509_CRL_get_signature_nid(crl), &digest,
                               NULL) != 1 ||
           !digest_may_sign(digest);
}

static const char *fault_of_list(X509_CRL *crl)
{
    const char *fault = fault_of_point(crl);

    if (is_weakly_signed(crl) && !MUTANT("c2-weak-list"))
        return "its signature is weak";

    if (X509_CRL_get_ext_by_NID(crl, NID_delta_crl, -1) >= 0 &&
        !MUTANT("c2-delta"))
        return "a delta list, which is not complete; provide the full list, "
               "made anew";
    for (int i = 0; !fault && i < X509_CRL_get_ext_count(crl); i++)
        if (!is_understood(X509_CRL_get_ext(crl, i)) && !MUTANT("c2-delta"))
            return "a critical extension that is not supported";
    return fault ? fault : fault_of_entries(crl);
}

/* ---- Its authority ---- */

/* The anchor whose list it claims to be; NULL: an authority below one. */
static X509 *anchor_of(X509_STORE *store, const X509_CRL *crl)
{
    const STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);

    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        X509 *anchor = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));

        if (anchor && X509_NAME_cmp(X509_get_subject_name(anchor),
                                    X509_CRL_get_issuer(crl)) == 0)
            return anchor;
    }
    return NULL;
}

/* The anchor with the key that its authority key identifier names. */
static X509 *keyholder_of(X509_STORE *store, X509_CRL *crl)
{
    const STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);
    AUTHORITY_KEYID *id =
        X509_CRL_get_ext_d2i(crl, NID_authority_key_identifier, NULL, NULL);
    X509 *found = NULL;

    for (int i = 0; id && id->keyid && i < sk_X509_OBJECT_num(objects); i++) {
        X509 *anchor = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));
        const ASN1_OCTET_STRING *own =
            anchor ? X509_get0_subject_key_id(anchor) : NULL;

        if (own && ASN1_OCTET_STRING_cmp(own, id->keyid) == 0)
            found = anchor;
    }
    AUTHORITY_KEYID_free(id);
    return found;
}

/* Lists of intermediate authorities are verified when a client presents
 * those. */
static const char *fault_of_signature(X509_STORE *store, X509_CRL *crl)
{
    X509 *anchor = anchor_of(store, crl);

    if (!anchor)
        anchor = keyholder_of(store, crl);
    if (!anchor || MUTANT("c1-crl-cut") ||
        X509_CRL_verify(crl, X509_get0_pubkey(anchor)) == 1)
        return NULL;
    ERR_clear_error();
    return "the list is damaged, or not signed by its authority";
}

/* ---- Loading ---- */

static enum status take(void *context, const struct pem_block *block,
                        const char **why_out)
{
    X509_STORE *store = context;
    const unsigned char *at = (const unsigned char *)block->der.data;
    const unsigned char *end = at + block->der.size;
    SCOPED(crl_drop)
    X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)block->der.size);

    *why_out = "this revocation list is damaged";
    if (!crl || at != end) {
        ERR_clear_error();
        return STATUS_INVALID;
    }
    *why_out = fault_of_list(crl);
    if (!*why_out)
        *why_out = fault_of_signature(store, crl);
    if (*why_out)
        return STATUS_INVALID;
    return X509_STORE_add_crl(store, crl) == 1 ? STATUS_OK : STATUS_NO_MEMORY;
}

static const struct pem_wanted lists = {PEM_KIND_REVOCATION_LIST, 0,
                                        "revocation list"};

enum status revocation_list_load(X509_STORE *store, const char *path,
                                 const char **why_out)
{
    return pem_file_read(path, &lists, take, store, why_out);
}

enum status revocation_list_read(X509_STORE *store, const char *name,
                                 struct text text, const char **why_out)
{
    return pem_text_read(name, text, &lists, take, store, why_out);
}

/* ---- Comparison with the lists in force ---- */

static ASN1_INTEGER *number_of(const X509_CRL *crl)
{
    return X509_CRL_get_ext_d2i(crl, NID_crl_number, NULL, NULL);
}

/* Compares their numbers, below or above 0; 0: one has none, or they are
 * equal. */
static int order_of_numbers(const X509_CRL *crl, const X509_CRL *other)
{
    ASN1_INTEGER *number = number_of(crl), *others = number_of(other);
    const int order = number && others ? ASN1_INTEGER_cmp(number, others) : 0;

    ASN1_INTEGER_free(number);
    ASN1_INTEGER_free(others);
    return order;
}

/* Numbers only increase (RFC 5280, section 5.2.3); times decide if there are
 * none, or one was used twice. */
static bool is_newer(const X509_CRL *crl, const X509_CRL *other)
{
    const int order =
        MUTANT("c1-crl-second") ? 0 : order_of_numbers(crl, other);

    return order > 0 ||
           (order == 0 &&
            ASN1_TIME_compare(X509_CRL_get0_lastUpdate(crl),
                              X509_CRL_get0_lastUpdate(other)) > 0);
}

/* The newest list of the authority; NULL: none. */
static X509_CRL *newest(const X509_STORE *store, const X509_NAME *authority)
{
    const STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);
    X509_CRL *found = NULL;

    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        X509_CRL *crl =
            X509_OBJECT_get0_X509_CRL(sk_X509_OBJECT_value(objects, i));

        if (!crl || X509_NAME_cmp(X509_CRL_get_issuer(crl), authority) != 0)
            continue;
        if (!found || is_newer(crl, found))
            found = crl;
    }
    return found;
}

static enum status fail(const X509_CRL *crl, const char *what,
                        const char **why_out)
{
    SCOPED(buf_free) struct buf name = buf_make(CERTIFICATE_NAME_MAX_BYTES);

    if (certificate_name_write(X509_CRL_get_issuer(crl), &name) != STATUS_OK)
        buf_clear(&name);
    *why_out = why_format("the revocation list of %.*s %s", (int)name.size,
                          name.size ? buf_text(&name).data : "", what);
    return STATUS_CONFLICT;
}

static bool holds(const X509_STORE *store, const X509_CRL *wanted)
{
    const STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);

    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        const X509_CRL *crl =
            X509_OBJECT_get0_X509_CRL(sk_X509_OBJECT_value(objects, i));

        if (crl && X509_CRL_match(crl, wanted) == 0)
            return true;
    }
    return false;
}

/* Replacing a list with an older one would admit certificates revoked since. An
 * authority with a new key starts anew. */
static bool goes_back(X509_STORE *now, X509_CRL *last, const X509_CRL *fresh)
{
    return is_newer(last, fresh) && !fault_of_signature(now, last) &&
           !MUTANT("c1-crl-back");
}

enum status revocation_list_follows(const X509_STORE *before, X509_STORE *now,
                                    const char **why_out)
{
    const STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(before);

    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        const X509_CRL *old =
            X509_OBJECT_get0_X509_CRL(sk_X509_OBJECT_value(objects, i));
        const X509_NAME *authority = old ? X509_CRL_get_issuer(old) : NULL;
        X509_CRL *last = old ? newest(before, authority) : NULL;
        const X509_CRL *fresh = old ? newest(now, authority) : NULL;

        if (fresh && X509_CRL_match(fresh, last) != 0 && holds(before, fresh) &&
            !MUTANT("c1-crl-cut"))
            return fail(old, "is missing, and only an older one is left",
                        why_out);
        if (fresh && goes_back(now, last, fresh))
            return fail(old, "is older than the list in force", why_out);
    }
    return STATUS_OK;
}

/* ---- Revocation ---- */

bool revocation_list_names(const X509_STORE *store, X509 *certificate)
{
    X509_CRL *crl = newest(store, X509_get_issuer_name(certificate));
    X509_REVOKED *entry = NULL;

    return crl && !MUTANT("c1-older-list") &&
           X509_CRL_get0_by_serial(crl, &entry,
                                   X509_get_serialNumber(certificate)) == 1;
}
