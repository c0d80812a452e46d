-- Asks the backfill for the vectors of those of these memories that are there, anew where one is asked for already.
-- $1 org, $2 project, $3 memories
WITH queued AS (
    INSERT INTO embedding_queue AS q (org_id, project_id, memory_id)
    SELECT m.org_id, m.project_id, m.id
    FROM unnest($3::uuid[]) i (id)
        CROSS JOIN LATERAL (SELECT * FROM memories o
                            WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = i.id LIMIT 1) m
    ON CONFLICT (org_id, project_id, memory_id) DO UPDATE
    SET queued_at = clock_timestamp(), attempts = 0, not_before = excluded.not_before
    RETURNING q.memory_id
)
INSERT INTO due_work (org_id, project_id, task)
SELECT $1, $2, 'embedding' FROM (SELECT FROM queued LIMIT 1) one
WHERE NOT stele_is_announced($1, $2, 'embedding')
