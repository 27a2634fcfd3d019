/*
 * smsctl host enrol: shows the machine identity that this host has, waits until
 * an administrator of the site says which device it is of, and writes that
 * down. Nothing secret is made or sent: the key is the host's already.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "provider/base/clock.h"
#include "provider/client/answer.h"
#include "provider/client/own_certificate.h"
#include "provider/client/server_key.h"
#include "provider/host/host_config.h"
#include "provider/smsctl/host/verb_host.h"

#define ISSUER_CA_FILE "/etc/smsprovider/issuer_ca.pem"

enum { ASK_EVERY_S = 5, WAIT_MS = 600 * 1000, FILE_MAX_BYTES = 16 * 1024 };

/* One enrolment. */
struct enrolment {
    struct console *console;
    struct host_config config;
    char identity[1024]; /* as host approve takes it; "": not known yet */
    char name[512];      /* of its record, which is proposed */
    char host[256];      /* what this machine is called */
    bool is_shown;
    json_t *settings; /* owned: of host.settings; NULL: not known */
};

static void client_drop(struct smsclient **client)
{
    smsclient_free(*client);
}

static void string_drop(char **string)
{
    smsclient_string_free(*string);
}

/* ---- What this host has ---- */

/* smshostd runs elsewhere: its files have whole paths. */
static enum smsclient_result take_path(struct enrolment *enrolment,
                                       const char *key, const char *path)
{
    char whole[PATH_MAX];

    if (!path)
        return SMSCLIENT_OK;
    if (!realpath(path, whole))
        return console_fail(enrolment->console, SMSCLIENT_USAGE, "%s: %s.",
                            path, strerror(errno));
    return host_config_set(&enrolment->config, key, whole)
               ? SMSCLIENT_OK
               : console_fail(enrolment->console, SMSCLIENT_USAGE,
                              "%s: the path is too long.", path);
}

static enum smsclient_result take_options(struct enrolment *enrolment)
{
    struct console *console = enrolment->console;
    struct smsclient_options options;
    enum smsclient_result taken = console_options(console, &options);

    if (taken == SMSCLIENT_OK)
        taken = take_path(enrolment, "ca", options.ca);
    if (taken == SMSCLIENT_OK && console->arguments.n_words)
        return host_config_set(&enrolment->config, "server", options.server) &&
                       host_config_set(&enrolment->config, "pin",
                                       options.pin ? options.pin : "")
                   ? take_path(enrolment, "keytab", console->arguments.words[0])
                   : SMSCLIENT_USAGE;
    if (taken == SMSCLIENT_OK)
        taken = take_path(enrolment, "certificate", options.certificate);
    if (taken == SMSCLIENT_OK)
        taken = take_path(enrolment, "key", options.key);
    if (taken != SMSCLIENT_OK)
        return taken;
    if (host_config_set(&enrolment->config, "server", options.server) &&
        host_config_set(&enrolment->config, "pin",
                        options.pin ? options.pin : ""))
        return SMSCLIENT_OK;
    return console_fail(console, SMSCLIENT_USAGE, "An option is too long.");
}

static enum smsclient_result read_certificate(struct enrolment *enrolment)
{
    SCOPED(own_certificate_clear) struct own_certificate own = {0};
    struct failure failure = {{SMSCLIENT_OK}};
    char text[SERVER_KEY_TEXT_BYTES];
    struct server_key key;

    if (own_certificate_read(enrolment->config.certificate,
                             enrolment->config.key, &failure,
                             &own) != STATUS_OK) {
        const enum smsclient_result failed = console_fail(
            enrolment->console, SMSCLIENT_USAGE, "%s", failure.view.message);

        failure_clear(&failure);
        return failed;
    }
    key = server_key_of(sk_X509_value(own.chain, 0));
    if (!key.is_set)
        return console_fail(enrolment->console, SMSCLIENT_USAGE,
                            "The certificate has no usable key.");
    server_key_write(&key, text);
    snprintf(enrolment->identity, sizeof(enrolment->identity),
             "certificate_key:%s", strchr(text, ':') + 1);
    return SMSCLIENT_OK;
}

