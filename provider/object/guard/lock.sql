-- lock_find: a user that edits an object, and the key of their request
SELECT user, substr(request, 1, 8) || '-' || substr(request, 9, 4) || '-' ||
    substr(request, 13, 4) || '-' || substr(request, 17, 4) || '-' ||
    substr(request, 21), from_s, until_s
FROM object_lock WHERE class = ?1 AND object = ?2;

-- lock_put: gives a user the lock, or more time for it
INSERT INTO object_lock (class, object, user, request, from_s, until_s)
VALUES (?1, ?2, ?3, lower(hex(randomblob(16))), ?4, ?5)
ON CONFLICT (class, object) DO UPDATE SET until_s = excluded.until_s,
    from_s = iif(user = excluded.user, from_s, excluded.from_s),
    request = iif(user = excluded.user, request, excluded.request),
    user = excluded.user;

-- lock_count: how many a user has that have not ended
SELECT count(*) FROM object_lock WHERE user = ?1 AND until_s > ?2;

-- lock_cut: a few that have ended
DELETE FROM object_lock WHERE (class, object) IN
    (SELECT class, object FROM object_lock WHERE until_s <= ?1 LIMIT 16);

-- lock_drop: takes a user's lock of an object away
DELETE FROM object_lock WHERE class = ?1 AND object = ?2 AND user = ?3;

-- lock_drop_all: takes all of a user's locks away
DELETE FROM object_lock WHERE user = ?1;
