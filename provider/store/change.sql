-- change_read: begins a read transaction with its first read
BEGIN;

-- change_write: begins a change, alone from its first moment
BEGIN IMMEDIATE;

-- change_commit: ends a transaction and keeps what it did
COMMIT;

-- change_rollback: ends a transaction as if it had not been
ROLLBACK;

-- change_part: begins a part of a change; of one name, the innermost is meant
SAVEPOINT part;

-- change_part_keep: ends a part and keeps what it did
RELEASE part;

-- change_part_undo: takes back what a part did
ROLLBACK TO part;

-- number_find: the number kept under a name
SELECT value FROM number WHERE name = ?1;

-- number_put: keeps a number under a name
INSERT INTO number VALUES (?1, ?2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;
