/** What can be told of a garment beyond its category, as far as its category has it. */
export interface Attribute {
  readonly id: string
  /** categories of the taxonomy that have it */
  readonly categories: readonly string[]
  readonly values: readonly string[]
}

/** An item has them in its set `attributes`, as `id:value`. */
export const ATTRIBUTES: readonly Attribute[] = [
  {
    id: 'sleeve-length',
    categories: ['top', 'dress', 'outerwear', 'suit'],
    values: ['sleeveless', 'short', 'elbow', 'long'],
  },
  {
    id: 'neckline',
    categories: ['top', 'dress'],
    values: ['crew', 'v-neck', 'scoop', 'square', 'boat', 'off-shoulder', 'halter', 'turtleneck', 'collar'],
  },
  {
    id: 'fit',
    categories: ['top', 'bottom', 'dress', 'suit', 'outerwear'],
    values: ['slim', 'regular', 'loose', 'oversized'],
  },
  {
    id: 'pattern-scale',
    categories: ['top', 'bottom', 'dress', 'suit', 'outerwear'],
    values: ['small', 'medium', 'large'],
  },
  {
    id: 'closure',
    categories: ['top', 'bottom', 'dress', 'suit', 'outerwear', 'shoes'],
    values: ['none', 'buttons', 'zip', 'snaps', 'laces', 'buckle', 'velcro', 'hook', 'drawstring'],
  },
  {
    id: 'length',
    categories: ['bottom', 'dress', 'outerwear'],
    values: ['cropped', 'hip', 'thigh', 'knee', 'midi', 'ankle', 'full'],
  },
  { id: 'leg', categories: ['bottom'], values: ['skinny', 'straight', 'tapered', 'wide', 'flared'] },
  { id: 'rise', categories: ['bottom'], values: ['low', 'mid', 'high'] },
  { id: 'hood', categories: ['top', 'outerwear'], values: ['yes', 'no'] },
  { id: 'heel', categories: ['shoes'], values: ['flat', 'low', 'mid', 'high', 'platform', 'wedge'] },
  { id: 'toe', categories: ['shoes'], values: ['round', 'pointed', 'square', 'open'] },
]

/** What an item's set `attributes` says of one of them; at most so many are read. */
export function attributeIn(attributes: unknown, id: string): string | undefined {
  if (!Array.isArray(attributes)) return undefined
  const own = attributes
    .slice(0, MOST_READ)
    .find((one) => typeof one === 'string' && one.startsWith(`${id}:`))
  return own?.slice(id.length + 1)
}

const MOST_READ = 64

export function attributesOf(category: string): readonly Attribute[] {
  return ATTRIBUTES.filter(({ categories }) => categories.includes(category))
}
