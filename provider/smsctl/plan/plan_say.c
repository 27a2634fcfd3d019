#include "provider/smsctl/plan/plan_say.h"

#include <string.h>

#include "provider/base/buf.h"
#include "provider/base/own.h"
#include "provider/client/show.h"

enum { SHOWN_MAX_BYTES = 4 * 1024 * 1024 };

const char *plan_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text ? text : "";
}

void plan_say(FILE *file, const json_t *value)
{
    SCOPED(buf_free) struct buf shown = buf_make(SHOWN_MAX_BYTES);

    show_text(&shown, (struct text){json_string_value(value),
                                    json_string_length(value)});
    if (json_is_string(value))
        fwrite(buf_text(&shown).data, 1, buf_text(&shown).size, file);
}

void plan_say_in(FILE *file, const json_t *object, const char *name)
{
    plan_say(file, json_object_get(object, name));
}

void plan_say_between(FILE *file, const char *before, const json_t *object,
                      const char *name, const char *after)
{
    if (!*plan_text(object, name))
        return;
    fputs(before, file);
    plan_say_in(file, object, name);
    fputs(after, file);
}

void plan_say_list(FILE *file, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        fputs(i ? ", " : "", file);
        plan_say(file, json_array_get(list, i));
    }
}

void plan_say_number(FILE *file, json_int_t number)
{
    char digits[32];
    const int n = snprintf(digits, sizeof(digits), "%" JSON_INTEGER_FORMAT,
                           number < 0 ? 0 : number);

    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            putc(',', file);
        putc(digits[i], file);
    }
}

void plan_say_count(FILE *file, json_int_t number, const char *what)
{
    const size_t size = strlen(what);
    const char *end = size && what[size - 1] == 's' ? "es" : "s";

    plan_say_number(file, number);
    fprintf(file, " %s%s", what, number == 1 ? "" : end);
}
