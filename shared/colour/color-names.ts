/** Groups that matter when clothes are put together. */
export type ColorFamily =
  | 'black'
  | 'grey'
  | 'white'
  | 'brown'
  | 'red'
  | 'pink'
  | 'orange'
  | 'yellow'
  | 'green'
  | 'teal'
  | 'blue'
  | 'purple'

export interface NamedColor {
  readonly name: string
  readonly family: ColorFamily
  /** goes with most things in a wardrobe, as black does, though it may have a hue (navy, denim, camel) */
  readonly neutral: boolean
  /** sRGB centroids; several where one word covers a wide range */
  readonly hexes: readonly string[]
}

/**
 * Plain words for the colours of clothes. The list is ours: words that shops use and people say, few enough that two
 * people would pick the same one. Centroids were placed by eye between those of ISCC-NBS (the "-ish" regions: moderate,
 * dark, light) and of the xkcd survey (what people call things), then shifted to how cloth looks in phone photos:
 * black cloth is photographed at #1d1d20 to #2e2e30 and white cloth in a room at about #d8d5d0.
 */
export const COLOR_NAMES: readonly NamedColor[] = [
  named('black', 'black', true, '#000000', '#141416', '#232326', '#1c1a22', '#201a1a', '#161d1a', '#262d32'),
  named('charcoal', 'grey', true, '#36383b', '#434548', '#3a3633', '#2f343a', '#52545a', '#4a4d4f'),
  named('grey', 'grey', true, '#6b6d70', '#808080', '#96979a', '#716b68', '#67717a', '#8b8580', '#5b5b5b'),
  named('light grey', 'grey', true, '#b0b1b3', '#c5c6c8', '#b7b2ad', '#a9b1b8', '#c9c9ca'),
  named('white', 'white', true, '#ffffff', '#f2f2f2', '#e4e4e4', '#dcdcde', '#e3e6ea', '#d9d4d6', '#d9d5cf'),
  named('cream', 'white', true, '#f7f0dc', '#f3e9d0', '#ede4cf', '#fffdd0'),
  named('beige', 'brown', true, '#dccdb4', '#e3d3bd', '#cbbba2', '#d8c6b6', '#c7b9a8'),
  named('tan', 'brown', true, '#c8a882', '#bb9a72', '#b59b82'),
  named('camel', 'brown', true, '#b98a50', '#c19a6b', '#a97c48'),
  named('khaki', 'brown', true, '#a39672', '#b3a57f', '#8f8464', '#98907a'),
  named('taupe', 'brown', true, '#8a7a6d', '#97887c', '#7a6b60'),
  named(
    'brown',
    'brown',
    true,
    '#6b4226',
    '#54361f',
    '#7d5233',
    '#4a3428',
    '#6a5044',
    '#3d281c',
    '#8a5f45',
    '#8a4a1c',
    '#9e7660',
  ),
  named('rust', 'orange', false, '#a4481f', '#b7522a', '#96431f'),
  named('olive', 'green', true, '#5c5d2f', '#6e6b35', '#4b4a2d', '#77774a', '#565740', '#59543f'),
  named('dark green', 'green', false, '#1f4a2c', '#14532d', '#2a4034', '#173a2a', '#34513c'),
  named('green', 'green', false, '#2e8b3d', '#3c9d4e', '#228b22', '#55a84f', '#4a7c4a', '#00a550', '#1ec85a'),
  named('lime', 'green', false, '#a8d02a', '#9acd32', '#b5d94c', '#7fd320', '#c6e83f', '#97ae45'),
  named('sage', 'green', true, '#9caf88', '#8a9a7b', '#a9b69b', '#8fa08f'),
  named('mint', 'green', false, '#a8e0c4', '#98ddc0', '#bfe8d4', '#b8dcb8'),
  named('teal', 'teal', false, '#0f6b70', '#008080', '#1f5a60', '#2f7f80', '#0b4f55'),
  named('turquoise', 'teal', false, '#2fc4c0', '#40d0d0', '#1aa9ac', '#5fc9c4'),
  named(
    'light blue',
    'blue',
    false,
    '#a9cbe8',
    '#8fb8de',
    '#bcd6ec',
    '#9bbfd8',
    '#c4d8e8',
    '#87ceeb',
    '#a9becd',
    '#9ba5c8',
  ),
  named(
    'blue',
    'blue',
    false,
    '#2a5fc0',
    '#1f4fd0',
    '#3f78c8',
    '#2f6fb0',
    '#1e40af',
    '#4f8fd8',
    '#0066ff',
    '#33478f',
    '#6f84c0',
  ),
  named('denim', 'blue', true, '#4a6488', '#5b7597', '#6c86a6', '#3d5473', '#7990ab', '#7c8694'),
  named(
    'navy',
    'blue',
    true,
    '#1b2440',
    '#1f2a4d',
    '#14193a',
    '#0b1429',
    '#22304c',
    '#2a3350',
    '#10204a',
    '#262b3c',
    '#000080',
  ),
  named('lavender', 'purple', false, '#b9a7dc', '#c8b9e6', '#a896c8', '#d3c8ea', '#9391bf'),
  named('purple', 'purple', false, '#6a3d9a', '#5b2a86', '#7f4fb0', '#512f66', '#8a4f9e', '#3d2352'),
  named('mauve', 'purple', false, '#9c7a92', '#b08ea4', '#8a6a80'),
  named('burgundy', 'red', false, '#5e1a28', '#6e1f30', '#4c1822', '#7b2438', '#5a2630'),
  named('red', 'red', false, '#c8202c', '#b01c26', '#dd2c30', '#e53935', '#a52330', '#ff0000'),
  named('coral', 'orange', false, '#f27a63', '#ff7f68', '#e8735f', '#fa8f7a', '#c45e58'),
  named('pink', 'pink', false, '#eda3b8', '#f5b9c8', '#e48aa6', '#f2c8d0', '#d98a9c', '#ffc0cb', '#b85a74'),
  named('hot pink', 'pink', false, '#e0348a', '#ff3fa0', '#d02e78', '#e8559a', '#c02a80'),
  named('dusty pink', 'pink', true, '#c99a98', '#d3aaa4', '#b98884', '#c7a3a0', '#ab8a86'),
  named('peach', 'orange', false, '#f8c8a4', '#fbb98c', '#f3c3a8'),
  named('orange', 'orange', false, '#e8731c', '#f2872c', '#ff7f0e', '#d9651a', '#ff9a2e', '#d08a36'),
  named('mustard', 'yellow', false, '#c8961e', '#d0a02c', '#b3861f', '#c79f3e'),
  named('yellow', 'yellow', false, '#f5d328', '#ffe14a', '#f2c81e', '#fff06a', '#e8d040', '#c9bd4a'),
  named('light yellow', 'yellow', false, '#f7eaa0', '#e3d48c', '#f5e6a8', '#faf0b4'),
]

function named(name: string, family: ColorFamily, neutral: boolean, ...hexes: readonly string[]): NamedColor {
  return { name, family, neutral, hexes }
}
