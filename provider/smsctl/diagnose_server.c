/* The server: address, TLS, what server.info says, the clock. */
#include "provider/base/clock.h"
#include "provider/base/datetime.h"
#include "provider/client/answer.h"
#include "provider/client/client.h"
#include "provider/client/tls.h"
#include "provider/smsctl/diagnosis.h"

enum {
    CLOCK_SKEW_NOTE_S = 30,
    CLOCK_SKEW_MAX_S = 60, /* tolerance of tokens; that of tickets is 300 */
};

static void note_channel(struct diagnosis *diagnosis,
                         const struct smsclient *client)
{
    const struct tls *tls = link_tls(client->link);
    const struct server_certificate *shown = tls ? tls_server(tls) : NULL;
    char until[DATETIME_BYTES] = "";

    if (!shown) {
        diagnosis_add(diagnosis, "server", FINDING_GOOD, "",
                      "A provider answers at the socket %s.",
                      client->address.path);
        return;
    }
    datetime_write(shown->until_s, until);
    diagnosis_add(diagnosis, "server", FINDING_GOOD, "",
                  "%s answers with TLS 1.3; its certificate is for %s, from "
                  "%s, until %s.",
                  client->address.host, shown->names, shown->issuer, until);
}

static void note_site(struct diagnosis *diagnosis)
{
    const json_t *info = diagnosis->info;
    const char *binding = answer_text(info, "channel_binding");

    diagnosis->minimum =
        auth_level_read(text_of(answer_text(info, "minimum_level")));
    diagnosis_add(diagnosis, "site", FINDING_GOOD, "",
                  "Site %s, version %s, requires level %s.",
                  answer_text(info, "site"), answer_text(info, "version"),
                  answer_text(info, "minimum_level"));
    if (strcmp(binding, "none") != 0)
        diagnosis_add(diagnosis, "site", FINDING_GOOD, "",
                      "Kerberos is bound to the TLS channel (the server says "
                      "%s); smsctl does so.",
                      binding);
}

static void note_clock(struct diagnosis *diagnosis, int64_t asked_s)
{
    const int64_t here_s = asked_s + (clock_wall_s() - asked_s) / 2;
    int64_t there_s, offset_s;

    if (datetime_read(text_of(answer_text(diagnosis->info, "time")),
                      &there_s) != STATUS_OK) {
        diagnosis_add(diagnosis, "clock", FINDING_NOTE, "",
                      "The provider does not tell its time.");
        return;
    }
    offset_s = there_s - here_s;
    diagnosis->clock_offset_s = offset_s;
    if (offset_s > CLOCK_SKEW_NOTE_S || offset_s < -CLOCK_SKEW_NOTE_S)
        diagnosis_add(diagnosis, "clock",
                      offset_s > CLOCK_SKEW_MAX_S ||
                              offset_s < -CLOCK_SKEW_MAX_S
                          ? FINDING_MISSING
                          : FINDING_NOTE,
                      "Correct the clock that is wrong: tickets tolerate 300 "
                      "s, tokens 60 s.",
                      "The clock here is %lld s %s the provider's.",
                      (long long)(offset_s > 0 ? offset_s : -offset_s),
                      offset_s > 0 ? "behind" : "ahead of");
    else
        diagnosis_add(diagnosis, "clock", FINDING_GOOD, "",
                      "The clocks here and at the provider agree.");
}

static bool ask_info(struct diagnosis *diagnosis, struct smsclient *client)
{
    SCOPED(memory_drop) char *info = NULL;

    if (smsclient_call(client, "server.info", NULL, &info) != SMSCLIENT_OK) {
        diagnosis_add_failure(diagnosis, "server", smsclient_failure(client));
        return false;
    }
    diagnosis->info = json_loads(info, 0, NULL);
    return diagnosis->info != NULL;
}

bool diagnose_server(struct diagnosis *diagnosis)
{
    OWNED(smsclient) client = smsclient_new();
    struct smsclient_options bare = diagnosis->options;
    int64_t asked_s;

    if (!client)
        return false;
    /* Errors in the user's own files are examined separately. */
    bare.certificate = bare.key = NULL;
    if (smsclient_connect(client, &bare) != SMSCLIENT_OK) {
        diagnosis_add_failure(diagnosis, "server", smsclient_failure(client));
        return false;
    }
    note_channel(diagnosis, client);
    asked_s = clock_wall_s();
    if (!ask_info(diagnosis, client))
        return false;
    note_site(diagnosis);
    note_clock(diagnosis, asked_s);
    return true;
}
