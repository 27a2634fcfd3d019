/* Evidence available here for signing in, examined before it is tried. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "auth/client_ticket.h"
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
        diagnosis_add(d, part, FINDING_MISSING, "Run chmod 600 on it.",
                      "The key %s is readable by all users.", d->options.key);
        return false;
    }
    if (!own->is_key_readable) {
        diagnosis_add(d, part, FINDING_NOTE, "",
                      "The key %s has a passphrase, or is not a key.",
                      d->options.key);
        return true;
    }
    if (own->is_key_its_own)
        return true;
    diagnosis_add(d, part, FINDING_MISSING,
                  "Use the key that the certificate was requested with.",
                  "The key %s does not belong to the certificate %s.",
                  d->options.key, d->options.certificate);
    return false;
}

static bool check_validity(struct diagnosis *d,
                           const struct own_certificate *own)
{
    const struct diagnosis_period period = {
        .what = "certificate",
        .renew = "Renew the certificate.",
        .from_s = own->from_s,
        .until_s = own->until_s,
    };

    return diagnosis_check_period(d, "EXTERNAL", &period);
}

/* Does the server ask, in the handshake, for certificates of this issuer? */
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
    diagnosis_add(
        d, "EXTERNAL", FINDING_MISSING,
        "Use a certificate of an authority in the provider's client_ca, or add "
        "the intermediate certificates to the file.",
        "The provider does not accept certificates of %s.", own->issuer);
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
                  "The certificate was issued by %s, serial %s.", own.issuer,
                  own.serial);
    is_good = check_key(d, &own);
    is_good &= check_validity(d, &own);
    if (!own.is_for_clients)
        is_good = diagnosis_missing(d, "EXTERNAL",
                                    "Request one with the usage clientAuth.",
                                    "The certificate is not for clients: it "
                                    "lacks the usage clientAuth.");
    return check_issuer(d, &own) && is_good;
}

static bool check_external(struct diagnosis *d, const char *part)
{
    if (!d->options.server || strncmp(d->options.server, "tls:", 4) != 0) {
        diagnosis_add(
            d, part, FINDING_NOTE, "",
            "On the Unix socket, this account (uid %ld) is the evidence.",
            (long)geteuid());
        return true;
    }
    if (!d->options.certificate || !d->options.key)
        return diagnosis_missing(
            d, part,
            "Give --cert and --key, or set them in ~/.config/smsctl.yaml.",
            "No client certificate is given.");
    return check_certificate(d);
}

/* ---- Kerberos ---- */

static const char *const next_of[] = {
    [AUTH_TICKET_UNKNOWN] =
        "Run kinit again; KRB5_TRACE=/dev/stderr shows details.",
    [AUTH_TICKET_GOOD] = "",
    [AUTH_TICKET_NO_CONFIG] = "Check /etc/krb5.conf.",
    [AUTH_TICKET_NONE] = "Run kinit.",
    [AUTH_TICKET_EXPIRED] = "Run kinit again.",
    [AUTH_TICKET_NO_KDC] = "Check the network, and the KDCs in krb5.conf.",
    [AUTH_TICKET_NO_REALM] = "Add the realm's KDCs to krb5.conf.",
    [AUTH_TICKET_NO_SERVICE] =
        ("Give --host with the name in the provider's service principal, or "
         "have the principal created in the KDC."),
    [AUTH_TICKET_CLOCK] = "Correct the clock of this host.",
};

static void note_ticket(struct diagnosis *d, const char *part,
                        const struct auth_client_ticket *ticket)
{
    char until[DATETIME_BYTES];

    datetime_write(ticket->expires_at_s, until);
    diagnosis_add(d, part, FINDING_NOTE, "",
                  "The ticket of %s%s%s is valid until %s.", ticket->principal,
                  *ticket->method ? ", obtained by " : "", ticket->method,
                  until);
    if (ticket->clock_offset_s > CLOCK_SKEW_WARN_S ||
        ticket->clock_offset_s < -CLOCK_SKEW_WARN_S)
        diagnosis_add(d, part, FINDING_NOTE, "Correct the clock that is wrong.",
                      "When the ticket was issued, the clock here differed "
                      "from the KDC's by %d s.",
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
                      "The ticket of %s has expired.", ticket->principal);
        return;
    case AUTH_TICKET_NO_KDC:
    case AUTH_TICKET_NO_REALM:
        diagnosis_add(d, part, FINDING_MISSING, next,
                      "No KDC of the realm answers: %s.", ticket->detail);
        return;
    case AUTH_TICKET_NO_SERVICE:
        diagnosis_add(d, part, FINDING_MISSING, next,
                      "The KDC of %s does not know the service %s.",
                      ticket->realm, ticket->service);
        return;
    case AUTH_TICKET_CLOCK:
        diagnosis_add(d, part, FINDING_MISSING, next,
                      "The clock here differs too much from the KDC's.");
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

/* ---- A token ---- */

static bool check_token(struct diagnosis *d, const char *part)
{
    (void)part;
    return diagnose_token(d);
}

/* ---- A password ---- */

/* Tried only if named with --mech, since it prompts. */
static bool check_password(struct diagnosis *d, const char *part)
{
    if (d->options.mechanism)
        return true;
    diagnosis_add(d, part, FINDING_NOTE,
                  "To try it, run: smsctl --mech PLAIN --login USER diagnose.",
                  "A password can be used, with whatever else PAM asks for; it "
                  "is only tried on request.");
    return false;
}

/* ---- Each mechanism ---- */

struct way {
    bool (*examine)(struct diagnosis *diagnosis, const char *part);
    const char *ask; /* after a refusal */
};

#define ASK_FOR_CAUSE                                                          \
    "Ask an administrator what the provider's audit gives as cause."

static const struct way ways[AUTH_N_MECHANISMS] = {
    [AUTH_EXTERNAL] = {check_external,
                       "Ask an administrator whether your record names this "
                       "certificate, and what the provider's audit gives as "
                       "cause."},
    [AUTH_OAUTHBEARER] = {check_token,
                          "Ask an administrator whether your record names this "
                          "issuer and subject, and what the provider's audit "
                          "gives as cause."},
    [AUTH_GSSAPI] = {check_ticket, ASK_FOR_CAUSE},
    [AUTH_GSS_SPNEGO] = {check_ticket, ASK_FOR_CAUSE},
    [AUTH_PLAIN] = {check_password, ASK_FOR_CAUSE},
};

bool diagnose_evidence(struct diagnosis *d, enum auth_mechanism mechanism)
{
    return mechanism < AUTH_N_MECHANISMS &&
           ways[mechanism].examine(d, auth_mechanism_name(mechanism));
}

const char *diagnose_ask(enum auth_mechanism mechanism)
{
    return mechanism < AUTH_N_MECHANISMS ? ways[mechanism].ask : ASK_FOR_CAUSE;
}
