CREATE TABLE "snapshots" (
	"wardrobe_id" uuid PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"updates" "bytea" NOT NULL
);
--> statement-breakpoint
ALTER TABLE "wardrobes" ADD COLUMN "snapshot_seq" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "wardrobes" ADD COLUMN "log_start" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
-- Puts a snapshot in the place of the log up to `compacted_seq`, or does nothing and gives false: where another instance has
-- put one there since the caller looked, or a new epoch has begun. Commits wait for this one statement only.
--   kept_after  the log keeps what came after this commit, at most `compacted_seq`
create function modaics_compact(
  wardrobe uuid, expected_epoch integer, expected_seq bigint, compacted_seq bigint, kept_after bigint, compacted bytea
) returns boolean language plpgsql as $$
begin
  update wardrobes set snapshot_seq = compacted_seq, log_start = kept_after
    where id = wardrobe and epoch = expected_epoch and snapshot_seq = expected_seq;
  if not found then
    return false;
  end if;
  insert into snapshots (wardrobe_id, seq, updates) values (wardrobe, compacted_seq, compacted)
    on conflict (wardrobe_id) do update set seq = excluded.seq, updates = excluded.updates;
  delete from log where wardrobe_id = wardrobe and seq <= kept_after;
  return true;
end
$$;
