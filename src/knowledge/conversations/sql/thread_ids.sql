-- Threads by their keys; one that is not there has no row. $1 org, $2 project, $3 keys → key, id
SELECT t.key, t.id
FROM unnest($3::text[]) k (key)
    CROSS JOIN LATERAL (SELECT o.key, o.id FROM chat_threads o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.key = k.key LIMIT 1) t
