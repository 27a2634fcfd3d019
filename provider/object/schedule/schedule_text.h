/*
 * Schedule tokens as text: two words of 32 bits a token, in 16 hexadecimal
 * digits, one token after the other.
 * They are what SMS_ScheduleMethods reads and writes.
 *
 * Word 1: minute 31-26, hour 25-21, day 20-16, month 15-12, year since 1970
 * 11-6, minutes of duration 5-0. Word 2: hours of duration 31-27, days of it
 * 26-22, kind 21-19, then what the kind has; bit 0: by UTC.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/base/status.h"
#include "provider/base/text.h"
#include "provider/object/schedule/schedule.h"

enum {
    SCHEDULE_TOKEN_DIGITS = 16,
    SCHEDULE_TEXT_MAX_BYTES = SCHEDULE_TOKENS_MAX * SCHEDULE_TOKEN_DIGITS,
};

/* STATUS_INVALID with a sentence. */
MUST_CHECK
enum status schedule_text_read(struct text text, struct schedule *schedule,
                               const char **why_out);

/* Appends the digits. STATUS_INVALID with a sentence where the text has no
 * room: starts before 1970 or after 2033. */
MUST_CHECK
enum status schedule_text_write(const struct schedule *schedule,
                                struct buf *text, const char **why_out);
