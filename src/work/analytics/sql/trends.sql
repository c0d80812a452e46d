-- Annotations by time: a row for each stretch of days up to now, the oldest first.
-- $1 org, $2 project, $3 days back, $4 days of a stretch, then each or NULL: $5 agent, $6 model, $7 domain
WITH stretch AS (
    SELECT n, now() - make_interval(days => $4::int) * n AS since
    FROM generate_series(1, ceil($3::float8 / $4::int)::int) n
), said AS (
    SELECT ceil(date_part('epoch', now() - a.created_at) / 86400 / $4::int)::int AS n, a.verdict, a.score
    FROM annotations a
    WHERE a.org_id = $1 AND a.project_id = $2 AND a.counts
        AND a.created_at > now() - make_interval(days => $4::int) * ceil($3::float8 / $4::int)
        AND ($5::text IS NULL OR a.agent = $5) AND ($6::text IS NULL OR a.model = $6)
        AND ($7::text IS NULL OR a.domain = $7)
), summed AS (
    SELECT greatest(n, 1) AS n, count(*) AS total, count(*) FILTER (WHERE verdict = 'pass') AS passed,
           count(*) FILTER (WHERE verdict = 'fail') AS failed, sum(score) AS scores
    FROM said
    GROUP BY 1
)
SELECT s.since, coalesce(m.total, 0), coalesce(m.passed, 0), coalesce(m.failed, 0), coalesce(m.scores, 0)
FROM stretch s
    LEFT JOIN summed m USING (n)
ORDER BY s.n DESC
