#include "provider/smsctl/verb_shell.h"

#include <errno.h>
#include <fcntl.h>
#include <histedit.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

#include "provider/smsctl/completion/completion.h"
#include "provider/smsctl/help.h"
#include "provider/smsctl/paging.h"
#include "provider/smsctl/shell/shell_history.h"
#include "provider/smsctl/shell/shell_lookup.h"
#include "provider/smsctl/terminal/words.h"

enum { LINE_MAX_BYTES = 64 * 1024, REST_BYTES = 1024 };

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

/* The status of the first line that failed: a batch is done if all of it is. */
static enum smsclient_result run_script(struct console *shell)
{
    const bool is_to_stop = console_value(shell, OPTION_STOP_ON_ERROR) != NULL;
    enum smsclient_result first = SMSCLIENT_OK;
    SCOPED(memory_drop) char *line = NULL;
    size_t capacity = 0;
    ssize_t size;

    while ((size = getline(&line, &capacity, stdin)) >= 0) {
        enum smsclient_result result = SMSCLIENT_OK;

        if (!run_line(shell, (struct text){line, (size_t)size}, &result))
            break;
        if (first == SMSCLIENT_OK)
            first = result;
        if (is_to_stop && first != SMSCLIENT_OK)
            break;
    }
    if (ferror(stdin)) /* the rest of the input was not run */
        return console_fail(shell, SMSCLIENT_USAGE,
                            "The input could not be read to its end.");
    return first;
}

/* ---- Input from a terminal ---- */

struct terminal {
    EditLine *edit;
    struct console *shell;
    struct shell_history history;
    bool is_dropped; /* the line was given up with Ctrl-C */
};

static void terminal_close(struct terminal *terminal)
{
    if (terminal->edit)
        el_end(terminal->edit);
    shell_history_close(&terminal->history);
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

/* What is left of a word, quoted for words_read(). */
static void write_rest(const char *word, size_t from, size_t until,
                       char rest[REST_BYTES])
{
    size_t n = 0;

    for (size_t i = from; i < until && n + 2 < REST_BYTES; i++) {
        if (strchr(" \t'\"\\#", word[i]))
            rest[n++] = '\\';
        rest[n++] = word[i];
    }
    rest[n] = '\0';
}

static unsigned char insert(EditLine *edit, const char *const found[], size_t n,
                            size_t n_typed)
{
    const size_t common = completion_common(found, n);
    char rest[REST_BYTES + 1];

    if (n == 0)
        return CC_ERROR;
    if (n > 1 && common == n_typed) {
        show_found(found, n);
        return CC_REDISPLAY;
    }
    write_rest(found[0], n_typed, common, rest);
    if (n == 1 && common && !strchr("/=", found[0][common - 1]))
        strcat(rest, " ");
    return el_insertstr(edit, rest) == 0 ? CC_REFRESH : CC_ERROR;
}

/* The words before the cursor, and the partial one at it. */
static unsigned char complete(EditLine *edit, wint_t key)
{
    const LineInfo *line = el_line(edit);
    SCOPED(words_clear) struct words before = {{NULL}};
    SCOPED(shell_words_clear) struct shell_words looked_up = {.n = 0};
    const char *found[COMPLETION_MAX];
    struct text partial = {line->cursor, 0};
    struct terminal *terminal = NULL;
    struct completion completion;
    size_t n;

    (void)key;
    while (partial.data > line->buffer && partial.data[-1] != ' ') {
        partial.data--;
        partial.size++;
    }
    if (el_get(edit, EL_CLIENTDATA, &terminal) != 0 || !terminal ||
        words_read(
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
    if (n > 0)
        return insert(edit, found, n, partial.size);
    shell_lookup(terminal->shell, &completion, &looked_up);
    return insert(edit, (const char *const *)looked_up.items, looked_up.n,
                  partial.size);
}

/* Ends the line as it is; who asked for it forgets it. */
static unsigned char drop_line(EditLine *edit, wint_t key)
{
    struct terminal *terminal = NULL;

    (void)key;
    if (el_get(edit, EL_CLIENTDATA, &terminal) != 0 || !terminal)
        return CC_ERROR;
    terminal->is_dropped = true;
    fputs("^C", stdout);
    return CC_NEWLINE;
}

static unsigned char stop(EditLine *edit, wint_t key)
{
    (void)edit;
    (void)key;
    raise(SIGTSTP); /* the library restores the terminal around it */
    return CC_REDISPLAY;
}

static enum status terminal_open(struct terminal *terminal)
{
    terminal->edit = el_init("smsctl", stdin, stdout, stderr);
    shell_history_open(&terminal->history);
    if (!terminal->edit || !terminal->history.lines)
        return STATUS_NO_MEMORY;
    el_set(terminal->edit, EL_CLIENTDATA, terminal);
    el_set(terminal->edit, EL_PROMPT, prompt);
    el_set(terminal->edit, EL_EDITOR, "emacs");
    el_set(terminal->edit, EL_SIGNAL, 1);
    el_set(terminal->edit, EL_HIST, history, terminal->history.lines);
    /* The wide call keeps the names as they are; the other leaks copies. */
    el_wset(terminal->edit, EL_ADDFN, L"smsctl-complete", L"complete",
            complete);
    el_set(terminal->edit, EL_BIND, "^I", "smsctl-complete", NULL);
    /* While a line is edited Ctrl-C is a key; while a verb runs, a signal. */
    el_set(terminal->edit, EL_SETTY, "-d", "-isig", NULL);
    el_wset(terminal->edit, EL_ADDFN, L"smsctl-drop", L"give the line up",
            drop_line);
    el_set(terminal->edit, EL_BIND, "^C", "smsctl-drop", NULL);
    el_wset(terminal->edit, EL_ADDFN, L"smsctl-stop", L"stop, as Ctrl-Z does",
            stop);
    el_set(terminal->edit, EL_BIND, "^Z", "smsctl-stop", NULL);
    return STATUS_OK;
}

static enum smsclient_result run_terminal(struct console *shell)
{
    SCOPED(terminal_close) struct terminal terminal = {.shell = shell};
    enum smsclient_result result = SMSCLIENT_OK;
    const char *line;
    int size;

    if (terminal_open(&terminal) != STATUS_OK)
        return console_printed(shell, STATUS_NO_MEMORY);
    while ((line = el_gets(terminal.edit, &size)) && size > 0) {
        const bool is_dropped = terminal.is_dropped;

        terminal.is_dropped = false;
        if (is_dropped || size > LINE_MAX_BYTES)
            continue;
        shell_history_add(&terminal.history, line);
        if (!run_line(shell, (struct text){line, (size_t)size}, &result))
            break;
    }
    return result;
}

enum smsclient_result verb_shell(struct console *console)
{
    console->is_shell = true;
    return isatty(STDIN_FILENO) ? run_terminal(console) : run_script(console);
}
