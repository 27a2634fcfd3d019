#include "policy/xml_encoding.h"

/* The declaration at the start, up to its "?>"; empty: there is none. */
static struct text declaration_of(struct text text)
{
    const struct text begin = TEXT("<?xml ");
    const char *end;

    if (text.size < begin.size ||
        memcmp(text.data, begin.data, begin.size) != 0)
        return (struct text){NULL, 0};
    end = memmem(text.data, text.size, "?>", 2);
    return (struct text){text.data,
                         end ? (size_t)(end - text.data) : text.size};
}

bool xml_declares_utf8(struct text document)
{
    const struct text declaration = declaration_of(document);
    const struct text word = TEXT("encoding"), utf8 = TEXT("UTF-8");
    const char *at =
        declaration.size
            ? memmem(declaration.data, declaration.size, word.data, word.size)
            : NULL;
    struct text rest;

    if (!at)
        return true;
    at += word.size;
    rest =
        (struct text){at, declaration.size - (size_t)(at - declaration.data)};
    while (rest.size && strchr(" \t\r\n=", rest.data[0])) {
        rest.data++;
        rest.size--;
    }
    return rest.size >= utf8.size + 2 &&
           rest.data[0] == rest.data[utf8.size + 1] &&
           text_equal_nocase((struct text){rest.data + 1, utf8.size}, utf8);
}
