-- The oldest and the newest backup that are still there, and how old they are in hours. No row without any.
SELECT jsonb_build_object(
    'oldest', min(made_at), 'oldestHours', round(extract(epoch FROM now() - min(made_at)) / 3600, 1),
    'newest', max(made_at), 'newestHours', round(extract(epoch FROM now() - max(made_at)) / 3600, 1))
FROM stele_backups WHERE removed_at IS NULL HAVING count(*) > 0
