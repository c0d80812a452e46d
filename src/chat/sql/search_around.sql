-- What stands around messages that were found: two before, two after, and the first of their six, which has the
-- group's vector.
-- $1 org, $2 project, $3 scopes (NULL: all), $4 threads, $5 places
SELECT m.id
FROM (SELECT DISTINCT f.thread, f.seq + d.distance AS seq
      FROM unnest($4::uuid[], $5::int[]) f (thread, seq)
          CROSS JOIN LATERAL unnest(ARRAY[-2, -1, 1, 2, -((f.seq - 1) % 6)]) d (distance)) p
    JOIN chat_messages m ON m.org_id = $1 AND m.thread_id = p.thread AND m.seq = p.seq
WHERE m.project_id = $2 AND ($3::text[] IS NULL OR m.scope = ANY ($3))
