-- Asks the backfill for vectors that this tenant lacks in a model, a page of them. What was set aside stays so.
-- $1 org, $2 project, $3 model, $4 after this memory, $5 memories to look at
WITH page AS MATERIALIZED (
    SELECT m.id FROM memories m
    WHERE m.org_id = $1 AND m.project_id = $2 AND m.id > $4
    ORDER BY m.id LIMIT $5
), queued AS (
    INSERT INTO embedding_queue AS q (org_id, project_id, memory_id)
    SELECT $1, $2, p.id FROM page p
    WHERE (SELECT v.memory_id FROM memory_vectors v
           WHERE v.org_id = $1 AND v.project_id = $2 AND v.memory_id = p.id AND v.model = $3 LIMIT 1) IS NULL
        AND NOT EXISTS (SELECT FROM dead_letters d
                        WHERE d.org_id = $1 AND d.project_id = $2 AND d.task = 'embedding' AND d.kind = 'memory'
                            AND d.item = p.id AND d.model = $3)
    ON CONFLICT (org_id, project_id, memory_id) DO UPDATE SET not_before = excluded.not_before
    RETURNING q.memory_id
), announced AS (
    INSERT INTO due_work (org_id, project_id, task)
    SELECT $1, $2, 'embedding' FROM (SELECT FROM queued LIMIT 1) one
    WHERE NOT stele_is_announced($1, $2, 'embedding')
)
SELECT (SELECT count(*) FROM queued), (SELECT p.id FROM page p ORDER BY p.id DESC LIMIT 1)
