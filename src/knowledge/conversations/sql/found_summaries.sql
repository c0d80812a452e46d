-- The same for summaries.
-- $1 org, $2 project, $3 summaries
SELECT s.id, t.key, s.from_seq, s.to_seq, s.summary, s.keywords, s.created_at, s.scope, t.channel
FROM unnest($3::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM chat_summaries c
                        WHERE c.org_id = $1 AND c.project_id = $2 AND c.id = i.id LIMIT 1) s
    CROSS JOIN LATERAL (SELECT h.key, h.channel FROM chat_threads h
                        WHERE h.org_id = $1 AND h.project_id = $2 AND h.id = s.thread_id LIMIT 1) t
