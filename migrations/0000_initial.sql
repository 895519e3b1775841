CREATE TABLE "analyses" (
	"wardrobe_id" uuid NOT NULL,
	"hash" text NOT NULL,
	"analyser" text NOT NULL,
	"version" integer NOT NULL,
	"result" jsonb NOT NULL,
	"cost_usd" double precision DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "analyses_wardrobe_id_hash_analyser_version_pk" PRIMARY KEY("wardrobe_id","hash","analyser","version")
);
--> statement-breakpoint
CREATE TABLE "conflicts" (
	"wardrobe_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"record_id" text NOT NULL,
	"field" text NOT NULL,
	"hlc" bigint NOT NULL,
	"by" text NOT NULL,
	"value" jsonb,
	"winner_value" jsonb,
	"written_at" timestamp with time zone NOT NULL,
	CONSTRAINT "conflicts_wardrobe_id_kind_record_id_field_hlc_by_pk" PRIMARY KEY("wardrobe_id","kind","record_id","field","hlc","by")
);
--> statement-breakpoint
CREATE TABLE "devices" (
	"user_id" uuid NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "devices_user_id_id_pk" PRIMARY KEY("user_id","id")
);
--> statement-breakpoint
CREATE TABLE "feedback" (
	"wardrobe_id" uuid NOT NULL,
	"id" text NOT NULL,
	"verdict" text,
	"outfit_id" text,
	"item_ids" jsonb,
	"context" jsonb,
	"created_at" timestamp with time zone,
	"deleted_at" timestamp with time zone,
	"updated_at" timestamp with time zone NOT NULL,
	"extra" jsonb NOT NULL,
	CONSTRAINT "feedback_wardrobe_id_id_pk" PRIMARY KEY("wardrobe_id","id")
);
--> statement-breakpoint
CREATE TABLE "folds" (
	"wardrobe_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"id" text NOT NULL,
	"live" jsonb NOT NULL,
	CONSTRAINT "folds_wardrobe_id_kind_id_pk" PRIMARY KEY("wardrobe_id","kind","id")
);
--> statement-breakpoint
CREATE TABLE "items" (
	"wardrobe_id" uuid NOT NULL,
	"id" text NOT NULL,
	"name" text,
	"category" text,
	"subcategory" text,
	"brand" text,
	"size" text,
	"material" text,
	"pattern" text,
	"notes" text,
	"colors" jsonb,
	"tags" text[] NOT NULL,
	"seasons" text[] NOT NULL,
	"occasions" text[] NOT NULL,
	"formality" double precision,
	"warmth" double precision,
	"waterproof" boolean,
	"status" text,
	"favorite" boolean,
	"price" double precision,
	"currency" text,
	"purchased_at" timestamp with time zone,
	"photo_id" text,
	"created_at" timestamp with time zone,
	"deleted_at" timestamp with time zone,
	"updated_at" timestamp with time zone NOT NULL,
	"extra" jsonb NOT NULL,
	CONSTRAINT "items_wardrobe_id_id_pk" PRIMARY KEY("wardrobe_id","id")
);
--> statement-breakpoint
CREATE TABLE "log" (
	"wardrobe_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"updates" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "log_wardrobe_id_seq_pk" PRIMARY KEY("wardrobe_id","seq")
);
--> statement-breakpoint
CREATE TABLE "members" (
	"wardrobe_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "members_wardrobe_id_user_id_pk" PRIMARY KEY("wardrobe_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "outfit_items" (
	"wardrobe_id" uuid NOT NULL,
	"id" text NOT NULL,
	"outfit_id" text,
	"item_id" text,
	"slot" text,
	"position" double precision,
	"created_at" timestamp with time zone,
	"deleted_at" timestamp with time zone,
	"updated_at" timestamp with time zone NOT NULL,
	"extra" jsonb NOT NULL,
	CONSTRAINT "outfit_items_wardrobe_id_id_pk" PRIMARY KEY("wardrobe_id","id")
);
--> statement-breakpoint
CREATE TABLE "outfits" (
	"wardrobe_id" uuid NOT NULL,
	"id" text NOT NULL,
	"name" text,
	"notes" text,
	"occasions" text[] NOT NULL,
	"seasons" text[] NOT NULL,
	"rating" double precision,
	"favorite" boolean,
	"origin" text,
	"created_at" timestamp with time zone,
	"deleted_at" timestamp with time zone,
	"updated_at" timestamp with time zone NOT NULL,
	"extra" jsonb NOT NULL,
	CONSTRAINT "outfits_wardrobe_id_id_pk" PRIMARY KEY("wardrobe_id","id")
);
--> statement-breakpoint
CREATE TABLE "photo_files" (
	"wardrobe_id" uuid NOT NULL,
	"hash" text NOT NULL,
	"mime" text NOT NULL,
	"width" integer NOT NULL,
	"height" integer NOT NULL,
	"bytes" integer NOT NULL,
	"stored_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "photo_files_wardrobe_id_hash_pk" PRIMARY KEY("wardrobe_id","hash")
);
--> statement-breakpoint
CREATE TABLE "photos" (
	"wardrobe_id" uuid NOT NULL,
	"id" text NOT NULL,
	"item_id" text,
	"hash" text,
	"mime" text,
	"width" double precision,
	"height" double precision,
	"bytes" double precision,
	"taken_at" timestamp with time zone,
	"position" double precision,
	"stored_at" timestamp with time zone,
	"analysed_at" timestamp with time zone,
	"analysis" jsonb,
	"failure" jsonb,
	"created_at" timestamp with time zone,
	"deleted_at" timestamp with time zone,
	"updated_at" timestamp with time zone NOT NULL,
	"extra" jsonb NOT NULL,
	CONSTRAINT "photos_wardrobe_id_id_pk" PRIMARY KEY("wardrobe_id","id")
);
--> statement-breakpoint
CREATE TABLE "profile" (
	"wardrobe_id" uuid NOT NULL,
	"id" text NOT NULL,
	"display_name" text,
	"locale" text,
	"units" text,
	"time_zone" text,
	"preferences" jsonb,
	"created_at" timestamp with time zone,
	"deleted_at" timestamp with time zone,
	"updated_at" timestamp with time zone NOT NULL,
	"extra" jsonb NOT NULL,
	CONSTRAINT "profile_wardrobe_id_id_pk" PRIMARY KEY("wardrobe_id","id")
);
--> statement-breakpoint
CREATE TABLE "refresh_tokens" (
	"hash" text PRIMARY KEY NOT NULL,
	"session_id" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"device_id" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"password_hash" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "users_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "wardrobes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"epoch" integer DEFAULT 0 NOT NULL,
	"head_seq" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "wears" (
	"wardrobe_id" uuid NOT NULL,
	"id" text NOT NULL,
	"item_id" text,
	"outfit_id" text,
	"worn_at" timestamp with time zone,
	"occasion" text,
	"notes" text,
	"created_at" timestamp with time zone,
	"deleted_at" timestamp with time zone,
	"updated_at" timestamp with time zone NOT NULL,
	"extra" jsonb NOT NULL,
	CONSTRAINT "wears_wardrobe_id_id_pk" PRIMARY KEY("wardrobe_id","id")
);
--> statement-breakpoint
CREATE TABLE "writers" (
	"wardrobe_id" uuid NOT NULL,
	"client" bigint NOT NULL,
	"clock" bigint NOT NULL,
	"owner" text NOT NULL,
	CONSTRAINT "writers_wardrobe_id_client_pk" PRIMARY KEY("wardrobe_id","client")
);
--> statement-breakpoint
CREATE INDEX "members_user" ON "members" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "refresh_tokens_session" ON "refresh_tokens" USING btree ("session_id");--> statement-breakpoint
CREATE INDEX "sessions_user" ON "sessions" USING btree ("user_id");