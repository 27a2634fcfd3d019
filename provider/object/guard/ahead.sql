-- ahead_locks: drops locks that last longer than any that is given now
DELETE FROM object_lock WHERE until_s > ?1 + ?2;

-- ahead_sessions: what users signed in with until now stays ended
UPDATE admin SET sessions_ended_s = ?1 WHERE sessions_ended_s > ?1;
