-- refresh_read: what is kept of the schedule of a collection
SELECT RefreshSchedule FROM collection WHERE row = ?1;

-- refresh_put: when a collection is due, computed at ?3
INSERT OR REPLACE INTO collection_refresh (collection, next_s, set_s)
    VALUES (?1, ?2, ?3);

-- refresh_drop: a collection has no schedule of its own
DELETE FROM collection_refresh WHERE collection = ?1;

-- refresh_set_back: collections whose time was computed by a clock that is ahead
SELECT collection FROM collection_refresh WHERE set_s > ?1 LIMIT ?2;

-- refresh_come: collections whose time has come
SELECT collection FROM collection_refresh WHERE next_s <= ?1
    ORDER BY next_s LIMIT ?2;

-- refresh_daily: collections without times of their own whose day is over
SELECT row FROM collection WHERE RefreshType & 2 AND NOT IsBuiltIn
    AND (coalesce(LastRefreshTime, LastChangeTime, 0) <= ?1 - ?2
    OR coalesce(LastRefreshTime, LastChangeTime, 0) > ?1)
    AND row NOT IN (SELECT collection FROM collection_due)
    AND row NOT IN (SELECT collection FROM collection_refresh) LIMIT ?3;
