-- The edges that threads ask for (graph/source.hpp): a fork came from the thread it branched off.
-- $1 org, $2 project, $3 threads
SELECT t.id, 'chat_thread', t.id::text, 'derived_from', 'chat_thread',
       t.line_threads[cardinality(t.line_threads)]::text
FROM chat_threads t
WHERE t.org_id = $1 AND t.project_id = $2 AND t.id = ANY ($3) AND t.line_threads <> '{}'
