-- plan: tenant, because it counts
-- A tenant's chat in numbers. $1 org, $2 project
SELECT (SELECT count(*) FROM chat_threads WHERE org_id = $1 AND project_id = $2),
       count(*), coalesce(sum(octet_length(m.content)), 0)::bigint, count(*) FILTER (WHERE m.indexed),
       (SELECT count(*) FROM chat_summaries WHERE org_id = $1 AND project_id = $2),
       (SELECT count(*) FROM pending_actions WHERE org_id = $1 AND project_id = $2 AND status = 'open'),
       (SELECT count(*) FROM chat_vectors WHERE org_id = $1 AND project_id = $2 AND part = 0),
       (SELECT count(*) FROM chat_work WHERE org_id = $1 AND project_id = $2 AND task = 'vectors'),
       (SELECT count(*) FROM chat_work WHERE org_id = $1 AND project_id = $2 AND task = 'summary'),
       min(m.created_at), max(m.created_at)
FROM chat_messages m
WHERE m.org_id = $1 AND m.project_id = $2
