/** Goes into every export, for whoever opens it in ten years. */
export const READ_ME = `This is everything of one Modaics wardrobe. It can be read without Modaics.

modaics.json      what this is: format, wardrobe, when it was exported, fingerprint, counts, the list of photos
records/*.json    what the wardrobe shows: a list of records for each kind, times in milliseconds since 1970 (UTC)
records/*.csv     the same for a spreadsheet: times as ISO 8601, "; " between the elements of a set
edits.ndjson      what the records are made of: one edit a line, as JSON
                  [hlc, by, kind, id, set, over?, src?, confidence?]; the later edit of a field wins, a person's before the
                  analysis; hlc is (milliseconds since 2020-01-01T00:00Z) * 4096 + counter, by is device/writer
history.ndjson    what has been overwritten: [milliseconds since 1970 when, edit] a line
photos/           the pictures, named by the SHA-256 of the bytes that were uploaded. Those marked "kept" in modaics.json
                  are the server's copies (WebP, at most 2048 pixels an edge, without metadata), the others the originals

A Modaics server takes it back: modaics import THIS --server URL --email YOU
`
