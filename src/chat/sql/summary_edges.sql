-- The edges that summaries ask for (graph/source.hpp): each came from its messages, which are there before it and go
-- not without it.
-- $1 org, $2 project, $3 summaries
SELECT s.id, 'summary', s.id::text, 'derived_from', 'chat_message', m.id::text
FROM chat_summaries s
    JOIN chat_messages m
        ON m.org_id = s.org_id AND m.thread_id = s.thread_id AND m.seq BETWEEN s.from_seq AND s.to_seq
WHERE s.org_id = $1 AND s.project_id = $2 AND m.project_id = $2 AND s.id = ANY ($3)
