-- How many jobs each class has; read as the operator.
SELECT retention, count(*) FROM jobs GROUP BY retention ORDER BY retention
