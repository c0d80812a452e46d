-- The edges that summaries ask for (graph/source.hpp): each came from its messages, which are there before it and go
-- not without it.
-- $1 org, $2 project, $3 summaries
SELECT s.id, 'summary', s.id::text, 'derived_from', 'chat_message', m.id::text
FROM unnest($3::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM chat_summaries r
                        WHERE r.org_id = $1 AND r.project_id = $2 AND r.id = i.id LIMIT 1) s
    CROSS JOIN LATERAL (SELECT o.id FROM chat_messages o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.thread_id = s.thread_id
                            AND o.seq BETWEEN s.from_seq AND s.to_seq OFFSET 0) m
