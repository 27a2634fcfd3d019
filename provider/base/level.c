#include "provider/base/level.h"

#include "provider/base/own.h"

const char *auth_level_name(enum auth_level level)
{
    switch (level) {
    case AUTH_LEVEL_NONE:
        return "none";
    case AUTH_LEVEL_DOMAIN:
        return "domain";
    case AUTH_LEVEL_CERTIFICATE:
        return "certificate";
    case AUTH_LEVEL_MFA:
        return "mfa";
    }
    return "none";
}

int auth_level_number(enum auth_level level)
{
    switch (level) {
    case AUTH_LEVEL_NONE:
        return -1;
    case AUTH_LEVEL_DOMAIN:
        return 0;
    case AUTH_LEVEL_CERTIFICATE:
        return 10;
    case AUTH_LEVEL_MFA:
        return 20;
    }
    return -1;
}

enum auth_level auth_level_read(struct text text)
{
    static const struct {
        const char *word;
        enum auth_level level;
    } words[] = {
        {"domain", AUTH_LEVEL_DOMAIN},  {"windows", AUTH_LEVEL_DOMAIN},
        {"0", AUTH_LEVEL_DOMAIN},       {"certificate", AUTH_LEVEL_CERTIFICATE},
        {"10", AUTH_LEVEL_CERTIFICATE}, {"mfa", AUTH_LEVEL_MFA},
        {"hello", AUTH_LEVEL_MFA},      {"20", AUTH_LEVEL_MFA},
    };

    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        if (text_equal(text, text_of(words[i].word)))
            return words[i].level;
    return AUTH_LEVEL_NONE;
}
