-- What scores of some agents are made of; of each its last annotations, for older ones weigh little beside so many.
-- $1 org, $2 project, $3 agents, $4 half-life in days, $5 annotations of each
SELECT n.agent, count(*), count(*) FILTER (WHERE s.verdict = 'pass'), count(*) FILTER (WHERE s.verdict = 'fail'),
       sum(s.weight), sum(s.weight * s.score), sum(s.weight * s.weight)
FROM unnest($3::text[]) n (agent)
    CROSS JOIN LATERAL (
        SELECT a.verdict, a.score,
               power(2::float8, greatest(-60::float8,
                                         date_part('epoch', a.created_at - now()) / 86400 / $4::float8)) AS weight
        FROM annotations a
        WHERE a.org_id = $1 AND a.project_id = $2 AND a.agent = n.agent AND a.counts
        ORDER BY a.created_at DESC
        LIMIT $5) s
GROUP BY n.agent
