#include "provider/client/server_certificate.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "provider/base/datetime.h"
#include "provider/base/own.h"
#include "provider/client/own_certificate.h"
#include "provider/client/show.h"

static void append_name(struct buf *out, const GENERAL_NAME *name)
{
    SCOPED(buf_free) struct buf shown = buf_make(1024);
    char address[INET6_ADDRSTRLEN] = "";
    int kind;
    const ASN1_STRING *value = GENERAL_NAME_get0_value(name, &kind);

    if (kind == GEN_DNS)
        show_text(&shown,
                  (struct text){(const char *)ASN1_STRING_get0_data(value),
                                (size_t)ASN1_STRING_length(value)});
    else if (kind == GEN_IPADD &&
             inet_ntop(ASN1_STRING_length(value) == 4 ? AF_INET : AF_INET6,
                       ASN1_STRING_get0_data(value), address, sizeof(address)))
        buf_append_string(&shown, address);
    if (shown.size == 0)
        return;
    if (out->size)
        buf_append_string(out, ", ");
    buf_append_text(out, buf_text(&shown));
}

static void read_names(X509 *certificate, struct server_certificate *out)
{
    SCOPED(buf_free) struct buf names = buf_make(64 * 1024);
    GENERAL_NAMES *list =
        X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    const int n = sk_GENERAL_NAME_num(list);

    for (int i = 0; i < n && names.size < sizeof(out->names); i++)
        append_name(&names, sk_GENERAL_NAME_value(list, i));
    snprintf(out->names, sizeof(out->names), "%.*s", (int)names.size,
             names.size ? buf_text(&names).data : "");
    GENERAL_NAMES_free(list);
}

void server_certificate_read(X509 *certificate, struct server_certificate *out)
{
    *out = (struct server_certificate){.is_there = true};
    read_names(certificate, out);
    certificate_name_write(X509_get_issuer_name(certificate), out->issuer,
                           sizeof(out->issuer));
    out->key = server_key_of(certificate);
    out->from_s = certificate_time_s(X509_get0_notBefore(certificate));
    out->until_s = certificate_time_s(X509_get0_notAfter(certificate));
}

bool server_certificate_is_unvouched(long verified)
{
    switch (verified) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
        return true;
    default:
        return false;
    }
}

static void refuse_time(const struct server_certificate *certificate,
                        bool is_over, const char *host, struct failure *failure)
{
    char when[DATETIME_BYTES];

    datetime_write(is_over ? certificate->until_s : certificate->from_s, when);
    failure_set(failure, SMSCLIENT_FAILED, "server_untrusted",
                "The server certificate of %s is not trusted: it %s %s.", host,
                is_over ? "ended" : "only begins", when);
    failure_next(failure, "Check the clock here; if it is right, the provider "
                          "needs a new certificate.");
}

static void refuse_issuer(const struct server_certificate *certificate,
                          const char *host, const char *ca,
                          struct failure *failure)
{
    failure_set(failure, SMSCLIENT_FAILED, "server_untrusted",
                "The server certificate of %s is not trusted: it was issued by "
                "%s, and no authority in %s vouches for that.",
                host, certificate->issuer, ca);
    failure_next(failure,
                 "Check the address and the CA file %s. If both are right, "
                 "another server answers there.",
                 ca);
}

static void refuse_name(const struct server_certificate *certificate,
                        const char *host, struct failure *failure)
{
    failure_set(failure, SMSCLIENT_FAILED, "server_untrusted",
                "The server certificate of %s is not trusted: it is for %s.",
                host,
                certificate->names[0] ? certificate->names : "no name at all");
    failure_next(failure, "Use a name of the certificate in --server, if that "
                          "is the provider you mean.");
}

enum status server_certificate_refuse_key(
    const struct server_certificate *certificate,
    const struct server_key *known, const char *host, struct failure *failure)
{
    char is[SERVER_KEY_TEXT_BYTES], was[SERVER_KEY_TEXT_BYTES];

    server_key_write(&certificate->key, is);
    server_key_write(known, was);
    failure_set(failure, SMSCLIENT_FAILED, "server_key_changed",
                "%s shows another key than the one that is trusted. Its key is "
                "%s, trusted is %s.",
                host, is, was);
    failure_next(failure, "Another server answers there, or the provider has a "
                          "new key. Compare it with the key at the provider "
                          "before you trust it.");
    return STATUS_UNAVAILABLE;
}

enum status server_certificate_refuse(
    const struct server_certificate *certificate, long verified,
    const char *host, const char *ca, struct failure *failure)
{
    switch (certificate->is_there ? verified : X509_V_ERR_UNSPECIFIED) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        refuse_name(certificate, host, failure);
        break;
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
        refuse_time(certificate, verified == X509_V_ERR_CERT_HAS_EXPIRED, host,
                    failure);
        break;
    default:
        if (certificate->is_there &&
            server_certificate_is_unvouched(verified)) {
            refuse_issuer(certificate, host, ca, failure);
            break;
        }
        failure_set(failure, SMSCLIENT_FAILED, "server_untrusted",
                    "The server certificate of %s is not trusted: %s.", host,
                    X509_verify_cert_error_string(verified));
        failure_next(failure,
                     "Check the address and the CA file %s. If both are right, "
                     "another server answers there.",
                     ca);
    }
    return STATUS_UNAVAILABLE;
}
