/*
 * Examines Kerberos before a sign-in: is there a ticket, how was it obtained,
 * and can it get one for the service? For diagnosis only; nothing depends on
 * it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "provider/base/status.h"

enum auth_ticket_state {
    AUTH_TICKET_UNKNOWN = 0, /* other failure: see detail */
    AUTH_TICKET_GOOD,        /* there is a ticket for the service */
    AUTH_TICKET_NO_CONFIG,   /* krb5.conf cannot be used */
    AUTH_TICKET_NONE,        /* nobody has run kinit */
    AUTH_TICKET_EXPIRED,
    AUTH_TICKET_NO_KDC,     /* none answers */
    AUTH_TICKET_NO_REALM,   /* its KDCs are unknown */
    AUTH_TICKET_NO_SERVICE, /* the KDC does not know the service */
    AUTH_TICKET_CLOCK,      /* the KDC's clock differs too much */
};

struct auth_client_ticket {
    enum auth_ticket_state state;
    char principal[256];  /* the ticket's user; "" if there is none */
    char realm[128];      /* of that principal */
    char service[320];    /* the service wanted */
    char method[32];      /* "a password", "a certificate (PKINIT)", ..; "" */
    int64_t expires_at_s; /* of the ticket-granting ticket; 0: none */
    int clock_offset_s;   /* KDC's clock minus local clock, as learned with the
                             ticket */
    char detail[256];     /* the library's message */
};

/* Asks the KDC for a ticket for service/host unless there is one. */
void auth_client_ticket_check(const char *service, const char *host,
                              struct auth_client_ticket *out);

/* The principal of the default credential cache; "" if there is none. Asks
 * nobody. */
void auth_client_ticket_owner(char *name_out, size_t size);
