#include "provider/object/naming.h"

#include <string.h>

static bool is_known(const struct realms *realms)
{
    return realms && realms->n_items > 0;
}

enum status naming_read(const struct realms *realms, struct text spelled,
                        struct buf *out)
{
    if (!is_known(realms)) {
        buf_append_text(out, spelled);
        return buf_status(out);
    }
    if (realm_principal(realms, spelled, out) == REALM_UNFIT)
        return STATUS_INVALID;
    return buf_status(out);
}

static bool has_identity(const struct site *site, const char *user)
{
    struct site_identity identity;

    for (size_t i = 0; site_identity(site, i, &identity); i++)
        if (strcmp(identity.user, user) == 0)
            return true;
    return false;
}

bool naming_may_sign_in(const struct site *site, const struct realms *realms,
                        const char *user)
{
    return !is_known(realms) || realm_of(realms, text_of(user)) ||
           has_identity(site, user);
}

void naming_write_why(const struct realms *realms, const char *user,
                      struct buf *out)
{
    SCOPED(buf_free) struct buf meant = buf_make(IDENTITY_MAX_BYTES);
    const bool is_bare = !strchr(user, '@') && !strchr(user, '\\');

    buf_append_format(
        out, "Nobody can sign in as %s: %s, and no identity is of it.", user,
        is_bare ? "it has no realm" : "its realm is not listed");
    if (realm_suggest(realms, text_of(user), &meant)) {
        buf_append_string(out, " Did you mean ");
        buf_append_text(out, buf_text(&meant));
        buf_append_char(out, '?');
    }
}
