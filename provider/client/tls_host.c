#include "provider/client/tls_host.h"

#include <arpa/inet.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/own.h"

/* The library's macro wants one that it could write. */
static enum status tell_host(SSL *ssl, const char *host)
{
    SCOPED(memory_drop) char *name = strdup(host);

    if (!name)
        return STATUS_NO_MEMORY;
    return SSL_set_tlsext_host_name(ssl, name) == 1 ? STATUS_OK
                                                    : STATUS_INVALID;
}

enum status tls_expect_host(SSL *ssl, const char *host)
{
    struct in6_addr address;
    const bool is_ip = inet_pton(AF_INET, host, &address) == 1 ||
                       inet_pton(AF_INET6, host, &address) == 1;

    /* The subject's common name is not a host, even if there is no other
     * name. */
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
                               X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (is_ip)
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1
                   ? STATUS_OK
                   : STATUS_INVALID;
    return SSL_set1_host(ssl, host) == 1 ? tell_host(ssl, host)
                                         : STATUS_INVALID;
}
