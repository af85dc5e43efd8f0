-- Moved by every change of what is read together with the row, so that a copy of it never takes the place of a newer one.
alter table insights add column version int4 not null default 1
--> statement-breakpoint
alter table sharing_configurations add column version int4 not null default 1
