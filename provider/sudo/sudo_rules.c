#include "provider/sudo/sudo_rules.h"

#include <stdio.h>
#include <string.h>

/* ---- Values ---- */

/* A word of the request to the site, or a name of PAM's. */
static bool take_word(const char **at, const char *value)
{
    *at = value;
    return *value && strlen(value) < LOGIN_WORD_BYTES;
}

static bool take_service(const char **at, const char *value)
{
    return take_word(at, value) && !strchr(value, '/') && value[0] != '.';
}

/* A path that is itself, and arguments; or ALL. */
static bool is_command(const char *value)
{
    const size_t size = strcspn(value, " \t");

    if (strcmp(value, "ALL") == 0)
        return true;
    return value[0] == '/' && value[size - 1] != '/' &&
           !memmem(value, size, "/../", 4) && !memmem(value, size, "/./", 3) &&
           !memmem(value, size, "//", 2);
}

static bool take_command(struct sudo_rule *rule, const char *value)
{
    if (rule->n_commands == SUDO_COMMANDS_MAX || !is_command(value))
        return false;
    rule->commands[rule->n_commands++] = value;
    return true;
}

static bool take_choice(bool *at, const char *value, const char *yes,
                        const char *no)
{
    *at = strcmp(value, yes) == 0;
    return *at || strcmp(value, no) == 0;
}

/* Each of its directories begins at the root. */
static bool take_path(const char **at, const char *value)
{
    *at = value;
    for (const char *part = value; part; part = strchr(part, ':')) {
        part += *part == ':';
        if (*part != '/')
            return false;
    }
    return true;
}

/* ---- Lines ---- */

static bool take_for_all(struct sudo_rules *rules, const struct key_line *line)
{
    if (strcmp(line->key, "realm") == 0) {
        rules->realm = line->value;
        return strlen(line->value) < LOGIN_NAME_BYTES;
    }
    if (strcmp(line->key, "secure_path") == 0)
        return take_path(&rules->path, line->value);
    if (strcmp(line->key, "timeout_ms") == 0)
        return key_number_read(line->value, SUDO_TIMEOUT_MAX_MS,
                               &rules->timeout_ms);
    return false;
}

static bool take_of_rule(struct sudo_rule *rule, const struct key_line *line)
{
    const char *key = line->key;
    const char *value = line->value;

    if (strcmp(key, "command") == 0)
        return take_command(rule, value);
    if (strcmp(key, "run_as") == 0) {
        rule->run_as = value;
        return *value && !strpbrk(value, " \t");
    }
    if (strcmp(key, "operation") == 0)
        return take_word(&rule->operation, value);
    if (strcmp(key, "level") == 0) {
        rule->level = value;
        return login_is_level(value);
    }
    if (strcmp(key, "service") == 0)
        return take_service(&rule->service, value);
    if (strcmp(key, "password") == 0)
        return take_choice(&rule->is_open, value, "no", "yes");
    return false;
}

/* The section before is whole. */
static bool is_whole(const struct sudo_rules *rules)
{
    return rules->n == 0 || rules->rules[rules->n - 1].n_commands > 0;
}

static bool begin_rule(struct sudo_rules *rules, const char *name)
{
    if (rules->n == SUDO_RULES_MAX || !is_whole(rules))
        return false;
    rules->rules[rules->n++] = (struct sudo_rule){
        .name = name,
        .run_as = "root",
        .operation = "",
        .level = "domain",
        .service = "sudo",
    };
    return true;
}

static bool take_line(struct sudo_rules *rules, char *text)
{
    const struct key_line line = key_line_read(text);

    switch (line.kind) {
    case KEY_LINE_EMPTY:
        return true;
    case KEY_LINE_SECTION:
        return begin_rule(rules, line.key);
    case KEY_LINE_VALUE:
        return rules->n ? take_of_rule(&rules->rules[rules->n - 1], &line)
                        : take_for_all(rules, &line);
    case KEY_LINE_WRONG:
        break;
    }
    return false;
}

/* ---- The file ---- */

static bool read_file(struct sudo_rules *rules, char why[SUDO_FAULT_BYTES])
{
    char *text;

    switch (key_file_open(SUDO_RULES_FILE, &rules->file)) {
    case KEY_FILE_MISSING:
        return true;
    case KEY_FILE_READ:
        break;
    case KEY_FILE_REFUSED:
        snprintf(why, SUDO_FAULT_BYTES,
                 "%s cannot be read, or others than root can change it",
                 SUDO_RULES_FILE);
        return false;
    }
    while ((text = key_file_line(&rules->file)))
        if (!take_line(rules, text)) {
            snprintf(why, SUDO_FAULT_BYTES, "%s:%u is no line of it",
                     SUDO_RULES_FILE, rules->file.line);
            return false;
        }
    if (is_whole(rules))
        return true;
    snprintf(why, SUDO_FAULT_BYTES, "%s: the last rule has no command",
             SUDO_RULES_FILE);
    return false;
}

bool sudo_rules_read(struct sudo_rules *rules_out, char why[SUDO_FAULT_BYTES])
{
    rules_out->realm = "";
    rules_out->path = SUDO_PATH;
    rules_out->timeout_ms = SUDO_TIMEOUT_MS;
    rules_out->n = 0;
    if (!read_file(rules_out, why))
        return false;
    if (rules_out->n == 0 && begin_rule(rules_out, "default"))
        return take_command(&rules_out->rules[0], "ALL");
    return true;
}

/* ---- Questions ---- */

bool sudo_rule_runs_as(const struct sudo_rule *rule, const char *user)
{
    return strcmp(rule->run_as, "ALL") == 0 || key_list_has(rule->run_as, user);
}

bool sudo_rule_is_all(const struct sudo_rule *rule)
{
    for (size_t i = 0; i < rule->n_commands; i++)
        if (strcmp(rule->commands[i], "ALL") == 0)
            return true;
    return false;
}

bool sudo_rule_has(const struct sudo_rule *rule,
                   const struct sudo_command *command)
{
    if (sudo_rule_is_all(rule))
        return true;
    for (size_t i = 0; i < rule->n_commands; i++)
        if (sudo_command_is(command, rule->commands[i]))
            return true;
    return false;
}
