import { createTablesSql } from '@modaics/shared'

/** Raise it whenever the tables or the rows that are written to them change: the rows are then made anew. */
export const PROJECTION_VERSION = 2

/** Private to the projection: which revision of each record the tables hold, and for whom and by whom they were made. */
export const createProjectionSql = (): string => `
${createTablesSql()}
create index items_category on items (category);
create index items_created_at on items (created_at);
create index outfit_items_outfit_id on outfit_items (outfit_id);
create index outfit_items_item_id on outfit_items (item_id);
create index wears_item_id on wears (item_id, worn_at);
create index wears_outfit_id on wears (outfit_id, worn_at);
create index photos_item_id on photos (item_id);
create schema projection;
create table projection.revisions (kind text not null, id text not null, revision text not null, primary key (kind, id));
create table projection.made (version integer not null, wardrobe_id uuid not null, tables text not null);
`

export const DROP_SQL = `
drop schema if exists projection cascade;
drop schema public cascade;
create schema public;
`
