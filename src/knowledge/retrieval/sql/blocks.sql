-- Blocks by their places, each with its number among the places asked for. Segments and buckets come as
-- arrays: a bucket that the server computed would not be an index condition under row-level security. LATERAL
-- and LIMIT, because a join was seen to read all of a tenant's blocks and compare them.
-- $1 org, $2 project, $3 segments and $4 buckets, one each a block
SELECT (u.number - 1)::int, b.block
FROM unnest($3::uuid[], $4::int[]) WITH ORDINALITY AS u (segment, bucket, number)
    CROSS JOIN LATERAL (SELECT k.block FROM search_blocks k
                        WHERE k.org_id = $1 AND k.project_id = $2 AND k.segment = u.segment
                              AND k.bucket = u.bucket
                        LIMIT 1) b
