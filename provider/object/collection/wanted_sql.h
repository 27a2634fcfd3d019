/*
 * Devices that a collection (?1) should no longer hold, or does not hold yet,
 * by its rules and limit; the _ONE statements look at one device (?2) alone.
 */
#pragma once

extern const char SQL_WANTED_GONE[];
extern const char SQL_WANTED_GONE_ONE[];
extern const char SQL_WANTED_COME[];
extern const char SQL_WANTED_COME_ONE[];
