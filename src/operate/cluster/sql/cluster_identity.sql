-- Which cluster this is, for as long as it lives. Whoever runs the server may have kept this function to
-- himself.
SELECT system_identifier::text FROM pg_control_system()
