/* What there is here to sign in with: each looked at before it is tried. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "auth/client_ticket.h"
#include "provider/base/clock.h"
#include "provider/base/datetime.h"
#include "provider/client/client.h"
#include "provider/client/own_certificate.h"
#include "provider/client/tls.h"
#include "provider/smsctl/diagnosis.h"

enum { CLOCK_SKEW_WARN_S = 30 };

/* ---- A certificate ---- */

static bool check_key(struct diagnosis *d, const struct own_certificate *own)
{
    const char *part = "EXTERNAL";

    if (own->is_key_common) {
        diagnosis_add(d, part, FINDING_MISSING, "Run: chmod 600 on it.",
                      "The key %s may be read by every account.",
                      d->options.key);
        return false;
    }
    if (!own->is_key_readable) {
        diagnosis_add(d, part, FINDING_NOTE, "",
                      "The key %s wants a passphrase, or is no key.",
                      d->options.key);
        return true;
    }
    if (own->is_key_its_own)
        return true;
    diagnosis_add(d, part, FINDING_MISSING,
                  "Give the key with which the certificate was requested.",
                  "The key %s does not belong to the certificate %s.",
                  d->options.key, d->options.certificate);
    return false;
}

static bool check_validity(struct diagnosis *d,
                           const struct own_certificate *own)
{
    const int64_t now_s = diagnosis_now_s(d);
    char when[DATETIME_BYTES];

    datetime_write(own->until_s <= now_s ? own->until_s : own->from_s, when);
    if (own->until_s <= now_s)
        diagnosis_add(d, "EXTERNAL", FINDING_MISSING,
                      "Have the certificate renewed.",
                      "The certificate ended %s.", when);
    else if (own->from_s > now_s)
        diagnosis_add(d, "EXTERNAL", FINDING_MISSING,
                      "Check the clock, or wait.",
                      "The certificate only begins %s.", when);
    return own->until_s > now_s && own->from_s <= now_s;
}

/* Whose certificates the server asks for, as it says in the handshake. */
static bool check_issuer(struct diagnosis *d, const struct own_certificate *own)
{
    OWNED(smsclient) client = smsclient_new();
    struct smsclient_options bare = d->options;
    const struct tls *tls;

    bare.certificate = bare.key = NULL;
    if (!client || smsclient_connect(client, &bare) != SMSCLIENT_OK)
        return true;
    tls = link_tls(client->link);
    for (int i = 0; tls && i < sk_X509_num(own->chain); i++) {
        if (tls_asks_for(tls,
                         X509_get_issuer_name(sk_X509_value(own->chain, i))))
            return true;
    }
    diagnosis_add(d, "EXTERNAL", FINDING_MISSING,
                  "Use a certificate of an authority that the provider takes "
                  "(client_ca), or put the certificates between into the "
                  "file.",
                  "The provider does not ask for certificates of %s.",
                  own->issuer);
    return false;
}

static bool check_certificate(struct diagnosis *d)
{
    SCOPED(own_certificate_clear) struct own_certificate own = {0};
    struct failure failure = {{SMSCLIENT_OK}};
    bool is_good;

    if (own_certificate_read(d->options.certificate, d->options.key, &failure,
                             &own) != STATUS_OK)
        return diagnosis_missing_file(d, "EXTERNAL", &failure,
                                      "Check --cert and --key.");
    diagnosis_add(d, "EXTERNAL", FINDING_NOTE, "",
                  "The certificate is of %s, serial %s.", own.issuer,
                  own.serial);
    is_good = check_key(d, &own);
    is_good &= check_validity(d, &own);
    if (!own.is_for_clients)
        is_good = diagnosis_missing(
            d, "EXTERNAL", "Have one issued with the usage clientAuth.",
            "The certificate is not for clients: it lacks the "
            "usage clientAuth.");
    return check_issuer(d, &own) && is_good;
}

static bool check_external(struct diagnosis *d)
{
    if (!d->options.server || strncmp(d->options.server, "tls:", 4) != 0) {
        diagnosis_add(d, "EXTERNAL", FINDING_NOTE, "",
                      "On the Unix socket it is this account, number %ld.",
                      (long)geteuid());
        return true;
    }
    if (!d->options.certificate || !d->options.key)
        return diagnosis_missing(d, "EXTERNAL",
                                 "Give --cert and --key, or put them into "
                                 "~/.config/smsctl.yaml.",
                                 "There is no client certificate.");
    return check_certificate(d);
}

/* ---- Kerberos ---- */

