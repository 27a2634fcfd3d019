-- The decision as one query, written from the rules (the numbers are those of
-- the role-based administration reference). One row a question, by its id:
-- the verdict, the least level of a grant that would do (NULL: none), and what
-- may be said of a denial.
WITH RECURSIVE
-- R7.5 chain(X): X, its limiting collection, and so on up to a root.
chain(leaf, above) AS MATERIALIZED (
    SELECT id, id FROM collection
    UNION
    SELECT chain.leaf, collection.limiting
      FROM chain JOIN collection ON collection.id = chain.above
     WHERE collection.limiting IS NOT NULL),
-- R7.1: every record that applies, none that is disabled.
acting AS MATERIALIZED (
    SELECT subject_admin.subject, assignment.id AS assignment,
           assignment_role.role, assignment.from_s, assignment.until_s
      FROM subject_admin
      JOIN admin ON admin.id = subject_admin.admin AND NOT admin.is_disabled
      JOIN assignment ON assignment.admin = admin.id
      JOIN assignment_role ON assignment_role.assignment = assignment.id),
triple AS MATERIALIZED (
    SELECT acting.*, 'scope' AS kind, scope AS category
      FROM acting JOIN assignment_scope USING (assignment)
    UNION ALL
    SELECT acting.*, 'collection', collection
      FROM acting JOIN assignment_collection USING (assignment)),
-- What roles hold: as written, and what an operation implies (R9.3) where
-- the role does not itself say from which level on. A role acts from its own
-- level on, a right from its own, nothing below domain.
holding AS MATERIALIZED (
    SELECT role.id AS role, type, bit,
           max(role.level, role_right.level, 1) AS level
      FROM role JOIN role_right ON role_right.role = role.id
    UNION
    SELECT role.id, type, implied.also,
           max(role.level, role_right.level, 1)
      FROM role JOIN role_right ON role_right.role = role.id
      JOIN implied USING (type, bit)
     WHERE NOT EXISTS (SELECT 1 FROM role_right AS itself
                        WHERE itself.role = role.id
                          AND itself.type = implied.type
                          AND itself.bit = implied.also)),
granted AS MATERIALIZED (
    SELECT triple.*, holding.type, holding.bit, holding.level
      FROM triple JOIN holding USING (role)),
asked AS MATERIALIZED (
    SELECT question.*, bit.securing, bit.is_wide, bit.is_blocked
      FROM question LEFT JOIN bit USING (type, bit)),
-- What an object carries. What no scope or collection answers to is nothing,
-- and so is All, of which no object is a member (R7.3, R8.6).
known AS MATERIALIZED (
    SELECT asked.id AS question, label.label
      FROM asked JOIN label ON label.question = asked.id
     WHERE CASE asked.securing
           WHEN 'scope' THEN label.label IN
                (SELECT id FROM scope WHERE NOT is_all)
           WHEN 'collection' THEN label.label IN (SELECT id FROM collection)
           ELSE 0 END),
-- R7.5.2, R7.5.3: labels on which the caller's own assignment blocks.
blocked AS MATERIALIZED (
    SELECT DISTINCT asked.id, known.label
      FROM asked
      JOIN known ON known.question = asked.id
      JOIN triple ON triple.subject = asked.subject
                 AND triple.kind = 'collection'
                 AND triple.category = known.label
     WHERE asked.is_blocked AND NOT asked.about_type
       AND (triple.from_s IS NULL OR triple.from_s <= asked.now_s)
       AND (triple.until_s IS NULL OR asked.now_s < triple.until_s)),
-- Each grant of the operation beside the question: is it in time (T66), does
-- it cover the object (7.3, 7.4, 7.5), and is it kept from it by blocked?
meets AS MATERIALIZED (
    SELECT asked.id, granted.level,
           granted.from_s IS NOT NULL
               AND asked.now_s < granted.from_s AS is_early,
           granted.until_s IS NOT NULL
               AND granted.until_s <= asked.now_s AS is_late,
           CASE asked.securing
           WHEN 'role' THEN granted.kind = 'scope'
           WHEN 'scope' THEN granted.kind = 'scope' AND (
                asked.about_type OR asked.is_wide
                OR (granted.category IN (SELECT id FROM scope WHERE is_all)
                    AND EXISTS (SELECT 1 FROM known
                                 WHERE known.question = asked.id))
                OR EXISTS (SELECT 1 FROM known
                            WHERE known.question = asked.id
                              AND known.label = granted.category))
           WHEN 'collection' THEN granted.kind = 'collection' AND (
                asked.about_type OR asked.is_wide
                OR EXISTS (SELECT 1 FROM known
                             JOIN chain ON chain.leaf = known.label
                            WHERE known.question = asked.id
                              AND chain.above = granted.category))
           END AS is_covered,
           asked.about_type OR asked.is_wide OR asked.securing <> 'collection'
                OR EXISTS (SELECT 1 FROM known
                             JOIN chain ON chain.leaf = known.label
                            WHERE known.question = asked.id
                              AND chain.above = granted.category
                              AND NOT EXISTS (
                                  SELECT 1 FROM blocked
                                   WHERE blocked.id = asked.id
                                     AND blocked.label = known.label))
                AS is_free
      FROM asked
      JOIN granted ON granted.subject = asked.subject
                  AND granted.type = asked.type AND granted.bit = asked.bit),
-- How far a grant is from the question: 0 would do (but for the level), then
-- by what it misses: 1 time, 2 blocked by a direct assignment, 3 the object.
distance AS MATERIALIZED (
    SELECT id, level, is_early, is_late,
           CASE WHEN NOT is_covered THEN 3
                WHEN NOT is_free THEN 2
                WHEN is_early OR is_late THEN 1
                ELSE 0 END AS misses
      FROM meets),
nearest AS MATERIALIZED (
    SELECT id,
           min(misses) AS misses,
           min(level) FILTER (WHERE misses = 0) AS level,
           max(is_early) FILTER (WHERE misses = 1) AS is_early,
           max(is_late) FILTER (WHERE misses = 1) AS is_late
      FROM distance GROUP BY id)
SELECT asked.id,
       CASE WHEN nearest.level IS NULL THEN 'deny'
            WHEN nearest.level <= asked.level THEN 'allow'
            ELSE 'level' END AS verdict,
       nearest.level,
       asked.securing IS NULL AS is_unknown,
       NOT EXISTS (SELECT 1 FROM subject_admin
                     JOIN admin ON admin.id = subject_admin.admin
                    WHERE subject_admin.subject = asked.subject
                      AND NOT admin.is_disabled) AS has_no_record,
       -- 3: a role has it, assigned without any category; 4: no role has it.
       coalesce(nearest.misses,
                CASE WHEN EXISTS (SELECT 1 FROM acting JOIN holding USING (role)
                                   WHERE acting.subject = asked.subject
                                     AND holding.type = asked.type
                                     AND holding.bit = asked.bit)
                     THEN 3 ELSE 4 END) AS misses,
       coalesce(nearest.is_early, 0) AS is_early,
       coalesce(nearest.is_late, 0) AS is_late,
       asked.securing IS 'collection' AS is_by_collection
  FROM asked
  LEFT JOIN nearest USING (id)
 ORDER BY asked.id
