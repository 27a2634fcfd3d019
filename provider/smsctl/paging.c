#include "provider/smsctl/paging.h"

#include <stdlib.h>

#include "provider/smsctl/terminal/pager.h"

static bool is_to_page(const struct console *console)
{
    const struct arguments *arguments = &console->arguments;

    return arguments->verb->is_paged && !arguments->values[OPTION_NO_PAGER] &&
           !arguments->values[OPTION_FOLLOW] && console->output.file == stdout;
}

enum smsclient_result paging_run(struct console *console)
{
    const char *command = is_to_page(console) ? pager_command() : NULL;
    SCOPED(memory_drop) char *text = NULL;
    enum smsclient_result result;
    size_t size = 0;
    FILE *kept = command ? open_memstream(&text, &size) : NULL;

    if (!kept)
        return console->arguments.verb->run(console);
    console->output.file = kept;
    result = console->arguments.verb->run(console);
    console->output.file = stdout;
    if (fclose(kept) != 0)
        return console_printed(console, STATUS_NO_MEMORY);
    pager_show(command, (struct text){text, size});
    return result;
}
