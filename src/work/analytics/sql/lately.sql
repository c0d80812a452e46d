-- How many annotations there were in the last 7 and 30 days, and the sums of their scores. $1 org, $2 project
SELECT count(*) FILTER (WHERE a.created_at > now() - interval '7 days'),
       coalesce(sum(a.score) FILTER (WHERE a.created_at > now() - interval '7 days'), 0),
       count(*), coalesce(sum(a.score), 0)
FROM annotations a
WHERE a.org_id = $1 AND a.project_id = $2 AND a.counts AND a.created_at > now() - interval '30 days'
