-- Those of some messages that are there already, by id or by dedup key: which of them (from 1), the one that is
-- there, its place and scope, whether it says the same in the same thread.
-- $1 org, $2 project, $3 ids, $4 threads' keys, $5 dedup keys, $6 hashes
SELECT n.at, m.id, m.seq, m.scope, coalesce(m.thread_id = t.id, false) AND m.content_hash = n.hash
FROM unnest($3::uuid[], $4::text[], $5::text[], $6::bytea[]) WITH ORDINALITY
         AS n (id, thread, dedup, hash, at)
    LEFT JOIN LATERAL (SELECT h.id FROM chat_threads h
                       WHERE h.org_id = $1 AND h.project_id = $2 AND h.key = n.thread LIMIT 1) t ON true
    CROSS JOIN LATERAL (
        (SELECT * FROM chat_messages k
         WHERE k.org_id = $1 AND k.project_id = $2 AND k.thread_id = t.id AND k.dedup_key = n.dedup)
        UNION ALL
        (SELECT * FROM chat_messages i WHERE i.org_id = $1 AND i.project_id = $2 AND i.id = n.id)
        LIMIT 1
    ) m
