-- Blocks of a new segment. $1 org, $2 project, $3 segment, $4 buckets and $5 blocks, one each a block
INSERT INTO search_blocks (org_id, project_id, segment, bucket, block)
SELECT $1, $2, $3, n.bucket, n.block
FROM unnest($4::int[], $5::bytea[]) AS n (bucket, block)