static enum smsclient_result read_machine(struct enrolment *enrolment)
{
    const char *lacks;
    enum smsclient_result taken = take_options(enrolment);

    if (taken != SMSCLIENT_OK)
        return taken;
    strcpy(enrolment->config.device, "?");
    lacks = host_config_lacks(&enrolment->config);
    if (lacks)
        return console_fail(enrolment->console, SMSCLIENT_USAGE,
                            "The %s is missing: give --server, --ca or --pin, "
                            "and --cert and --key of this machine, or its "
                            "keytab.",
                            lacks);
    (void)gethostname(enrolment->host, sizeof(enrolment->host) - 1);
    snprintf(enrolment->name, sizeof(enrolment->name), "host/%s",
             enrolment->host);
    if (!enrolment->config.keytab[0])
        return read_certificate(enrolment);
    return setenv("KRB5_CLIENT_KTNAME", enrolment->config.keytab, 1) == 0 &&
                   setenv("KRB5CCNAME", "MEMORY:enrol", 1) == 0
               ? SMSCLIENT_OK
               : SMSCLIENT_FAILED;
}

/* ---- Whether it is approved ---- */

/* In quotes: the name of a computer in a directory ends with a dollar sign. */
static void show_request(struct enrolment *enrolment)
{
    if (enrolment->is_shown || !enrolment->identity[0])
        return;
    enrolment->is_shown = true;
    console_note(enrolment->console,
                 "Waiting for an administrator of the site, who approves this "
                 "host with:\n  smsctl host approve %s '%s' '%s'",
                 enrolment->host, enrolment->name, enrolment->identity);
}

/* A principal is known by its own name, whether it has a record or not. */
static void take_name(struct enrolment *enrolment, const char *user)
{
    snprintf(enrolment->name, sizeof(enrolment->name), "%s", user);
    snprintf(enrolment->identity, sizeof(enrolment->identity), "kerberos:%s",
             user);
}

/* A site that cannot say is one that has nothing to say. */
static void take_settings(struct enrolment *enrolment, struct smsclient *client)
{
    SCOPED(string_drop) char *text = NULL;

    if (smsclient_call(client, "host.settings", NULL, &text) == SMSCLIENT_OK)
        enrolment->settings = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    else
        console_note(enrolment->console,
                     "The site did not say which key it signs answers with, "
                     "nor where people get a code: %s",
                     smsclient_failure(client)->message);
}

/* The device; 0: not yet. */
static int64_t look(struct enrolment *enrolment, struct smsclient *client)
{
    SCOPED(string_drop) char *text = NULL;
    SCOPED(answer_drop) json_t *who = NULL;
    int64_t device;

    if (smsclient_call(client, "session.whoami", NULL, &text) != SMSCLIENT_OK)
        return 0;
    who = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    if (enrolment->config.keytab[0])
        take_name(enrolment, answer_text(who, "user"));
    device = json_integer_value(json_object_get(who, "host"));
    if (device > 0)
        take_settings(enrolment, client);
    return device;
}

/* A certificate is refused until its host is approved; a principal is not, and
 * a provider that cannot be reached is a failure. */
static bool is_not_known_yet(const struct enrolment *enrolment,
                             enum smsclient_result result)
{
    return !enrolment->config.keytab[0] &&
           (result == SMSCLIENT_NOT_AUTHENTICATED ||
            result == SMSCLIENT_DENIED);
}

static enum smsclient_result ask(struct enrolment *enrolment, int64_t *device)
{
    SCOPED(client_drop) struct smsclient *client = smsclient_new();
    struct smsclient_options options;
    enum smsclient_result result;

    if (!client)
        return console_printed(enrolment->console, STATUS_NO_MEMORY);
    host_config_options(&enrolment->config, &options);
    result = smsclient_sign_in(client, &options);
    if (result == SMSCLIENT_OK)
        *device = look(enrolment, client);
    else if (!is_not_known_yet(enrolment, result))
        return console_fail(enrolment->console, result, "%s",
                            smsclient_failure(client)->message);
    show_request(enrolment);
    return SMSCLIENT_OK;
}

