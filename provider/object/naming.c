#include "provider/object/naming.h"

#include <stdlib.h>
#include <string.h>

/* Names that one that is not there is compared with. */
enum { NEAREST_OF_MAX = 4096 };

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

enum status naming_read_machine(const struct realms *realms,
                                struct text spelled, struct buf *out)
{
    if (is_known(realms) && realm_of(realms, spelled))
        return realm_machine(realms, spelled, out);
    if (!realm_is_machine(spelled))
        return STATUS_INVALID;
    buf_append_text(out, spelled);
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

/* Is the user named anywhere? If not, *names_out is given: the users who are,
 * borrowed from the site. */
static bool is_named(const struct site *site, const char *user,
                     const char ***names_out, size_t *n_out)
{
    const char **names = calloc(NEAREST_OF_MAX, sizeof(*names));
    struct site_person person;
    size_t n = 0;

    for (size_t i = 0; site_person(site, i, &person); i++) {
        if (!person.is_user)
            continue;
        if (strcmp(person.name, user) == 0) {
            free(names);
            return true;
        }
        if (names && n < NEAREST_OF_MAX)
            names[n++] = person.name;
    }
    *names_out = names;
    *n_out = n;
    return false;
}

void naming_write_nearest(const struct site *site, const char *user,
                          struct buf *out)
{
    SCOPED(memory_drop) const char **names = NULL;
    const char *nearest;
    size_t n = 0;

    if (is_named(site, user, &names, &n))
        return;
    nearest = names ? text_nearest(text_of(user), names, n) : NULL;
    buf_append_format(out, "The site has no record of %s.", user);
    if (nearest)
        buf_append_format(out, " Did you mean %s?", nearest);
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
