CREATE TABLE "analysis_costs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"wardrobe_id" uuid NOT NULL,
	"user_id" uuid,
	"hash" text NOT NULL,
	"analyser" text NOT NULL,
	"cost_usd" double precision NOT NULL,
	"input_tokens" integer DEFAULT 0 NOT NULL,
	"output_tokens" integer DEFAULT 0 NOT NULL,
	"outcome" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "photo_quarantine" (
	"wardrobe_id" uuid NOT NULL,
	"hash" text NOT NULL,
	"reason" text NOT NULL,
	"bytes" integer NOT NULL,
	"found_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "photo_quarantine_wardrobe_id_hash_pk" PRIMARY KEY("wardrobe_id","hash")
);
--> statement-breakpoint
ALTER TABLE "items" ADD COLUMN "attributes" text[] NOT NULL DEFAULT '{}';--> statement-breakpoint
-- the default was for the rows that were there; new ones come whole from the fold
ALTER TABLE "items" ALTER COLUMN "attributes" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "photo_files" ADD COLUMN "thumbhash" text;--> statement-breakpoint
ALTER TABLE "photo_files" ADD COLUMN "perceptual_hash" text;--> statement-breakpoint
ALTER TABLE "photos" ADD COLUMN "thumbhash" text;--> statement-breakpoint
ALTER TABLE "photos" ADD COLUMN "perceptual_hash" text;--> statement-breakpoint
CREATE INDEX "analysis_costs_at" ON "analysis_costs" USING btree ("at");--> statement-breakpoint
CREATE INDEX "analysis_costs_user" ON "analysis_costs" USING btree ("user_id","at");