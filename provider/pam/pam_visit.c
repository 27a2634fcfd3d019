#include "provider/pam/pam_visit.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include <security/pam_ext.h>

void visit_clear(struct visit *visit)
{
    explicit_bzero(&visit->request, sizeof(visit->request));
}

const char *visit_item(const pam_handle_t *pamh, int item)
{
    const void *value = NULL;

    return pam_get_item(pamh, item, &value) == PAM_SUCCESS ? value : NULL;
}

bool visit_take_name(struct visit *visit, const char *name)
{
    const int size =
        name ? snprintf(visit->name, sizeof(visit->name), "%s", name) : 0;

    return size > 0 && (size_t)size < sizeof(visit->name);
}

bool visit_has_kept_name(const struct visit *visit)
{
    const char *name = visit_item(visit->pamh, PAM_USER);

    return name && strcmp(name, visit->name) == 0;
}

bool visit_fill(struct visit *visit)
{
    struct login_request *request = &visit->request;
    const char *service = visit_item(visit->pamh, PAM_SERVICE);

    snprintf(request->operation, sizeof(request->operation), "%s",
             visit->options.operation);
    snprintf(request->level, sizeof(request->level), "%s",
             visit->options.level);
    snprintf(request->service, sizeof(request->service), "%.64s",
             service ? service : "");
    return login_user_set(request->user, visit->name, visit->options.realm);
}

int visit_begin(struct visit *visit, int flags, int argc, const char **argv)
{
    const char *service = visit_item(visit->pamh, PAM_SERVICE);
    char why[PAM_FAULT_BYTES] = "";

    visit->is_silent = ((unsigned)flags & PAM_SILENT) != 0;
    if (!pam_options_read(service ? service : "", argc, argv, &visit->options,
                          why)) {
        pam_syslog(visit->pamh, LOG_ERR, "%s; nobody is let in", why);
        return PAM_SERVICE_ERR;
    }
    return PAM_SUCCESS;
}

void visit_show(const struct visit *visit, bool is_error, const char *text)
{
    if (!*text || visit->is_silent || visit->options.is_quiet)
        return;
    if (is_error)
        pam_error(visit->pamh, "%s", text);
    else
        pam_info(visit->pamh, "%s", text);
}
