#include "provider/smsctl/suggest/audit_words.h"

#include "provider/base/own.h"

const char *const audit_events[] = {
#include "provider/smsctl/audit_events.h"
};
const size_t n_audit_events = ARRAY_SIZE(audit_events);

const char *const audit_codes[] = {
#include "provider/smsctl/audit_codes.h"
};
const size_t n_audit_codes = ARRAY_SIZE(audit_codes);
