-- count_full: counts members that a full evaluation changed; the first of them (?5) are counted from nothing, unless the collection is due
UPDATE collection SET LastMemberChangeTime = ?2, MemberCount = MemberCount + ?3,
    FullEvaluationMemberChangeTime = ?2, FullEvaluationMemberChanges =
    CASE WHEN ?5 AND CurrentStatus = 1 THEN 0
    ELSE ifnull(FullEvaluationMemberChanges, 0) END + ?4,
    FullEvaluationRunTime = CASE WHEN CurrentStatus = 1 THEN ?6
    ELSE FullEvaluationRunTime END WHERE row = ?1;

-- count_incremental: the same of an incremental evaluation
UPDATE collection SET LastMemberChangeTime = ?2, MemberCount = MemberCount + ?3,
    IncrementalEvaluationMemberChangeTime = ?2,
    IncrementalEvaluationMemberChanges = CASE WHEN ?5 THEN 0
    ELSE ifnull(IncrementalEvaluationMemberChanges, 0) END + ?4,
    IncrementalEvaluationRunTime = ?6 WHERE row = ?1;

-- count_end: a collection that is not due was evaluated, and changed (?2) or not
UPDATE collection SET FullEvaluationMemberChanges = CASE WHEN ?2
    THEN FullEvaluationMemberChanges ELSE 0 END, FullEvaluationRunTime = ?3
    WHERE row = ?1 AND CurrentStatus = 1;
