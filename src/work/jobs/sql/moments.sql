-- The first moments at which a clock in a zone shows these times, or has been set forward over them; in the order
-- given. The offsets of the day before and the day after bound the search. $1 zone, $2 times, as if they were UTC
SELECT (SELECT min(t) FROM generate_series(w.shown - greatest(w.before, w.later), w.shown - least(w.before, w.later),
                                           interval '1 minute') AS t
        WHERE (t AT TIME ZONE 'UTC') AT TIME ZONE $1 >= w.shown) AT TIME ZONE 'UTC'
FROM (SELECT n.place, n.utc AT TIME ZONE 'UTC' AS shown,
             ((n.utc - interval '24 hours') AT TIME ZONE $1) - ((n.utc - interval '24 hours') AT TIME ZONE 'UTC') AS before,
             ((n.utc + interval '24 hours') AT TIME ZONE $1) - ((n.utc + interval '24 hours') AT TIME ZONE 'UTC') AS later
      FROM unnest($2::timestamptz[]) WITH ORDINALITY AS n (utc, place)) w
ORDER BY w.place
