/*
 * /etc/smsprovider/sudo.conf: which operation of the site lets somebody run
 * which command as whom. Without the file there is one rule: Remote Control is
 * every command, as root.
 */
#pragma once

#include "provider/host/key_line.h"
#include "provider/host/login_wire.h"
#include "provider/sudo/sudo_command.h"

#define SUDO_RULES_FILE "/etc/smsprovider/sudo.conf"
#define SUDO_PATH       "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

enum {
    SUDO_RULES_MAX = 64,
    SUDO_COMMANDS_MAX = 32, /* of one rule */
    SUDO_TIMEOUT_MS = 5000,
    SUDO_TIMEOUT_MAX_MS = 60000,
    SUDO_FAULT_BYTES = 128,
};

/* Its strings are the file's. */
struct sudo_rule {
    const char *name;
    const char *commands[SUDO_COMMANDS_MAX];
    size_t n_commands;
    const char *run_as;    /* names with commas between, or ALL */
    const char *operation; /* "": Remote Control */
    const char *level;     /* that its PAM service proves */
    const char *service;   /* of PAM */
    bool is_open;          /* no password is asked for */
};

struct sudo_rules {
    struct key_file file;
    const char *realm; /* of names without one; "": none */
    const char *path;
    long timeout_ms;
    struct sudo_rule rules[SUDO_RULES_MAX];
    size_t n;
};

/* False: there is a fault, named in why, and nobody may run anything. */
bool sudo_rules_read(struct sudo_rules *rules_out, char why[SUDO_FAULT_BYTES]);

/* May what it lets run be run as this user? */
bool sudo_rule_runs_as(const struct sudo_rule *rule, const char *user);

/* Does it let every command run? */
bool sudo_rule_is_all(const struct sudo_rule *rule);

/* Is the command one of its? */
bool sudo_rule_has(const struct sudo_rule *rule,
                   const struct sudo_command *command);
