/*
 * What smshostd remembers of the site, for the time in which it cannot be
 * asked: one file of root's, changed whole or not at all, by one process at a
 * time.
 */
#pragma once

#include <jansson.h>

#include "provider/base/own.h"
#include "provider/base/status.h"

#define HOST_STORE_DIRECTORY "/var/lib/smsprovider-host"

struct host_store {
    int directory; /* locked; -1: not open */
    json_t *state; /* owned: an object with "answers" and "uses" */
};

/* Waits for whoever has it. STATUS_INVALID: others can change it, or it is none
 * of ours; that is in the log. */
MUST_CHECK
enum status host_store_open(struct host_store *store_out);

/* It is on the disk when this returns STATUS_OK. */
MUST_CHECK
enum status host_store_save(const struct host_store *store);

/* Where it cannot be saved what the site said: its answers count no more. That
 * takes no room on the disk, and what waits for the site stays. */
void host_store_end(const struct host_store *store);

/* For SCOPED(host_store_close). */
void host_store_close(struct host_store *store);
