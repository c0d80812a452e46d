-- Settings as the server has them: name, as people write it, as a number of its unit, the unit ("": none), whether a change
-- needs a restart. $1 names
SELECT name, current_setting(name), setting, coalesce(unit, ''), context = 'postmaster'
  FROM pg_settings
 WHERE name = ANY ($1::text[])
