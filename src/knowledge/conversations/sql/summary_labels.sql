-- The beginning of some summaries, for a line in the graph. $1 org, $2 project, $3 ids
SELECT m.id, left(summary, 400)
FROM unnest($3::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM chat_summaries o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = i.id LIMIT 1) m
