#include "provider/daemon/unlisted.h"

#include "policy/certificate/authority.h"
#include "provider/base/log.h"

enum { LINES_MAX = 20 };

static void warn(const struct site_identity *identity, const char *meant)
{
    if (meant)
        log_warn("identity.issuer_unlisted user=%s identity=%s meant=%s",
                 identity->user, identity->value, meant);
    else
        log_warn("identity.issuer_unlisted user=%s identity=%s", identity->user,
                 identity->value);
}

static void warn_all(const struct settings *settings, const struct site *site)
{
    const char *const *authorities = (const char *const *)settings->authorities;
    struct site_identity identity;
    const char *meant;
    size_t n = 0;

    for (size_t i = 0; site_identity(site, i, &identity); i++) {
        if (identity.kind != IDENTITY_CERTIFICATE_SERIAL ||
            authority_is_listed(authorities, settings->n_authorities,
                                identity.value, &meant))
            continue;
        if (n++ < LINES_MAX)
            warn(&identity, meant);
    }
    if (n > LINES_MAX)
        log_warn("identity.issuer_unlisted more=%zu", n - LINES_MAX);
}

static void look(void *context, struct call_ground *ground)
{
    warn_all(context, ground->generation->site);
}

void unlisted_warn(struct writer *writer, struct settings *settings)
{
    if (writer_run(writer, look, settings) != STATUS_OK)
        log_warn("identity.not_checked why=%s", "the store cannot be changed");
}
