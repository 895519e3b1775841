CREATE TABLE "purges" (
	"wardrobe_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"id" text NOT NULL,
	"user_id" uuid NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	CONSTRAINT "purges_wardrobe_id_kind_id_pk" PRIMARY KEY("wardrobe_id","kind","id")
);
--> statement-breakpoint
CREATE TABLE "tombstones" (
	"wardrobe_id" uuid NOT NULL,
	"key" text NOT NULL,
	CONSTRAINT "tombstones_wardrobe_id_key_pk" PRIMARY KEY("wardrobe_id","key")
);
--> statement-breakpoint
-- Begins a new epoch without some records, and leaves nothing of them but their tombstones; or does nothing and gives false,
-- as `modaics_turn`, whose parameters it takes.
--   gone  [{kind, id, key}]: the records, and what stands for each afterwards
create function modaics_erase(
  wardrobe uuid, expected_epoch integer, expected_head bigint, ended bytea, writer bigint, length bigint, bag bytea, gone jsonb
) returns boolean language plpgsql as $$
declare
  kind_table text;
begin
  if not modaics_turn(wardrobe, expected_epoch, expected_head, ended, writer, length, bag) then
    return false;
  end if;
  insert into tombstones (wardrobe_id, key)
    select wardrobe, g.key from jsonb_to_recordset(gone) as g(key text) on conflict do nothing;
  foreach kind_table in array array['items', 'outfits', 'outfit_items', 'wears', 'feedback', 'photos', 'profile'] loop
    execute format(
      'delete from %I t using jsonb_to_recordset($2) as g(kind text, id text)
        where g.kind = $3 and t.wardrobe_id = $1 and t.id = g.id', kind_table) using wardrobe, gone, kind_table;
  end loop;
  delete from folds t using jsonb_to_recordset(gone) as g(kind text, id text)
    where t.wardrobe_id = wardrobe and t.kind = g.kind and t.id = g.id;
  delete from history t using jsonb_to_recordset(gone) as g(kind text, id text)
    where t.wardrobe_id = wardrobe and t.kind = g.kind and t.id = g.id;
  delete from conflicts t using jsonb_to_recordset(gone) as g(kind text, id text)
    where t.wardrobe_id = wardrobe and t.kind = g.kind and t.record_id = g.id;
  return true;
end
$$;
