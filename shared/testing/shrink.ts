/**
 * A small list that still fails, from one that does: parts are taken out, large ones first, as long as what is left fails.
 * (The minimising half of delta debugging; Zeller and Hildebrandt 2002.)
 *
 * @param fails tries a list
 */
export async function shrinkList<T>(
  list: readonly T[],
  fails: (candidate: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let kept = list
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length; ) {
      const candidate = [...kept.slice(0, at), ...kept.slice(at + size)]
      if (await fails(candidate)) kept = candidate
      else at += size
    }
  }
  return kept
}
