-- How a store is opened, and the tables of this room. The seal signs the text
-- of a table: what stands here is changed by another step, not in place.

-- store_settings (script): every store
PRAGMA cell_size_check = ON;
-- no SIGBUS
PRAGMA mmap_size = 0;
PRAGMA cache_size = -16384;
PRAGMA temp_store = MEMORY;

-- store_settings_read (script): a store that is only read
PRAGMA query_only = ON;

-- store_settings_write (script): a store that is written: the leaves which a
-- large import changes again and again stay in memory, and are copied from the
-- log into the database once for many changes; a start after a kill reads a log
-- of 64 MiB
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA secure_delete = FAST;
PRAGMA cache_size = -49152;
PRAGMA wal_autocheckpoint = 16000;
-- and as much is kept of a log that was longer while somebody read
PRAGMA journal_size_limit = 67108864;

-- store_journal_mode (script): "wal" where the file system can share memory
PRAGMA journal_mode;

-- store_application (script): whose file it is
PRAGMA application_id;

-- store_version (script): how many of the steps below were taken
PRAGMA user_version;

-- store_json_each: declares the table function before the store is sealed
SELECT value FROM json_each('[]');

-- store_pair_columns (fragment): what a table of pairs looks like; a format
CREATE TABLE x(%s INTEGER NOT NULL, %s INTEGER NOT NULL,
    PRIMARY KEY(%s, %s)) WITHOUT ROWID

-- store_pairs (fragment): declares a table of pairs before the store is sealed; a format
SELECT 1 FROM %s LIMIT 0

-- store_step_1 (script): numbers, audit, seal, tokens
PRAGMA application_id = 1397576528;
PRAGMA user_version = 1;
CREATE TABLE number (
    name TEXT PRIMARY KEY, value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
    id INTEGER PRIMARY KEY, wall_ms INTEGER NOT NULL,
    mono_ms INTEGER NOT NULL, boot TEXT NOT NULL, event TEXT NOT NULL,
    user TEXT NOT NULL, method TEXT NOT NULL, level TEXT NOT NULL,
    peer TEXT NOT NULL, session INTEGER NOT NULL, class TEXT NOT NULL,
    key TEXT NOT NULL, operation TEXT NOT NULL, outcome TEXT NOT NULL,
    reason TEXT NOT NULL, grant TEXT NOT NULL, detail TEXT NOT NULL,
    message_id INTEGER NOT NULL, hash BLOB NOT NULL
) STRICT;
CREATE TABLE audit_head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id INTEGER NOT NULL, hash BLOB NOT NULL
) STRICT;
INSERT INTO audit_head VALUES (1, 0, zeroblob(32));
CREATE TABLE seal (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    line TEXT NOT NULL, tables TEXT NOT NULL, start TEXT NOT NULL
) STRICT;
CREATE TABLE used_token (
    key BLOB PRIMARY KEY, until_s INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX used_token_by_end ON used_token (until_s);

-- store_step_2 (script): versions of the policy
PRAGMA user_version = 2;
CREATE TABLE policy_version (
    number INTEGER PRIMARY KEY AUTOINCREMENT, time_s INTEGER NOT NULL,
    author TEXT NOT NULL, approver TEXT NOT NULL, origin TEXT NOT NULL,
    message TEXT NOT NULL, digest TEXT NOT NULL
) STRICT;
CREATE INDEX version_by_digest ON policy_version (digest);
CREATE TABLE policy_waiting (
    digest TEXT PRIMARY KEY, time_s INTEGER NOT NULL, author TEXT NOT NULL,
    origin TEXT NOT NULL, message TEXT NOT NULL, plan_digest TEXT NOT NULL,
    evidence TEXT NOT NULL DEFAULT '', until_s INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE policy_text (
    row INTEGER PRIMARY KEY, sha256 BLOB NOT NULL UNIQUE,
    size INTEGER NOT NULL, text TEXT NOT NULL
) STRICT;
CREATE TABLE policy_file (
    digest TEXT NOT NULL, name TEXT NOT NULL,
    text INTEGER NOT NULL REFERENCES policy_text (row),
    PRIMARY KEY (digest, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_by_text ON policy_file (text);

-- store_step_3 (script): the key of concealed values
PRAGMA user_version = 3;
CREATE TABLE conceal_key (
    one INTEGER PRIMARY KEY CHECK (one = 1), wrapped BLOB NOT NULL
) STRICT;

-- store_step_4 (script): which request a record of the audit is about
PRAGMA user_version = 4;
ALTER TABLE audit ADD COLUMN request TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN trace TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN span TEXT NOT NULL DEFAULT '';
CREATE INDEX audit_by_request ON audit (request) WHERE request <> '';
CREATE INDEX audit_by_trace ON audit (trace) WHERE trace <> '';

-- store_step_5 (script): what changed, what watches have told, and what is being
-- edited
PRAGMA user_version = 5;
CREATE TABLE change_log (
    position INTEGER PRIMARY KEY, name TEXT NOT NULL, rows BLOB NOT NULL
) STRICT;
CREATE TABLE kept_watch (
    row INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, user TEXT NOT NULL,
    class TEXT NOT NULL, filter TEXT NOT NULL, serial INTEGER NOT NULL,
    answer INTEGER NOT NULL, position INTEGER NOT NULL,
    after INTEGER NOT NULL, used_s INTEGER NOT NULL, rows BLOB NOT NULL,
    keys BLOB NOT NULL, added_rows BLOB NOT NULL, added_keys BLOB NOT NULL
) STRICT;
CREATE INDEX kept_watch_by_user ON kept_watch (user, used_s);
CREATE INDEX kept_watch_by_use ON kept_watch (used_s);
CREATE TABLE object_lock (
    class TEXT NOT NULL, object INTEGER NOT NULL, user TEXT NOT NULL,
    request TEXT NOT NULL, from_s INTEGER NOT NULL, until_s INTEGER NOT NULL,
    PRIMARY KEY (class, object)
) STRICT, WITHOUT ROWID;
CREATE INDEX object_lock_by_user ON object_lock (user);
CREATE INDEX object_lock_by_end ON object_lock (until_s);

-- store_step_6 (script): up to where exports have the audit
PRAGMA user_version = 6;
CREATE TABLE export_mark (
    user TEXT PRIMARY KEY, position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
