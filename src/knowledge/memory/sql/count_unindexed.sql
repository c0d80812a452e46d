-- How many memories are in no segment, counted no further than $3; by memories_unindexed, as fold_take.
-- $1 org, $2 project
SELECT count(*)
FROM (SELECT FROM memories
      WHERE org_id = $1 AND project_id = $2 AND NOT indexed
      ORDER BY id NULLS FIRST
      LIMIT $3) unindexed
