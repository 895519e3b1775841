CREATE TABLE "history" (
	"wardrobe_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"id" text NOT NULL,
	"hlc" bigint NOT NULL,
	"by" text NOT NULL,
	"edit" jsonb NOT NULL,
	"beaten_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "history_wardrobe_id_kind_id_hlc_by_pk" PRIMARY KEY("wardrobe_id","kind","id","hlc","by")
);
--> statement-breakpoint
ALTER TABLE "folds" ADD COLUMN "fingerprint" bigint;--> statement-breakpoint
CREATE INDEX "history_beaten_at" ON "history" USING btree ("beaten_at");
--> statement-breakpoint
-- One commit of a wardrobe, in one round trip: the log, the state vector, the folds, the rows and the conflicts, or
-- nothing. False where another instance has committed since the caller looked.
--   written   [{client, clock, owner}]
--   folded    [{kind, id, live, fingerprint, beaten}]: `beaten` are the edits that this commit has taken out of `live`, for the
--             history; empty where none is kept
--   changed   {items: [row, …], outfits: […], …}: whole canonical rows by table
--   contested [conflict row, …]: all conflicts of the folded records
create or replace function modaics_commit(
  wardrobe uuid, expected_head bigint, head bigint, committed bytea, written jsonb, folded jsonb, changed jsonb, contested jsonb
) returns boolean language plpgsql as $$
begin
  update wardrobes set head_seq = head where id = wardrobe and head_seq = expected_head;
  if not found then
    return false;
  end if;
  insert into log (wardrobe_id, seq, updates) values (wardrobe, head, committed);
  insert into writers (wardrobe_id, client, clock, owner)
    select wardrobe, w.client, w.clock, w.owner
      from jsonb_to_recordset(written) as w(client bigint, clock bigint, owner text)
    on conflict (wardrobe_id, client) do update set clock = excluded.clock;
  insert into folds (wardrobe_id, kind, id, live, fingerprint)
    select wardrobe, f.kind, f.id, f.live, f.fingerprint
      from jsonb_to_recordset(folded) as f(kind text, id text, live jsonb, fingerprint bigint)
    on conflict (wardrobe_id, kind, id) do update set live = excluded.live, fingerprint = excluded.fingerprint;
  insert into history (wardrobe_id, kind, id, hlc, by, edit)
    select wardrobe, f.kind, f.id, (b->>0)::bigint, b->>1, b
      from jsonb_to_recordset(folded) as f(kind text, id text, beaten jsonb), jsonb_array_elements(f.beaten) as b
    on conflict do nothing;
  if changed ? 'items' then
    delete from items t using jsonb_to_recordset(changed->'items') as r(id text) where t.wardrobe_id = wardrobe and t.id = r.id;
    insert into items select * from jsonb_populate_recordset(null::items, changed->'items');
  end if;
  if changed ? 'outfits' then
    delete from outfits t using jsonb_to_recordset(changed->'outfits') as r(id text) where t.wardrobe_id = wardrobe and t.id = r.id;
    insert into outfits select * from jsonb_populate_recordset(null::outfits, changed->'outfits');
  end if;
  if changed ? 'outfit_items' then
    delete from outfit_items t using jsonb_to_recordset(changed->'outfit_items') as r(id text) where t.wardrobe_id = wardrobe and t.id = r.id;
    insert into outfit_items select * from jsonb_populate_recordset(null::outfit_items, changed->'outfit_items');
  end if;
  if changed ? 'wears' then
    delete from wears t using jsonb_to_recordset(changed->'wears') as r(id text) where t.wardrobe_id = wardrobe and t.id = r.id;
    insert into wears select * from jsonb_populate_recordset(null::wears, changed->'wears');
  end if;
  if changed ? 'feedback' then
    delete from feedback t using jsonb_to_recordset(changed->'feedback') as r(id text) where t.wardrobe_id = wardrobe and t.id = r.id;
    insert into feedback select * from jsonb_populate_recordset(null::feedback, changed->'feedback');
  end if;
  if changed ? 'photos' then
    delete from photos t using jsonb_to_recordset(changed->'photos') as r(id text) where t.wardrobe_id = wardrobe and t.id = r.id;
    insert into photos select * from jsonb_populate_recordset(null::photos, changed->'photos');
  end if;
  if changed ? 'profile' then
    delete from profile t using jsonb_to_recordset(changed->'profile') as r(id text) where t.wardrobe_id = wardrobe and t.id = r.id;
    insert into profile select * from jsonb_populate_recordset(null::profile, changed->'profile');
  end if;
  delete from conflicts t using jsonb_to_recordset(folded) as f(kind text, id text)
    where t.wardrobe_id = wardrobe and t.kind = f.kind and t.record_id = f.id;
  if jsonb_array_length(contested) > 0 then
    insert into conflicts select * from jsonb_populate_recordset(null::conflicts, contested);
  end if;
  return true;
end
$$;
