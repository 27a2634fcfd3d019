#include "provider/smsctl/verb_shell.h"

#include <errno.h>
#include <fcntl.h>
#include <histedit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

#include "provider/smsctl/completion/completion.h"
#include "provider/smsctl/help.h"
#include "provider/smsctl/paging.h"
#include "provider/smsctl/terminal/words.h"

enum {
    HISTORY_LINES = 1000,
    LINE_MAX_BYTES = 64 * 1024,
};

/* ---- One line ---- */

/* Runs a line on the shell's connection, with its own words. */
static enum smsclient_result run_verb(struct console *shell,
                                      struct console *line)
{
    enum smsclient_result result;

    line->path = NULL; /* the shell keeps its own */
    line->output.has_headings = !line->arguments.values[OPTION_NO_HEADINGS];
    result = console_take_format(line, line->arguments.values[OPTION_OUTPUT]);
    if (result != SMSCLIENT_OK) {
        jsonpath_free(line->path);
        return result;
    }
    result = paging_run(line);
    jsonpath_free(line->path);
    shell->client = line->client;
    /* A broken connection is reopened by the next line. */
    shell->is_signed_in = line->is_signed_in && result != SMSCLIENT_FAILED &&
                          result != SMSCLIENT_UNAVAILABLE;
    return result;
}

static bool has_connection_option(const struct arguments *arguments)
{
    for (size_t i = OPTION_SERVER; i <= OPTION_TIMEOUT; i++) {
        if (arguments->values[i] &&
            !verbs_may_bring(arguments->verb, (unsigned)i))
            return true;
    }
    return false;
}

/* For this line only. */
static void take_options(struct console *line)
{
    for (size_t i = OPTION_SERVER; i <= OPTION_TIMEOUT; i++) {
        if (line->arguments.values[i])
            line->defaults.values[i] = line->arguments.values[i];
    }
}

static enum smsclient_result run_words(struct console *shell, int argc,
                                       char *const argv[])
{
    struct console line = *shell;

    if (arguments_read(argc, argv, &line.arguments) != STATUS_OK)
        return console_fail(shell, SMSCLIENT_USAGE, "%s",
                            line.arguments.problem);
    if (line.arguments.values[OPTION_HELP]) {
        help_print(line.arguments.verb, shell->output.file);
        return SMSCLIENT_OK;
    }
    if (!line.arguments.verb || line.arguments.verb->run == verb_shell)
        return console_fail(shell, SMSCLIENT_USAGE, "A verb is missing.");
    if (has_connection_option(&line.arguments))
        return console_fail(shell, SMSCLIENT_USAGE,
                            "The connection is chosen when the shell starts.");
    take_options(&line);
    return run_verb(shell, &line);
}

static bool is_quit(const struct words *words)
{
    return words->n == 1 && (strcmp(words->items[0], "quit") == 0 ||
                             strcmp(words->items[0], "exit") == 0);
}

/* false: the line ends the shell. */
static bool run_line(struct console *shell, struct text text,
                     enum smsclient_result *result)
{
    static char name[] = "smsctl";
    SCOPED(words_clear) struct words words = {{NULL}};
    char *argv[WORDS_MAX + 2] = {name};

    if (words_read(text, &words) != STATUS_OK) {
        *result =
            console_fail(shell, SMSCLIENT_USAGE,
                         "A quote is not closed, or the line is too long.");
        return true;
    }
    if (is_quit(&words))
        return false;
    if (words.n == 0)
        return true;
    memcpy(argv + 1, words.items, words.n * sizeof(argv[0]));
    *result = run_words(shell, (int)words.n + 1, argv);
    fflush(shell->output.file);
    return true;
}

/* ---- Input that is not a terminal ---- */

static enum smsclient_result run_script(struct console *shell)
{
    enum smsclient_result result = SMSCLIENT_OK;
    SCOPED(memory_drop) char *line = NULL;
    size_t capacity = 0;
    ssize_t size;

    while ((size = getline(&line, &capacity, stdin)) >= 0) {
        if (!run_line(shell, (struct text){line, (size_t)size}, &result))
            break;
    }
    if (ferror(stdin)) /* the rest of the input was not run */
        return console_fail(shell, SMSCLIENT_USAGE,
                            "The input could not be read to its end.");
    return result;
}

/* ---- Input from a terminal ---- */

struct terminal {
    EditLine *edit;
    History *history;
    char *history_path; /* owned; NULL: no history file */
};

