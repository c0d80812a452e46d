-- search_vectors for some messages alone.
-- $1 org, $2 project, $3 question, $4 model, $5 messages
SELECT v.message_id, v.part::int, v.embedding <=> $3::halfvec
FROM unnest($5::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM chat_vectors o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.message_id = i.id AND o.model = $4 OFFSET 0) v