static enum smsclient_result wait_for_device(struct enrolment *enrolment,
                                             int64_t *device)
{
    const int64_t end_ms = clock_mono_ms() + WAIT_MS;
    const struct timespec pause = {.tv_sec = ASK_EVERY_S};
    enum smsclient_result asked;

    for (;;) {
        asked = ask(enrolment, device);
        if (asked != SMSCLIENT_OK || *device > 0)
            return asked;
        if (console_value(enrolment->console, OPTION_NO_WAIT) ||
            clock_mono_ms() >= end_ms)
            return console_fail(enrolment->console, SMSCLIENT_UNAVAILABLE,
                                "The site has not approved this host yet. Run "
                                "the command again when it has.");
        nanosleep(&pause, NULL);
    }
}

/* ---- Writing it down ---- */

static enum status write_file(const char *path, struct text text)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool is_written;

    if (fd < 0)
        return STATUS_UNAVAILABLE;
    is_written =
        write(fd, text.data, text.size) == (ssize_t)text.size && fsync(fd) == 0;
    close(fd);
    return is_written ? STATUS_OK : STATUS_UNAVAILABLE;
}

/* In place of what was there; nobody sees half of it. */
static enum smsclient_result put_file(struct enrolment *enrolment,
                                      const char *path, const char *beside,
                                      struct text text)
{
    (void)unlink(beside);
    if (write_file(beside, text) == STATUS_OK && rename(beside, path) == 0)
        return SMSCLIENT_OK;
    return console_fail(enrolment->console, SMSCLIENT_FAILED, "%s: %s.", path,
                        strerror(errno));
}

/* What the site has for hosts. */
static enum smsclient_result take_said(struct enrolment *enrolment)
{
    static const char *const keys[] = {"offline_key", "issuer", "client_id",
                                       "scopes", "resource"};
    const char *authorities = answer_text(enrolment->settings, "issuer_ca");

    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
        if (!host_config_set(&enrolment->config, keys[i],
                             answer_text(enrolment->settings, keys[i])))
            return console_fail(enrolment->console, SMSCLIENT_INVALID,
                                "The site gave a %s that the host cannot keep.",
                                keys[i]);
    if (!*authorities)
        return SMSCLIENT_OK;
    return host_config_set(&enrolment->config, "issuer_ca", ISSUER_CA_FILE)
               ? put_file(enrolment, ISSUER_CA_FILE, ISSUER_CA_FILE ".new",
                          text_of(authorities))
               : SMSCLIENT_FAILED;
}

static enum smsclient_result keep(struct enrolment *enrolment, int64_t device)
{
    SCOPED(buf_free) struct buf text = buf_make(FILE_MAX_BYTES);
    enum smsclient_result kept;

    (void)mkdir("/etc/smsprovider", 0755);
    kept = take_said(enrolment);
    if (kept != SMSCLIENT_OK)
        return kept;
    snprintf(enrolment->config.device, sizeof(enrolment->config.device),
             "%" PRId64, device);
    buf_append_string(&text, "# Written by smsctl host enrol; smshostd(8).\n");
    host_config_write(&enrolment->config, &text);
    if (buf_status(&text) != STATUS_OK)
        return console_printed(enrolment->console, buf_status(&text));
    kept = put_file(enrolment, HOST_CONFIG_FILE, HOST_CONFIG_FILE ".new",
                    buf_text(&text));
    if (kept != SMSCLIENT_OK)
        return kept;
    console_note(enrolment->console,
                 "This host is device %" PRId64
                 " of the site. %s is written; next: systemctl enable --now "
                 "smshostd.",
                 device, HOST_CONFIG_FILE);
    return SMSCLIENT_OK;
}

enum smsclient_result verb_host_enrol(struct console *console)
{
    struct enrolment enrolment = {.console = console};
    int64_t device = 0;
    enum smsclient_result result;

    if (geteuid() != 0)
        return console_fail(console, SMSCLIENT_USAGE,
                            "Only root of this host can enrol it.");
    result = read_machine(&enrolment);
    if (result == SMSCLIENT_OK)
        result = wait_for_device(&enrolment, &device);
    if (result == SMSCLIENT_OK)
        result = keep(&enrolment, device);
    json_decref(enrolment.settings);
    return result;
}
