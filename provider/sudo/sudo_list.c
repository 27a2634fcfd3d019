#include "provider/sudo/sudo_list.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

enum { ROW_BYTES = KEY_FILE_BYTES };

static void print(const struct sudo_visit *visit, const char *text)
{
    sudo_front_say(&visit->front, false, text);
}

static void print_rule(const struct sudo_visit *visit,
                       const struct sudo_rule *rule, bool is_long)
{
    char row[ROW_BYTES];

    for (size_t i = 0; i < rule->n_commands; i++) {
        snprintf(row, sizeof(row), "    (%s) %s%s\n", rule->run_as,
                 rule->is_open ? "without a password: " : "",
                 rule->commands[i]);
        print(visit, row);
    }
    if (!is_long)
        return;
    snprintf(row, sizeof(row),
             "        by rule %s: %s, level %s, PAM service %s\n", rule->name,
             rule->operation[0] ? rule->operation : "Remote Control",
             rule->level, rule->service);
    print(visit, row);
}

static void print_head(const struct sudo_visit *visit, const char *user)
{
    char row[LOGIN_NAME_BYTES + 64];

    snprintf(row, sizeof(row), "%s may run on this host:\n", user);
    print(visit, row);
}

static const char *print_root(const struct sudo_visit *visit)
{
    print_head(visit, "root");
    print(visit, "    (ALL) ALL\n");
    return NULL;
}

const char *sudo_list_print(struct sudo_visit *visit, const char *user,
                            bool is_long)
{
    const struct sudo_question question = {&visit->rules, user, "", "-l"};
    const struct passwd *entry = getpwnam(user);
    bool has_any = false;

    if (!entry)
        return "This host has no user of the name that you gave.";
    if (entry->pw_uid == 0)
        return print_root(visit);
    if (strcmp(user, visit->front.user) != 0)
        visit->answers = (struct sudo_answers){.text = ""};
    for (size_t i = 0; i < visit->rules.n; i++) {
        if (sudo_answer(&visit->answers, &question, i) != LOGIN_ALLOWED)
            continue;
        if (!has_any)
            print_head(visit, user);
        has_any = true;
        print_rule(visit, &visit->rules.rules[i], is_long);
    }
    return has_any ? NULL : visit->answers.text;
}
