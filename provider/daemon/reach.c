#include "provider/daemon/reach.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/base/own.h"

/* The host's: libraries that are loaded late, and what they ask. */
static const char *const system_trees[] = {
    "/etc",                /* names, resolvers, Kerberos, authorities */
    "/usr",                /* name services, time zones */
    "/lib",                /* where it is not below /usr */
    "/lib64",              /* the same */
    "/run",                /* nscd, winbind, userdb: sockets and maps */
    "/proc",               /* itself */
    "/sys/devices/system", /* how many processors there are */
    "/var/lib/sss",        /* names of sssd, and its part of krb5.conf */
    "/var/lib/extrausers", /* names of libnss-extrausers */
    "/dev/random",
    "/dev/urandom",
};

enum {
    PORT_DNS = 53,
    PORT_HTTPS = 443,
    PORT_LDAP = 389,
    PORT_LDAPS = 636,
};

#define HTTPS "https://"

/* ---- Lists ---- */

static struct reach_place place_of(const char *path)
{
    struct stat file;

    return stat(path, &file) == 0
               ? (struct reach_place){file.st_dev, file.st_ino}
               : (struct reach_place){0, 0};
}

static enum status add(struct reach_list *list, const char *path)
{
    char **paths = realloc(list->paths, (list->n + 1) * sizeof(*paths));
    struct reach_place *places;

    if (!paths)
        return STATUS_NO_MEMORY;
    list->paths = paths;
    places = realloc(list->places, (list->n + 1) * sizeof(*places));
    if (!places)
        return STATUS_NO_MEMORY;
    list->places = places;
    places[list->n] = place_of(path);
    paths[list->n] = strdup(path);
    if (!paths[list->n])
        return STATUS_NO_MEMORY;
    list->n++;
    return STATUS_OK;
}

/* The directory of a file, as named and where links lead; NULL is none. */
static enum status add_folder(struct reach_list *list, const char *file)
{
    char named[PATH_MAX], real[PATH_MAX];

    if (!file || strlen(file) >= sizeof(named))
        return STATUS_OK;
    strcpy(named, file);
    TRY(add(list, dirname(named)));
    return realpath(file, real) ? add(list, dirname(real)) : STATUS_OK;
}

static enum status add_words(struct reach_list *list,
                             const struct schema_word *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        TRY(add_folder(list, words[i].text));
    return STATUS_OK;
}

static void add_port(struct reach_ports *ports, unsigned long number)
{
    if (ports->n < REACH_PORTS_MAX && number <= UINT16_MAX)
        ports->numbers[ports->n++] = (uint16_t)number;
}

static void list_clear(struct reach_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        free(list->paths[i]);
    free(list->paths);
    free(list->places);
    *list = (struct reach_list){0};
}

void reach_clear(struct reach *reach)
{
    list_clear(&reach->read);
    list_clear(&reach->write);
}

/* ---- What the parts of a configuration need ---- */

static enum status add_listener(struct reach *reach,
                                const struct config_listener *listener)
{
    TRY(add_folder(&reach->write, listener->unix_path));
    if (listener->port)
        add_port(&reach->bind, strtoul(listener->port, NULL, 10));
    TRY(add_folder(&reach->read, listener->certificate));
    if (config_serves(listener, CONFIG_PATH_CONSOLE))
        TRY(add(&reach->read, listener->console));
    TRY(add_words(&reach->read, listener->client_ca, listener->n_client_ca));
    return add_words(&reach->read, listener->crl, listener->n_crl);
}

/* The port of https://host:port/path; 0: none is named. */
static unsigned long port_of(const char *address)
{
    const char *host = address + strlen(HTTPS);
    const char *colon = host + strcspn(host, "/?#");

    while (colon > host && *colon != ':' && *colon != ']')
        colon--;
    return *colon == ':' ? strtoul(colon + 1, NULL, 10) : 0;
}

static enum status add_issuer(struct reach *reach,
                              const struct config_issuer *issuer)
{
    TRY(add_folder(&reach->read, issuer->keys_ca));
    if (strncmp(issuer->keys, HTTPS, strlen(HTTPS)) != 0)
        return add_folder(&reach->read, issuer->keys);
    add_port(&reach->connect, port_of(issuer->keys));
    return STATUS_OK;
}

/* The directory of policy files, which is replaced as a whole by some: a wall
 * knows a directory by what it is, not by its name. */
static enum status add_policy(struct reach *reach, const char *path)
{
    char named[PATH_MAX];

    TRY(add(&reach->read, path));
    if (strlen(path) >= sizeof(named))
        return STATUS_OK;
    strcpy(named, path);
    return strcmp(dirname(named), "/") == 0 ? STATUS_OK
                                            : add_folder(&reach->read, path);
}

static enum status add_store(struct reach *reach, const struct config *config)
{
    TRY(add_folder(&reach->write, config->store_path));
    TRY(add_folder(&reach->write, config->store_key));
    TRY(add_folder(&reach->write, config->store_anchor));
    if (config->audit_archive)
        TRY(add(&reach->write, config->audit_archive));
    TRY(add_folder(&reach->read, config->kerberos.keytab));
    TRY(add_folder(&reach->write, config->kerberos.replay_cache));
    return config->policy_path ? add_policy(reach, config->policy_path)
                               : STATUS_OK;
}

