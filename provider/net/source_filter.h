/*
 * Sources that a listening socket does not hear for a while: the kernel drops
 * their requests to connect, so that a flood costs this process nothing.
 *
 * Connections that there are already are not touched, and whoever asks again
 * later, as TCP does by itself after a second, is heard then. A source is an
 * IPv4 address or a /64 of IPv6, as for penalties (penalty.h). Where the kernel
 * takes no filter, everybody is heard.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum { SOURCE_FILTER_MAX = 64 }; /* of more, the others are heard */

struct filtered_source {
    bool is_ipv6;
    uint32_t words[2]; /* in the host's order; of IPv4 the first */
};

/* Empty: zeroes. */
struct source_filter {
    struct filtered_source sources[SOURCE_FILTER_MAX];
    size_t n;
};

/* False: there is no room for it, or it is of no network. */
bool source_filter_add(struct source_filter *filter,
                       const struct sockaddr *from);

/* Lets the socket hear all but these. */
void source_filter_apply(const struct source_filter *filter, int fd);
