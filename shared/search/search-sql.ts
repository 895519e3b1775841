import { hexToOklab } from '../colour/convert.js'

/** What pieces are looked for; all that is given must hold. */
export interface SearchRequest {
  /** words, or beginnings of words, of name, brand, notes, tags, category, material, pattern and colours */
  readonly text?: string
  readonly category?: string
  /** `#rrggbb`: pieces of this colour, the nearest first */
  readonly color?: string
  /** how far a colour may be off (`colorDistance`); 0.15 unless told: the same to the eye is 0.02, a shade off 0.1 */
  readonly within?: number
  /** at most so many; 50 unless told */
  readonly limit?: number
}

/** A statement for the canonical rows, the same on a device and on the server. Its rows: `id`, `distance` (or null), `rank`. */
export interface SearchSql {
  readonly text: string
  readonly params: readonly unknown[]
}

/** How far a colour may be off, unless told. */
const WITHIN = 0.15
const LIMIT = 50

/**
 * SQL for a search, best first: by colour the nearest in OKLab (chroma axes doubled, as `oklabDistance`; a colour that
 * covers little of the piece counts as further off), else by the rank of PostgreSQL's full text search.
 * OKLab: Björn Ottosson, https://bottosson.github.io/posts/oklab/
 *
 * @param wardrobeId on the server, where the tables hold many
 * @returns null where `color` is no colour
 */
export function searchSql(request: SearchRequest, wardrobeId: string | null): SearchSql | null {
  const lab = request.color === undefined ? null : (hexToOklab(request.color) ?? undefined)
  if (lab === undefined) return null
  const query = textQuery(request.text ?? '')
  const params = [
    wardrobeId,
    request.category ?? null,
    query,
    lab?.l ?? null,
    lab?.a ?? null,
    lab?.b ?? null,
    request.within ?? WITHIN,
    request.limit ?? LIMIT,
  ]
  return { text: lab ? SEARCH_BY_COLOR : SEARCH_BY_TEXT, params }
}

/** Every word must begin some word of the piece: `lin shi` finds a linen shirt. Null without words. */
function textQuery(text: string): string | null {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  return words.length === 0
    ? null
    : words
        .slice(0, 16)
        .map((word) => `${word}:*`)
        .join(' & ')
}

/** `simple`: names and brands are of any language. Hyphens go: `t-shirt` is found by `shirt`. */
const WORDS = `to_tsvector('simple', translate(concat_ws(' ', i.name, i.brand, i.category, i.subcategory, i.material, i.pattern,
  array_to_string(i.tags, ' '), array_to_string(i.attributes, ' '), array_to_string(i.occasions, ' '),
  array_to_string(i.seasons, ' '), (select string_agg(c->>'name', ' ') from jsonb_array_elements(${colorsOf('i')}) c), i.notes), '-:_/', '    '))`

const WHERE = `i.deleted_at is null and ($1::uuid is null or i.wardrobe_id = $1::uuid)
  and ($2::text is null or i.category = $2::text)
  and ($3::text is null or ${WORDS} @@ to_tsquery('simple', $3::text))`

const SEARCH_BY_TEXT = `select i.id, null::float8 as distance,
  case when $3::text is null then 0 else ts_rank(${WORDS}, to_tsquery('simple', $3::text)) end as rank
from items i where ${WHERE} and $4::float8 is null and $5::float8 is null and $6::float8 is null and $7::float8 is not null
order by rank desc, i.id limit $8::int`

const channel = (at: number): string =>
  `(case when ('x' || substr(hex, ${at}, 2))::bit(8)::int <= 10
     then ('x' || substr(hex, ${at}, 2))::bit(8)::int / 255.0 / 12.92
     else power((('x' || substr(hex, ${at}, 2))::bit(8)::int / 255.0 + 0.055) / 1.055, 2.4) end)::float8`

const SEARCH_BY_COLOR = `select id, min(sqrt(
    power(0.2104542553*l + 0.7936177850*m - 0.0040720468*s - $4::float8, 2)
    + 4 * power(1.9779984951*l - 2.4285922050*m + 0.4505937099*s - $5::float8, 2)
    + 4 * power(0.0259040371*l + 0.7827717662*m - 0.8086757660*s - $6::float8, 2)
  ) + 0.1 * (1 - share)) as distance, 0 as rank
from (
  select id, share, cbrt(0.4122214708*r + 0.5363325363*g + 0.0514459929*b) as l,
    cbrt(0.2119034982*r + 0.6806995451*g + 0.1073969566*b) as m,
    cbrt(0.0883024619*r + 0.2817188376*g + 0.6299787005*b) as s
  from (
    select id, share, ${channel(2)} as r, ${channel(4)} as g, ${channel(6)} as b
    from (
      select i.id, c->>'hex' as hex,
        case when jsonb_typeof(c->'share') = 'number' then (c->>'share')::float8 else 1 end as share
      from items i, jsonb_array_elements(${colorsOf('i')}) c where ${WHERE}
    ) given where hex ~ '^#[0-9a-fA-F]{6}$'
  ) rgb
) lms group by id having min(sqrt(
    power(0.2104542553*l + 0.7936177850*m - 0.0040720468*s - $4::float8, 2)
    + 4 * power(1.9779984951*l - 2.4285922050*m + 0.4505937099*s - $5::float8, 2)
    + 4 * power(0.0259040371*l + 0.7827717662*m - 0.8086757660*s - $6::float8, 2)
  )) <= $7::float8
order by distance, id limit $8::int`

/** A person may have written anything there. */
function colorsOf(table: string): string {
  return `case when jsonb_typeof(${table}.colors) = 'array' then ${table}.colors else '[]'::jsonb end`
}
