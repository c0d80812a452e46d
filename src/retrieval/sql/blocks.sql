-- Blocks by their places, each with its number among the places asked for. Segments and buckets come as
-- arrays: a bucket that the server computed would not be an index condition under row-level security.
-- $1 org, $2 project, $3 segments and $4 buckets, one each a block
SELECT (u.number - 1)::int, b.block
FROM unnest($3::uuid[], $4::int[]) WITH ORDINALITY AS u (segment, bucket, number)
    JOIN search_blocks b ON b.org_id = $1 AND b.project_id = $2 AND b.segment = u.segment
                            AND b.bucket = u.bucket