static void terminal_close(struct terminal *terminal)
{
    if (terminal->history)
        history_end(terminal->history);
    if (terminal->edit)
        el_end(terminal->edit);
    free(terminal->history_path);
}

static char *prompt(EditLine *edit)
{
    static char text[] = "smsctl> ";

    (void)edit;
    return text;
}

static void show_found(const char *const found[], size_t n)
{
    putchar('\n');
    for (size_t i = 0; i < n; i++)
        printf("%s%s", found[i], i + 1 < n ? "  " : "\n");
    fflush(stdout);
}

/* The words before the cursor, and the partial one at it. */
static unsigned char complete(EditLine *edit, wint_t key)
{
    const LineInfo *line = el_line(edit);
    const char *found[COMPLETION_MAX];
    SCOPED(words_clear) struct words before = {{NULL}};
    struct text partial = {line->cursor, 0};
    struct completion completion;
    char rest[128];
    size_t n, common;

    (void)key;
    while (partial.data > line->buffer && partial.data[-1] != ' ') {
        partial.data--;
        partial.size++;
    }
    if (words_read(
            (struct text){line->buffer, (size_t)(partial.data - line->buffer)},
            &before) != STATUS_OK)
        return CC_ERROR;
    completion = (struct completion){
        .before = (const char *const *)before.items,
        .n_before = before.n,
        .partial = partial,
        .is_in_shell = true,
    };
    n = completion_find(&completion, found);
    common = completion_common(found, n);
    if (n == 0)
        return CC_ERROR;
    if (n > 1 && common == partial.size) {
        show_found(found, n);
        return CC_REDISPLAY;
    }
    snprintf(rest, sizeof(rest), "%.*s%s", (int)(common - partial.size),
             found[0] + partial.size, n == 1 ? " " : "");
    return el_insertstr(edit, rest) == 0 ? CC_REFRESH : CC_ERROR;
}

static char *history_path(void)
{
    const char *home = secure_getenv("HOME");
    char *path = NULL;

    if (!home || home[0] != '/' ||
        asprintf(&path, "%s/.smsctl_history", home) < 0)
        return NULL;
    return path;
}

static enum status terminal_open(struct terminal *terminal)
{
    HistEvent event;

    terminal->edit = el_init("smsctl", stdin, stdout, stderr);
    terminal->history = history_init();
    if (!terminal->edit || !terminal->history)
        return STATUS_NO_MEMORY;
    terminal->history_path = history_path();
    history(terminal->history, &event, H_SETSIZE, HISTORY_LINES);
    history(terminal->history, &event, H_SETUNIQUE, 1);
    if (terminal->history_path)
        history(terminal->history, &event, H_LOAD, terminal->history_path);
    el_set(terminal->edit, EL_PROMPT, prompt);
    el_set(terminal->edit, EL_EDITOR, "emacs");
    el_set(terminal->edit, EL_SIGNAL, 1);
    el_set(terminal->edit, EL_HIST, history, terminal->history);
    /* The wide call keeps the names as they are; the other leaks copies. */
    el_wset(terminal->edit, EL_ADDFN, L"smsctl-complete", L"complete",
            complete);
    el_set(terminal->edit, EL_BIND, "^I", "smsctl-complete", NULL);
    return STATUS_OK;
}

/* A line that begins with a blank is not kept, nor an empty one. */
static void remember(struct terminal *terminal, const char *line)
{
    HistEvent event;

    if (line[0] != ' ' && line[0] != '\n')
        history(terminal->history, &event, H_ENTER, line);
}

static void save_history(const struct terminal *terminal)
{
    HistEvent event;
    mode_t before;

    if (!terminal->history_path)
        return;
    before = umask(077);
    history(terminal->history, &event, H_SAVE, terminal->history_path);
    umask(before);
}

static enum smsclient_result run_terminal(struct console *shell)
{
    SCOPED(terminal_close) struct terminal terminal = {NULL};
    enum smsclient_result result = SMSCLIENT_OK;
    const char *line;
    int size;

    if (terminal_open(&terminal) != STATUS_OK)
        return console_printed(shell, STATUS_NO_MEMORY);
    while ((line = el_gets(terminal.edit, &size)) && size > 0) {
        if (size > LINE_MAX_BYTES)
            continue;
        remember(&terminal, line);
        if (!run_line(shell, (struct text){line, (size_t)size}, &result))
            break;
    }
    save_history(&terminal);
    return result;
}

enum smsclient_result verb_shell(struct console *console)
{
    console->is_shell = true;
    return isatty(STDIN_FILENO) ? run_terminal(console) : run_script(console);
}
