/*
 * The write-ahead log as a file that is written in large pieces: SQLite writes
 * the head and the page of each frame by calls of their own. What is kept back
 * is written before the log is read, cut or synced, so before any commit.
 */
#pragma once

/* For sqlite3_open_v2, after log_file_register. */
#define LOG_FILE_VFS "sms-log"

/* Once; without memory, databases cannot be opened with it. */
void log_file_register(void);
