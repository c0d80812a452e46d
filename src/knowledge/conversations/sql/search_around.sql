-- What stands around messages that were found: two before, two after, and the first of their six, which has the
-- group's vector; with the columns of search_candidates, and none of those that were found.
-- $1 org, $2 project, $3 scopes (NULL: all), $4 threads, $5 places
WITH found AS MATERIALIZED (
    SELECT * FROM unnest($4::uuid[], $5::int[]) f (thread, seq)
), places AS MATERIALIZED (
    SELECT f.thread, f.seq + d.distance AS seq
    FROM found f CROSS JOIN LATERAL unnest(ARRAY[-2, -1, 1, 2, -((f.seq - 1) % 6)]) d (distance)
    EXCEPT
    SELECT thread, seq FROM found
)
SELECT m.id, m.lexemes, m.created_at, m.scope, m.thread_id, m.seq, m.speaker, m.words, m.pairs,
       CASE WHEN octet_length(m.content) <= 1000 THEN m.content END, m.kind
FROM places p
    CROSS JOIN LATERAL (SELECT * FROM chat_messages o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.thread_id = p.thread AND o.seq = p.seq
                        LIMIT 1) m
WHERE ($3::text[] IS NULL OR m.scope = ANY ($3))
