-- Blocks written anew, without what was purged from them. All of them are there; as an insert each is found
-- by its key, whatever the statistics of the table say.
-- $1 org, $2 project, $3 segments, $4 buckets and $5 blocks, one each a block
INSERT INTO search_blocks (org_id, project_id, segment, bucket, block)
SELECT $1, $2, n.segment, n.bucket, n.block
FROM unnest($3::uuid[], $4::int[], $5::bytea[]) AS n (segment, bucket, block)
ON CONFLICT (org_id, project_id, segment, bucket) DO UPDATE SET block = excluded.block
