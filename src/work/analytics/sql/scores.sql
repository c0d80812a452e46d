-- What all scores are made of: annotations once summed by all that tells them apart, those sums again by each
-- plan: tenant, because a score is of all annotations, read from an index alone
-- dimension. Of each the most annotated values. $1 org, $2 project, $3 half-life in days, $4 values of a dimension
WITH said AS (
    SELECT a.agent, a.model, a.domain, a.verdict, a.score, a.created_at,
           CASE WHEN a.iterations <= 3 THEN 'simple' WHEN a.iterations <= 10 THEN 'moderate' ELSE 'complex' END
               AS complexity,
           -- Beyond sixty half-lives it weighs nothing, and the power would underflow.
           power(2::float8, greatest(-60::float8, date_part('epoch', a.created_at - now()) / 86400 / $3::float8))
               AS weight
    FROM annotations a
    WHERE a.org_id = $1 AND a.project_id = $2 AND a.counts
), alike AS (
    SELECT agent, model, domain, complexity, count(*) AS total, count(*) FILTER (WHERE verdict = 'pass') AS passed,
           count(*) FILTER (WHERE verdict = 'fail') AS failed, sum(weight) AS weights, sum(weight * score) AS scores,
           sum(weight * weight) AS squares
    FROM said
    GROUP BY agent, model, domain, complexity
), summed AS (
    SELECT CASE grouping(agent, model, domain, complexity) WHEN 15 THEN 'overall' WHEN 7 THEN 'agent'
                WHEN 11 THEN 'model' WHEN 13 THEN 'domain' WHEN 14 THEN 'complexity' ELSE 'domain model' END
               AS dimension,
           CASE grouping(agent, model, domain, complexity) WHEN 7 THEN agent WHEN 11 THEN model WHEN 14 THEN complexity
                WHEN 15 THEN 'all' ELSE domain END AS value,
           CASE WHEN grouping(domain, model) = 0 THEN model ELSE '' END AS of_domain,
           coalesce(sum(total), 0)::int8 AS total, coalesce(sum(passed), 0)::int8 AS passed,
           coalesce(sum(failed), 0)::int8 AS failed, coalesce(sum(weights), 0) AS weights,
           coalesce(sum(scores), 0) AS scores, coalesce(sum(squares), 0) AS squares
    FROM alike
    GROUP BY GROUPING SETS ((), (agent), (model), (domain), (complexity), (domain, model))
), ranked AS (
    SELECT s.*, row_number() OVER (PARTITION BY dimension ORDER BY total DESC, value, of_domain) AS place FROM summed s
)
SELECT dimension, value, of_domain, total, passed, failed, weights, scores, squares
FROM ranked
WHERE place <= $4
ORDER BY dimension, place
