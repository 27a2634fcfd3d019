#include "provider/pam/pam_options.h"

#include <stdio.h>
#include <string.h>

#include "provider/host/key_line.h"

/* ---- One option ---- */

static bool set_text(char *at, size_t size, const char *value)
{
    const size_t length = strlen(value);

    if (length >= size)
        return false;
    memcpy(at, value, length + 1);
    return true;
}

static bool set_unknown(struct pam_options *options, const char *value)
{
    options->ignores_unknown = strcmp(value, "ignore") == 0;
    return options->ignores_unknown || strcmp(value, "deny") == 0;
}

static bool set_truth(bool *at, const char *value)
{
    *at = strcmp(value, "yes") == 0;
    return *at || strcmp(value, "no") == 0;
}

bool pam_option_set(struct pam_options *options, const char *key,
                    const char *value)
{
    if (strcmp(key, "operation") == 0)
        return *value &&
               set_text(options->operation, sizeof(options->operation), value);
    if (strcmp(key, "level") == 0)
        return login_is_level(value) &&
               set_text(options->level, sizeof(options->level), value);
    if (strcmp(key, "realm") == 0)
        return set_text(options->realm, sizeof(options->realm), value);
    if (strcmp(key, "except") == 0)
        return set_text(options->except, sizeof(options->except), value);
    if (strcmp(key, "unknown_user") == 0)
        return set_unknown(options, value);
    if (strcmp(key, "auth") == 0) {
        options->is_device = strcmp(value, "device") == 0;
        return options->is_device || strcmp(value, "password") == 0;
    }
    if (strcmp(key, "timeout_ms") == 0)
        return key_number_read(value, PAM_TIMEOUT_MAX_MS, &options->timeout_ms);
    if (strcmp(key, "quiet") == 0)
        return set_truth(&options->is_quiet, value);
    if (strcmp(key, "session") == 0)
        return set_truth(&options->keeps_session, value);
    return false;
}

bool pam_options_except(const struct pam_options *options, const char *user)
{
    return key_list_has(options->except, user);
}

/* ---- All of them ---- */

/* sudo -i and su - are services of their own on some hosts (sudo-i, su-l), and
 * give what sudo and su give: a section is for both. */
static bool is_section_of(const char *section, const char *service)
{
    const size_t size = strlen(section);
    const char *rest = service + size;

    return strncmp(section, service, size) == 0 &&
           (!*rest || strcmp(rest, "-i") == 0 || strcmp(rest, "-l") == 0);
}

static bool take_line(struct pam_options *options, char *text,
                      const char *service, bool *is_ours)
{
    const struct key_line line = key_line_read(text);

    switch (line.kind) {
    case KEY_LINE_EMPTY:
        return true;
    case KEY_LINE_SECTION:
        *is_ours = is_section_of(line.key, service);
        return true;
    case KEY_LINE_VALUE:
        if (*is_ours)
            return pam_option_set(options, line.key, line.value);
        return pam_option_set(&(struct pam_options){.is_quiet = false},
                              line.key, line.value); /* a fault is one */
    case KEY_LINE_WRONG:
        break;
    }
    return false;
}

static bool read_file(struct pam_options *options, const char *service,
                      char why[PAM_FAULT_BYTES])
{
    struct key_file file;
    bool is_ours = true;
    char *text;

    switch (key_file_open(PAM_OPTIONS_FILE, &file)) {
    case KEY_FILE_MISSING:
        return true;
    case KEY_FILE_READ:
        break;
    case KEY_FILE_REFUSED:
        snprintf(why, PAM_FAULT_BYTES,
                 "%s cannot be read, or others than root can change it",
                 PAM_OPTIONS_FILE);
        return false;
    }
    while ((text = key_file_line(&file)))
        if (!take_line(options, text, service, &is_ours)) {
            snprintf(why, PAM_FAULT_BYTES, "%s:%u is not an option of it",
                     PAM_OPTIONS_FILE, file.line);
            return false;
        }
    return true;
}

/* "key=value", or a word alone: "quiet". */
static bool take_argument(struct pam_options *options, const char *argument)
{
    char key[LOGIN_WORD_BYTES];
    const size_t size = strcspn(argument, "=");

    if (size >= sizeof(key))
        return false;
    memcpy(key, argument, size);
    key[size] = '\0';
    return pam_option_set(options, key,
                          argument[size] ? argument + size + 1 : "yes");
}

/* Of pam_get_authtok(3), which reads them itself. */
static bool is_authtok(const char *argument)
{
    return strcmp(argument, "use_first_pass") == 0 ||
           strcmp(argument, "try_first_pass") == 0;
}

bool pam_options_read(const char *service, int argc, const char **argv,
                      struct pam_options *options_out,
                      char why[PAM_FAULT_BYTES])
{
    *options_out =
        (struct pam_options){.level = "domain", .timeout_ms = PAM_TIMEOUT_MS};
    if (!read_file(options_out, service, why))
        return false;
    for (int i = 0; i < argc; i++)
        if (!is_authtok(argv[i]) && !take_argument(options_out, argv[i])) {
            snprintf(why, PAM_FAULT_BYTES, "%.80s is not an option of it",
                     argv[i]);
            return false;
        }
    return true;
}