static const char *const next_of[] = {
    [AUTH_TICKET_UNKNOWN] = "Run kinit again; KRB5_TRACE=/dev/stderr tells "
                            "more.",
    [AUTH_TICKET_GOOD] = "",
    [AUTH_TICKET_NO_CONFIG] = "Check /etc/krb5.conf.",
    [AUTH_TICKET_NONE] = "Run kinit.",
    [AUTH_TICKET_EXPIRED] = "Run kinit again.",
    [AUTH_TICKET_NO_KDC] = "Check the network, and the KDCs in krb5.conf.",
    [AUTH_TICKET_NO_REALM] = "Name the realm's KDCs in krb5.conf.",
    [AUTH_TICKET_NO_SERVICE] = "Give --host with the name in the provider's "
                               "service principal, or have it made at the "
                               "KDC.",
    [AUTH_TICKET_CLOCK] = "Set the clock here.",
};

static void note_ticket(struct diagnosis *d, const char *part,
                        const struct auth_client_ticket *ticket)
{
    char until[DATETIME_BYTES];

    datetime_write(ticket->expires_at_s, until);
    diagnosis_add(d, part, FINDING_NOTE, "",
                  "The ticket is of %s%s%s, until %s.", ticket->principal,
                  *ticket->method ? ", got by " : "", ticket->method, until);
    if (ticket->clock_offset_s > CLOCK_SKEW_WARN_S ||
        ticket->clock_offset_s < -CLOCK_SKEW_WARN_S)
        diagnosis_add(d, part, FINDING_NOTE, "Set the clock that is wrong.",
                      "When it was got the clock here was %d s off the "
                      "KDC's.",
                      ticket->clock_offset_s);
}

static void print_ticket(struct diagnosis *d, const char *part,
                         const struct auth_client_ticket *ticket)
{
    const char *next = next_of[ticket->state];

    switch (ticket->state) {
    case AUTH_TICKET_NONE:
        diagnosis_add(d, part, FINDING_MISSING, next,
                      "There is no Kerberos ticket.");
        return;
    case AUTH_TICKET_EXPIRED:
        diagnosis_add(d, part, FINDING_MISSING, next,
                      "The ticket of %s has ended.", ticket->principal);
        return;
    case AUTH_TICKET_NO_KDC:
    case AUTH_TICKET_NO_REALM:
        diagnosis_add(d, part, FINDING_MISSING, next,
                      "No KDC of the realm answers: %s.", ticket->detail);
        return;
    case AUTH_TICKET_NO_SERVICE:
        diagnosis_add(d, part, FINDING_MISSING, next,
                      "The KDC of %s has no key for the service %s.",
                      ticket->realm, ticket->service);
        return;
    case AUTH_TICKET_CLOCK:
        diagnosis_add(d, part, FINDING_MISSING, next,
                      "The clock here is too far from the KDC's.");
        return;
    case AUTH_TICKET_NO_CONFIG:
    case AUTH_TICKET_UNKNOWN:
        diagnosis_add(d, part, FINDING_MISSING, next,
                      "Kerberos does not work here: %s.",
                      *ticket->detail ? ticket->detail : "no configuration");
        return;
    case AUTH_TICKET_GOOD:
        return;
    }
}

static bool check_ticket(struct diagnosis *d, const char *part)
{
    struct auth_client_ticket ticket;
    struct address address;
    char host[256] = "";

    if (d->options.host)
        snprintf(host, sizeof(host), "%s", d->options.host);
    else if (d->options.server &&
             address_read(text_of(d->options.server), &address) == STATUS_OK &&
             address.kind == ADDRESS_TLS)
        snprintf(host, sizeof(host), "%s", address.host);
    else if (gethostname(host, sizeof(host) - 1) != 0)
        host[0] = '\0';
    auth_client_ticket_check("smsprovider", host, &ticket);
    if (ticket.expires_at_s > 0)
        note_ticket(d, part, &ticket);
    print_ticket(d, part, &ticket);
    return ticket.state == AUTH_TICKET_GOOD;
}

/* ---- A password ---- */

/* Tried only when asked for by name: it would stop at a question. */
static bool check_password(struct diagnosis *d)
{
    if (d->options.mechanism)
        return true;
    diagnosis_add(d, "PLAIN", FINDING_NOTE,
                  "To try it: smsctl --mech PLAIN --login USER diagnose.",
                  "A password would do, with what else the provider's login "
                  "stack asks; it is not tried unasked.");
    return false;
}

bool diagnose_evidence(struct diagnosis *d, enum auth_mechanism mechanism)
{
    switch (mechanism) {
    case AUTH_EXTERNAL:
        return check_external(d);
    case AUTH_OAUTHBEARER:
        return diagnose_token(d);
    case AUTH_GSSAPI:
    case AUTH_GSS_SPNEGO:
        return check_ticket(d, auth_mechanism_name(mechanism));
    case AUTH_PLAIN:
        return check_password(d);
    case AUTH_N_MECHANISMS:
        return false;
    }
    return false;
}
