-- What else knows of some messages that go: the segments that have them, and the summaries that go with them.
-- $1 org, $2 project, $3 thread, $4 places (NULL: the whole thread)
SELECT true, m.id, m.lexemes
FROM chat_messages m
WHERE m.org_id = $1 AND m.project_id = $2 AND m.thread_id = $3 AND m.indexed
    AND ($4::int[] IS NULL OR m.seq = ANY ($4))
UNION ALL
SELECT false, s.id, CASE WHEN s.indexed THEN s.lexemes END
FROM chat_summaries s
WHERE s.org_id = $1 AND s.project_id = $2 AND s.thread_id = $3
    AND ($4::int[] IS NULL
         OR EXISTS (SELECT FROM unnest($4::int[]) p WHERE p BETWEEN s.from_seq AND s.to_seq))
