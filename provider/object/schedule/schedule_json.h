/*
 * Schedule tokens as JSON: objects that name their class as TokenType or
 * @odata.type: SMS_ST_NonRecurring, SMS_ST_RecurInterval, SMS_ST_RecurWeekly,
 * SMS_ST_RecurMonthlyByDate and SMS_ST_RecurMonthlyByWeekday.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/base/status.h"
#include "provider/base/text.h"
#include "provider/object/schedule/schedule.h"

/* Reads a JSON array of tokens. STATUS_INVALID with a sentence. */
MUST_CHECK
enum status schedule_read(struct text json, struct schedule *schedule,
                          const char **why_out);

/* Appends the array with every number of a token's class. */
void schedule_write(const struct schedule *schedule, struct buf *json);
