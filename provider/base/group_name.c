#include "provider/base/group_name.h"

#include <stdlib.h>
#include <string.h>

#include "provider/base/mutant.h"

bool group_source_is(struct text source)
{
    return text_equal(source, TEXT(GROUP_SOURCE_SITE)) ||
           text_equal(source, TEXT(GROUP_SOURCE_HOST)) ||
           text_equal(source, TEXT(GROUP_SOURCE_SID)) ||
           (text_is_name(source, GROUP_SOURCE_MAX_BYTES) &&
            memmem(source.data, source.size, "://", 3));
}

char *group_name_from(struct text source, struct text name)
{
    char *made;

    if (source.size == 0 || text_equal(source, TEXT(GROUP_SOURCE_SITE)))
        return text_dup(name);
    if (MUTANT("a1-one-source"))
        source = TEXT(GROUP_SOURCE_HOST);
    made = malloc(source.size + name.size + 2);
    if (!made)
        return NULL;
    memcpy(made, source.data, source.size);
    made[source.size] = '\n';
    if (name.size)
        memcpy(made + source.size + 1, name.data, name.size);
    made[source.size + 1 + name.size] = '\0';
    return made;
}

void group_names_free(char **names, size_t n)
{
    for (size_t i = 0; names && i < n; i++)
        free(names[i]);
    free(names);
}

char **group_names_from(struct text source, char *const *names, size_t n)
{
    char **made = calloc(n + 1, sizeof(*made));

    for (size_t i = 0; made && i < n; i++) {
        made[i] = group_name_from(source, text_of(names[i]));
        if (!made[i]) {
            group_names_free(made, i);
            return NULL;
        }
    }
    return made;
}

const char *group_name_plain(const char *name)
{
    const char *end = strchr(name, '\n');

    return end ? end + 1 : name;
}

struct text group_name_source(const char *name)
{
    const char *end = strchr(name, '\n');

    return (struct text){name, end ? (size_t)(end - name) : 0};
}
