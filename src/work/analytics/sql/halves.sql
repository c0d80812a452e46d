-- All annotations in the order they came, cut in two: how many and the sum of their scores, the older half first.
-- plan: tenant, because a trend is of all annotations
-- $1 org, $2 project
SELECT half, count(*), sum(score)
FROM (SELECT a.score, ntile(2) OVER (ORDER BY a.created_at) AS half
      FROM annotations a
      WHERE a.org_id = $1 AND a.project_id = $2 AND a.counts) h
GROUP BY half
ORDER BY half
