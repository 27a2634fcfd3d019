#include "provider/smsctl/help.h"

#include <string.h>

#include "provider/smsctl/arguments.h"

static void print_option(const struct option_row *row, FILE *file)
{
    char name[64];

    snprintf(name, sizeof(name), "%s%s%s%s%s", row->brief ? row->brief : "",
             row->brief ? ", " : "", row->name, row->argument ? " " : "",
             row->argument ? row->argument : "");
    fprintf(file, "  %-27s %s\n", name, row->describe);
}

static void print_choice(const struct option_row *row, FILE *file)
{
    fprintf(file, " [%s%s%s]", row->name, row->argument ? " " : "",
            row->argument ? row->argument : "");
}

static void print_call(const struct verb *verb, FILE *file)
{
    fprintf(file, "%s%s%s%s%s", verb->name, verb->part ? " " : "",
            verb->part ? verb->part : "", *verb->words ? " " : "", verb->words);
}

static void print_verbs(FILE *file)
{
    for (size_t i = 0; i < n_verbs; i++) {
        fputs("  ", file);
        print_call(&verbs[i], file);
        fprintf(file, "\n        %s\n", verbs[i].describe);
    }
}

static void print_program(FILE *file)
{
    fputs("Usage: smsctl [OPTION]... VERB [WORD]...\nConsole and scripting "
          "client of an SMS Provider.\n\nVerbs:\n",
          file);
    print_verbs(file);
    fputs("\nOptions:\n", file);
    for (size_t i = 0; i < OPTION_N_GLOBAL; i++)
        print_option(&option_rows[i], file);
    fputs("\nDefaults for options are read from SMSCTL_* variables and "
          "the contexts of\n~/.config/smsctl.yaml and "
          "/etc/smsprovider/smsctl.yaml. See smsctl VERB --help, and "
          "smsctl(1).\n\nExit status: 0 done, 1 other failure, 2 usage, 3 not "
          "authenticated,\n4 level too low, 5 denied, 6 not found, 7 conflict, "
          "8 invalid,\n9 unavailable.\n",
          file);
}

static void print_verb(const struct verb *verb, FILE *file)
{
    fputs("Usage: smsctl [OPTION]... ", file);
    print_call(verb, file);
    for (unsigned i = OPTION_N_GLOBAL; i < OPTION_N; i++) {
        if (verb->options & UINT64_C(1) << (i - OPTION_N_GLOBAL))
            print_choice(&option_rows[i], file);
    }
    fprintf(file, "\n\n  %s\n", verb->describe);
    if (verb->options)
        fputs("\nOptions of this verb:\n", file);
    for (unsigned i = OPTION_N_GLOBAL; i < OPTION_N; i++) {
        if (verb->options & UINT64_C(1) << (i - OPTION_N_GLOBAL))
            print_option(&option_rows[i], file);
    }
}

bool help_print_named(const char *name, FILE *file)
{
    size_t n = 0;

    for (size_t i = 0; i < n_verbs; i++) {
        if (strcmp(verbs[i].name, name) != 0)
            continue;
        if (n++)
            putc('\n', file);
        print_verb(&verbs[i], file);
    }
    return n > 0;
}

void help_print(const struct verb *verb, FILE *file)
{
    if (verb)
        print_verb(verb, file);
    else
        print_program(file);
}
