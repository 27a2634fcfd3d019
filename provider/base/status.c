#include "provider/base/status.h"

const char *status_name(enum status status)
{
    switch (status) {
    case STATUS_OK:
        return "ok";
    case STATUS_NO_MEMORY:
        return "no_memory";
    case STATUS_INVALID:
        return "invalid";
    case STATUS_NOT_FOUND:
        return "not_found";
    case STATUS_DENIED:
        return "denied";
    case STATUS_CONFLICT:
        return "conflict";
    case STATUS_LIMIT:
        return "limit";
    case STATUS_UNAVAILABLE:
        return "unavailable";
    case STATUS_END:
        return "end";
    }
    return "unknown";
}
