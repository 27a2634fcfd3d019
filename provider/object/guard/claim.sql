-- claim_has_identity: whether a record has an identity
SELECT 1 FROM admin_identity WHERE kind = ?1 AND value = ?2 AND admin = ?3;

-- claim_outside_groups: groups whose members another system knows
SELECT row FROM admin WHERE IsGroup AND GroupSource IS NOT NULL
    AND GroupSource NOT IN ('', 'site');
