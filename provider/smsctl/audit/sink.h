/*
 * A receiver of exported records.
 */
#pragma once

#include <jansson.h>

#include "provider/base/own.h"
#include "provider/smsctl/console.h"

struct sink {
    /*
     * Gives it items[n]; on STATUS_OK it has them. STATUS_UNAVAILABLE: the
     * connection broke, and nothing is known of what was sent on it since the
     * last call.
     */
    enum status (*give)(struct sink *sink, const json_t *items);
    /*
     * Has it read all that it was given? STATUS_OK: yes. STATUS_END: it cannot
     * tell. STATUS_UNAVAILABLE: as above. NULL: giving proves it.
     */
    enum status (*prove)(struct sink *sink);
    void (*close)(struct sink *sink); /* frees it */
    bool is_connected; /* its receiver was there since the last failure */
    int64_t last;  /* the last position that it has, from before; 0: unknown */
    char why[256]; /* after a failure */
};

static inline void sink_free(struct sink *sink)
{
    if (sink)
        sink->close(sink);
}
DEFINE_DROP(sink)

/* Lines of JSON; path NULL: on standard output. A file is continued: a line at
 * its end that is not whole is cut off. */
MUST_CHECK
enum status sink_file_open(const char *path, struct sink **sink_out);

/* The journal of this host, with a field for each column. */
MUST_CHECK
enum status sink_journal_open(struct sink **sink_out);

struct sink_syslog_options {
    const char *address;           /* HOST:PORT */
    const char *ca;                /* PEM */
    const char *certificate, *key; /* or NULL */
};

/* RFC 5424 over TLS (RFC 5425); it connects with the first records. On failure
 * why[256] has a sentence. */
MUST_CHECK
enum status sink_syslog_open(const struct sink_syslog_options *options,
                             char why[256], struct sink **sink_out);
