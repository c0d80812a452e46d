-- The edges that messages ask for (graph/source.hpp): each is part of its job. $1 org, $2 project, $3 messages
SELECT m.id, 'chat_message', m.id::text, 'part_of', 'job', m.job_id
FROM chat_messages m
WHERE m.org_id = $1 AND m.project_id = $2 AND m.id = ANY ($3) AND m.job_id IS NOT NULL
