-- The edges that threads ask for (graph/source.hpp): a fork came from the thread it branched off.
-- $1 org, $2 project, $3 threads
SELECT t.id, 'chat_thread', t.id::text, 'derived_from', 'chat_thread',
       t.lineage_threads[cardinality(t.lineage_threads)]::text
FROM unnest($3::uuid[]) i (id)
    CROSS JOIN LATERAL (SELECT * FROM chat_threads o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = i.id LIMIT 1) t
WHERE t.lineage_threads <> '{}'