/* The one that SQLite chooses for the copies that changes are tried on. */
static const char *temporary_folder(void)
{
    return access("/var/tmp", W_OK | X_OK) == 0 ? "/var/tmp" : "/tmp";
}

static enum status add_system(struct reach *reach, const struct config *config)
{
    for (size_t i = 0; i < ARRAY_SIZE(system_trees); i++)
        TRY(add(&reach->read, system_trees[i]));
    add_port(&reach->connect, PORT_DNS);
    add_port(&reach->connect, PORT_HTTPS);
    if (config->groups.nss) {
        add_port(&reach->connect, PORT_LDAP);
        add_port(&reach->connect, PORT_LDAPS);
    }
    TRY(add(&reach->write, temporary_folder()));
    return add(&reach->write, "/dev/null");
}

static enum status fill(struct reach *reach, const char *path,
                        const struct config *config)
{
    TRY(add_system(reach, config));
    TRY(add_folder(&reach->read, path));
    TRY(add_store(reach, config));
    for (size_t i = 0; i < config->n_listeners; i++)
        TRY(add_listener(reach, &config->listeners[i]));
    TRY(add_listener(reach, &config->monitor));
    for (size_t i = 0; i < config->n_issuers; i++)
        TRY(add_issuer(reach, &config->issuers[i]));
    for (size_t i = 0; i < config->certificates.n_upn; i++)
        TRY(add_folder(&reach->read, config->certificates.upn[i].ca));
    return STATUS_OK;
}

enum status reach_of(const char *path, const struct config *config,
                     struct reach *reach_out)
{
    struct reach reach = {0};
    const enum status status = fill(&reach, path, config);

    if (status == STATUS_OK)
        *reach_out = reach;
    else
        reach_clear(&reach);
    return status;
}

enum status reach_of_keys(const struct config *config, struct reach *reach_out)
{
    struct reach reach = {0};
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < config->n_listeners; i++)
        status = add_folder(&reach.read, config->listeners[i].key);
    if (status == STATUS_OK)
        status = add_folder(&reach.read, config->offline.key);
    if (status == STATUS_OK)
        status = add_folder(&reach.read, config->ssh.authority);
    if (status == STATUS_OK)
        *reach_out = reach;
    else
        reach_clear(&reach);
    return status;
}

/* ---- Comparing ---- */

static bool is_below(const char *path, const char *tree)
{
    const size_t size = strlen(tree);

    return strncmp(path, tree, size) == 0 &&
           (path[size] == '\0' || path[size] == '/' ||
            (size > 0 && tree[size - 1] == '/'));
}

static bool has(const struct reach_list *list, const char *path)
{
    for (size_t i = 0; i < list->n; i++)
        if (is_below(path, list->paths[i]))
            return true;
    return false;
}

static bool has_port(const struct reach_ports *ports, uint16_t number)
{
    for (size_t i = 0; i < ports->n; i++)
        if (ports->numbers[i] == number)
            return true;
    return false;
}

const char *reach_lacks(const struct reach *reach, const struct reach *wanted)
{
    for (size_t i = 0; i < wanted->read.n; i++)
        if (!has(&reach->read, wanted->read.paths[i]) &&
            !has(&reach->write, wanted->read.paths[i]))
            return wanted->read.paths[i];
    for (size_t i = 0; i < wanted->write.n; i++)
        if (!has(&reach->write, wanted->write.paths[i]))
            return wanted->write.paths[i];
    for (size_t i = 0; i < wanted->connect.n; i++)
        if (!has_port(&reach->connect, wanted->connect.numbers[i]))
            return "the port of a key set";
    return NULL;
}

/* Is it another directory by now than the one that was let in? The walls keep
 * out what the mode of the directory does not. */
static bool is_walled_off(const char *path)
{
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd >= 0)
        close(fd);
    return fd < 0 && errno == EACCES && access(path, R_OK) == 0;
}

const char *reach_replaced(const struct reach *reach)
{
    for (size_t i = 0; i < reach->read.n; i++)
        if (is_walled_off(reach->read.paths[i]))
            return reach->read.paths[i];
    for (size_t i = 0; i < reach->write.n; i++)
        if (is_walled_off(reach->write.paths[i]))
            return reach->write.paths[i];
    return NULL;
}

const char *reach_of_keys_replaced(const struct reach *reach)
{
    for (size_t i = 0; i < reach->read.n; i++) {
        const struct reach_place now = place_of(reach->read.paths[i]);

        if (now.inode != reach->read.places[i].inode ||
            now.device != reach->read.places[i].device)
            return reach->read.paths[i];
    }
    return NULL;
}

struct confine_reach reach_view(const struct reach *reach)
{
    return (struct confine_reach){
        .read = (const char *const *)reach->read.paths,
        .n_read = reach->read.n,
        .write = (const char *const *)reach->write.paths,
        .n_write = reach->write.n,
        .bind = reach->bind.numbers,
        .n_bind = reach->bind.n,
        .connect = reach->connect.numbers,
        .n_connect = reach->connect.n,
    };
}
