-- When a warm insight was read last: those that were read most recently come first.
alter table refresh_schedules add column read_at timestamptz
