-- Blocks written anew, without what was purged from them.
-- $1 org, $2 project, $3 segments, $4 buckets and $5 blocks, one each a block
UPDATE search_blocks b SET block = n.block
FROM unnest($3::uuid[], $4::int[], $5::bytea[]) AS n (segment, bucket, block)
WHERE b.org_id = $1 AND b.project_id = $2 AND b.segment = n.segment AND b.bucket = n.bucket
