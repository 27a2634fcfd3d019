/*
 * smsctl audit export: gives the records of the audit to another program, in
 * order and without a gap that is not told.
 *
 * It reads as anybody with the right does, one page after the other, and asks
 * for the next once the receiver has the last: a receiver that stalls delays
 * the export, not the provider. Where it is, is kept in a file. After a break
 * it goes on where nothing can be lost; what is sent again has the same
 * position.
 */
#pragma once

#include "provider/smsctl/console.h"

enum smsclient_result verb_audit_export(struct console *console);
