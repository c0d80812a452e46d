-- The segments of a tenant's items of one kind, the largest first; one empty row when there are none.
--
-- The statements that follow in the same transaction are planned for the keys of their tables, also when they
-- are planned for the first time while these are nearly empty: the plan stays when the table has grown.
-- $1 org, $2 project, $3 kind
SELECT s.segment, s.documents, s.removed, s.buckets, s.bytes, s.first_id, s.last_id
FROM (SELECT set_config('enable_seqscan', 'off', true)) by_index
    LEFT JOIN search_segments s ON s.org_id = $1 AND s.project_id = $2 AND s.kind = $3
ORDER BY s.documents DESC, s.segment
