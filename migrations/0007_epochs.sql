CREATE TABLE "epochs" (
	"wardrobe_id" uuid NOT NULL,
	"epoch" integer NOT NULL,
	"clocks" "bytea" NOT NULL,
	"ended_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "epochs_wardrobe_id_epoch_pk" PRIMARY KEY("wardrobe_id","epoch")
);
--> statement-breakpoint
-- Begins a new epoch: a fresh bag takes the place of snapshot, log and state vector, or nothing happens and it gives false,
-- where somebody has committed since the caller looked.
--   ended   the state vector that the old epoch ends with
--   writer  the Yjs client of the fresh bag, with `length` structs
create function modaics_turn(
  wardrobe uuid, expected_epoch integer, expected_head bigint, ended bytea, writer bigint, length bigint, bag bytea
) returns boolean language plpgsql as $$
begin
  update wardrobes
    set epoch = epoch + 1, head_seq = head_seq + 1, snapshot_seq = head_seq + 1, log_start = head_seq + 1
    where id = wardrobe and epoch = expected_epoch and head_seq = expected_head;
  if not found then
    return false;
  end if;
  insert into epochs (wardrobe_id, epoch, clocks) values (wardrobe, expected_epoch, ended);
  delete from writers where wardrobe_id = wardrobe;
  if length > 0 then
    insert into writers (wardrobe_id, client, clock, owner) values (wardrobe, writer, length, 'server');
  end if;
  insert into snapshots (wardrobe_id, seq, updates) values (wardrobe, expected_head + 1, bag)
    on conflict (wardrobe_id) do update set seq = excluded.seq, updates = excluded.updates;
  delete from log where wardrobe_id = wardrobe;
  return true;
end
$$;
