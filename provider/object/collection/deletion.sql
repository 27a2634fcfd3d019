-- deletion_begin: says that the members of a collection are being deleted
UPDATE collection SET CurrentStatus = 6 WHERE row = ?1;

-- deletion_end: says so no longer, if all of them are
UPDATE collection SET CurrentStatus = iif(row IN (SELECT collection
    FROM collection_due), 5, 1) WHERE row = ?1 AND CurrentStatus = 6
    AND row NOT IN (SELECT collection FROM collection_deletion);

-- deletion_next: where it goes on: of one collection, or of any (0)
SELECT collection, block FROM collection_deletion
    WHERE ?1 IN (0, collection)
    ORDER BY collection, block LIMIT 1;

-- deletion_note_asker: who deletes the members of a collection; '': somebody whose right the site does not know by their name
INSERT INTO deletion_asker (collection, user, level) VALUES (?1, ?2, ?3)
    ON CONFLICT (collection) DO UPDATE SET user = excluded.user,
    level = excluded.level;

-- deletion_forget_records: those that the last one had
DELETE FROM deletion_record WHERE collection = ?1;

-- deletion_note_record: one that applies to somebody whose rights the site does not know by their name
INSERT INTO deletion_record (collection, admin) VALUES (?1, ?2);

-- deletion_records: those that applied
SELECT admin FROM deletion_record WHERE collection = ?1 ORDER BY admin;

-- deletion_asker: who that was
SELECT user, level FROM deletion_asker WHERE collection = ?1;

-- deletion_stop: leaves the others
DELETE FROM collection_deletion WHERE collection = ?1;
