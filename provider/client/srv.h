/*
 * The providers of a domain, from its SRV records: _smsprovider._tcp.DOMAIN.
 *
 * DNS is not authenticated: whoever answers chooses among hosts, and nothing
 * else. A host must be in the domain, or in one other that is configured, and
 * its certificate must then be for that host; an answer with any host elsewhere
 * is refused whole. RFC 2782.
 */
#pragma once

#include <stddef.h>

#include "provider/client/address.h"
#include "provider/client/failure.h"

enum { SRV_RECORDS_MAX = 16 };

/* The domains that hosts must be in. */
struct srv_domains {
    const char *asked;
    const char *other; /* NULL: none */
};

struct srv_list {
    struct address items[SRV_RECORDS_MAX]; /* [n], in the order to try */
    size_t n;
};

/* May it be asked for: at least two labels, the last not a number? */
bool srv_is_domain(const char *domain);

/* Asks the resolver of this host; needs a domain. */
MUST_CHECK
enum status srv_find(const struct srv_domains *domains, unsigned timeout_ms,
                     struct failure *failure, struct srv_list *list_out);

/* The same from an answer's bytes[size]. Records of one priority are in a
 * random order, by their weights; what is over SRV_RECORDS_MAX is left out. */
MUST_CHECK
enum status srv_read(const unsigned char *bytes, size_t size,
                     const struct srv_domains *domains, struct failure *failure,
                     struct srv_list *list_out);
