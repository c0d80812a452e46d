-- The segments of a tenant's items of one kind, the largest first.
-- $1 org, $2 project, $3 kind
SELECT segment, documents, removed, buckets, bytes, first_id, last_id
FROM search_segments
WHERE org_id = $1 AND project_id = $2 AND kind = $3
ORDER BY documents DESC, segment
