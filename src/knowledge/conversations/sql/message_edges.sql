-- The edges that messages ask for (graph/source.hpp): each is part of its job. $1 org, $2 project, $3 messages
SELECT m.id, 'chat_message', m.id::text, 'part_of', 'job', m.job_id
FROM unnest($3::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM chat_messages o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = i.id LIMIT 1) m
WHERE m.job_id IS NOT NULL
