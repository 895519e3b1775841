/** The head of the OpenAPI document; the routes write the rest of it themselves. */
export const OPENAPI_INFO = {
  openapi: '3.1.0',
  info: {
    title: 'Modaics',
    version: '1',
    description:
      'The REST face of a Modaics server. Devices sync through `/sync/:wardrobeId`; what is written here becomes edits of the same wardrobe, and reaches every device.\n\nErrors are problem details (RFC 9457) with a stable `code` and a `remedy`.',
    license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
  },
  servers: [{ url: '/' }],
  tags: [
    { name: 'Accounts', description: 'Accounts, sessions and devices' },
    { name: 'Wardrobes', description: 'Wardrobes and who shares them' },
    { name: 'Items' },
    { name: 'Outfits' },
    { name: 'Wears', description: 'What was worn when' },
    { name: 'Feedback', description: 'What the owner thinks of combinations' },
    { name: 'Conflicts' },
    { name: 'Photos' },
    { name: 'AI', description: 'Outfits and analysis' },
    { name: 'Health' },
  ],
}
