-- Threads with all that an export keeps of them, oldest first, one page. Ancestors that are gone are left out.
-- plan: tenant, because an export is of all
-- $1 org, $2 project, $3 threads (NULL: all), $4 scope or NULL, $5 place: time or NULL, $6 place: key, $7 limit
SELECT t.id, t.key, t.scope, t.channel, t.title, t.instance, t.last_seq, t.metadata, t.created_at,
       t.last_message_at, t.ended_at, t.summarized_seq, l.keys, l.upto
FROM chat_threads t
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(a.key ORDER BY n.at), '{}') AS keys,
               coalesce(array_agg(n.upto ORDER BY n.at), '{}') AS upto
        FROM unnest(t.lineage_threads, t.lineage_upto) WITH ORDINALITY AS n (id, upto, at)
            JOIN chat_threads a ON a.org_id = $1 AND a.project_id = $2 AND a.id = n.id
    ) l
WHERE t.org_id = $1 AND t.project_id = $2
    AND ($3::uuid[] IS NULL OR t.id = ANY ($3))
    AND ($4::text IS NULL OR t.scope = $4)
    AND ($5::timestamptz IS NULL OR (t.created_at, t.key COLLATE "C") > ($5, $6::text COLLATE "C"))
ORDER BY t.created_at, t.key COLLATE "C"
LIMIT $7
