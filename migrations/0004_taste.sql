ALTER TABLE "feedback" ADD COLUMN "instead_ids" jsonb;--> statement-breakpoint
ALTER TABLE "profile" ADD COLUMN "taste_off" boolean;--> statement-breakpoint
ALTER TABLE "profile" ADD COLUMN "taste_reset_at" timestamp with time zone;