-- member_count: counts members of a collection, and notes that they changed
UPDATE collection SET LastMemberChangeTime = ?2, MemberCount = MemberCount + ?3
    WHERE row = ?1;
