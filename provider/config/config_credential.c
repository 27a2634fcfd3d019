#include "provider/config/config_credential.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "provider/config/config_file.h"

#define PREFIX "credential:"

enum { NAME_MAX_BYTES = 255 };

/* As systemd has them: a name of a file, and no way out of the directory. */
static bool is_name(const char *name)
{
    return *name && strlen(name) <= NAME_MAX_BYTES && !strchr(name, '/') &&
           strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
           text_is_name(text_of(name), NAME_MAX_BYTES);
}

static const char *keep_unseen(struct config_checker *c,
                               struct policy_place place, const char *what,
                               enum auth_from *from_out)
{
    messages_warn(c->messages, place,
                  "%s is there for the service alone: it is not checked here",
                  what);
    if (!c->config->unseen) {
        c->config->unseen = what;
        c->config->unseen_place = place;
    }
    *from_out = AUTH_FROM_UNSEEN;
    return what;
}

static const char *find_in(struct config_checker *c, struct policy_place place,
                           const char *directory, const char *what,
                           enum auth_from *from_out)
{
    const char *name = what + strlen(PREFIX);
    const char *path = arena_format(c->arena, "%s/%s", directory, name);
    struct stat file;

    if (!path)
        return NULL;
    if (stat(path, &file) != 0 && errno == EACCES)
        return keep_unseen(c, place, what, from_out);
    if (stat(path, &file) != 0) {
        messages_error(c->messages, place,
                       "%s: %s: the unit needs LoadCredential=%s:FILE", what,
                       strerror(errno), name);
        return NULL;
    }
    *from_out = AUTH_FROM_SERVICE;
    return config_file_check(c, place, path, S_IFREG, CONFIG_GUARD_CREDENTIAL)
               ? path
               : NULL;
}

const char *config_credential_find(struct config_checker *c,
                                   struct policy_place place, const char *what,
                                   enum auth_from *from_out)
{
    const char *directory = getenv("CREDENTIALS_DIRECTORY");

    *from_out = AUTH_FROM_FILE;
    if (strncmp(what, PREFIX, strlen(PREFIX)) != 0)
        return config_file_check(c, place, what, S_IFREG, CONFIG_GUARD_READ)
                   ? what
                   : NULL;
    if (!is_name(what + strlen(PREFIX))) {
        messages_error(c->messages, place,
                       "expected the name of a credential, such as "
                       "credential:tls.key, found %s",
                       message_quote(c->arena, text_of(what)));
        return NULL;
    }
    return directory ? find_in(c, place, directory, what, from_out)
                     : keep_unseen(c, place, what, from_out);
}
